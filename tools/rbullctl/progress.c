// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bar on the terminal: how far it has come, and how fast.
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"
#include "sizes.h"

/* Not drawn more often than that. */
#define PROGRESS_NS	(100 * 1000 * 1000)

/* What stands beside the bar: words, sizes, brackets. */
#define PROGRESS_TEXT	40

static uint64_t progress_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void progress_draw(const struct progress *progress)
{
	uint64_t done = progress->done < progress->total ? progress->done :
		progress->total;
	int percent = progress->total ? done * 100 / progress->total : 100;
	int length = progress->width - PROGRESS_TEXT, i;
	char a[SIZE_TEXT], b[SIZE_TEXT];

	fprintf(stderr, "\r%-8s %3d%% [", progress->what, percent);
	for (i = 0; i < length; i++)
		fputc(i < length * percent / 100 ? '#' : ' ', stderr);
	fprintf(stderr, "] %s of %s\033[K", size_format(a, done),
		size_format(b, progress->total));
	fflush(stderr);
}

void progress_begin(struct progress *progress, const char *what, uint64_t total,
		    bool quiet)
{
	struct winsize size = { };

	*progress = (struct progress) {
		.what = what,
		.total = total,
		.width = 80,
		.visible = !quiet && total && isatty(STDERR_FILENO),
	};
	if (!progress->visible)
		return;
	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		progress->width = size.ws_col;
	progress_draw(progress);
}

void progress_add(struct progress *progress, uint64_t bytes)
{
	uint64_t now;

	progress->done += bytes;
	if (!progress->visible)
		return;
	now = progress_now();
	if (now - progress->shown_ns < PROGRESS_NS)
		return;
	progress->shown_ns = now;
	progress_draw(progress);
}

void progress_end(struct progress *progress)
{
	if (progress->visible)
		fputs("\r\033[K", stderr);
	progress->visible = false;
}
