// SPDX-License-Identifier: GPL-2.0-only
/*
 * A progress bar on the terminal, with the rate and the time left.
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "show/progress.h"
#include "sizes.h"

/* Shortest time between two updates of the bar. */
#define PROGRESS_NS	(100 * 1000 * 1000)

/* Space for the text after the bar. */
#define PROGRESS_TEXT	64

/* Width of everything except the bar and the text after it. */
#define PROGRESS_FRAME	17

/* Show no rate before this time has passed. */
#define PROGRESS_EARLY_NS	1000000000ull

static uint64_t progress_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* Ask for the width each time: it can change at any time. */
static int progress_width(void)
{
	struct winsize size = { };

	return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col ?
		size.ws_col : 80;
}

/*
 * Format the finished work, the rate and the time left. Return: length of the
 * text.
 */
static int progress_text(const struct progress *progress, uint64_t done,
			 char text[PROGRESS_TEXT])
{
	uint64_t ns = progress_now() - progress->begun_ns;
	char a[SIZE_TEXT], b[SIZE_TEXT], c[SIZE_TEXT];
	int length = snprintf(text, PROGRESS_TEXT, "%s of %s", size_format(a, done),
			      size_format(b, progress->total));
	double rate, left;

	if (ns < PROGRESS_EARLY_NS || !done)
		return length;
	rate = done / (ns / 1e9);
	left = (progress->total - done) / rate;
	return snprintf(text, PROGRESS_TEXT, "%s of %s, %s/s, %d:%02d left", a, b,
			size_format(c, rate), (int)(left / 60), (int)left % 60);
}

static void progress_draw(const struct progress *progress)
{
	uint64_t done = progress->done < progress->total ? progress->done :
		progress->total;
	int percent = progress->total ? done * 100 / progress->total : 100;
	char text[PROGRESS_TEXT];
	int behind = progress_text(progress, done, text), i;
	int length = progress_width() - PROGRESS_FRAME - behind;

	fprintf(stderr, "\r%-8s %3d%% ", progress->what, percent);
	/* Leave out a bar that is too short to be useful. */
	if (length >= 10) {
		fputc('[', stderr);
		for (i = 0; i < length; i++)
			fputc(i < length * percent / 100 ? '#' : ' ', stderr);
		fputs("] ", stderr);
	}
	fprintf(stderr, "%.*s\033[K", length >= 0 ? behind : behind + length, text);
	fflush(stderr);
}

void progress_begin(struct progress *progress, const char *what, uint64_t total,
		    bool quiet)
{
	*progress = (struct progress) {
		.what = what,
		.total = total,
		.begun_ns = progress_now(),
		.visible = !quiet && total && isatty(STDERR_FILENO),
	};
	if (progress->visible)
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
