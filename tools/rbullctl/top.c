// SPDX-License-Identifier: GPL-2.0-only
/*
 * `top`: what all disks do, the busiest first, until q is typed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "interrupt.h"
#include "options.h"
#include "sample.h"
#include "sizes.h"

#define HOME_AND_CLEAR	"\033[H\033[2J"

/* Whether lines that are longer than the terminal go on in the next line. */
#define WRAP_OFF	"\033[?7l"
#define WRAP_ON		"\033[?7h"

/**
 * struct row - a disk
 * @index: its number
 * @timed: it is counted for our sake how long its requests take
 * @label: its name, or its number if it has none
 * @before: the last but one sample, or the last if it is the only one
 * @after: the last sample
 */
struct row {
	int index;
	bool timed;
	char label[RBULL_NAME_SIZE];
	struct sample before;
	struct sample after;
};

static const struct row *row_find(const struct row *rows, int nr, int index)
{
	int i;

	for (i = 0; i < nr; i++)
		if (rows[i].index == index)
			return &rows[i];
	return NULL;
}

/*
 * All disks there are now, and what they did since @old, which are @nr and become
 * as many as there are. NULL after a complaint: @nr is how rbullctl shall end.
 */
static struct row *rows_take(const struct row *old, int *nr,
			     struct rbull_list *sums)
{
	struct rbull *rbull = handle();
	int *indices, i, found = rbull_disk_list(rbull, &indices, sums);
	int nr_old = *nr;
	struct row *rows;

	if (found < 0) {
		*nr = failed(rbull, found);
		return NULL;
	}
	rows = calloc(found + 1, sizeof(*rows));
	if (!rows)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	for (i = *nr = 0; i < found; i++) {
		struct rbull_info info = RBULL_INIT(rbull_info);
		struct row *row = &rows[*nr];
		const struct row *last;

		if (rbull_disk_info(rbull, indices[i], &info) ||
		    info.disk_flags & RBULL_DISK_TEMPORARY)
			continue;
		last = row_find(old, nr_old, indices[i]);
		row->timed = last ? last->timed : sample_latency(indices[i]);
		if (sample_take(&row->after, indices[i]))
			continue;
		row->index = indices[i];
		row->before = last ? last->after : row->after;
		strcpy(row->label, info.call.name);
		if (!row->label[0])
			snprintf(row->label, sizeof(row->label),
				 RBULL_NAME "%d", row->index);
		++*nr;
	}
	free(indices);
	return rows;
}

static uint64_t row_work(const struct row *row)
{
	uint64_t work = 0;
	int kind;

	for (kind = 0; kind < SAMPLE_KINDS; kind++)
		work += sample_since(row->before.bytes[kind],
				     row->after.bytes[kind]);
	return work;
}

static int row_compare(const void *a, const void *b)
{
	uint64_t left = row_work(a), right = row_work(b);

	if (left != right)
		return left < right ? 1 : -1;
	return ((const struct row *)a)->index - ((const struct row *)b)->index;
}

static void rows_print(struct row *rows, int nr, const struct rbull_list *sums,
		       bool screen)
{
	char used[SIZE_TEXT], limit[SIZE_TEXT], now[16];
	time_t seconds = time(NULL);
	struct winsize window = { };
	int i, most = nr;

	if (screen) {
		fputs(HOME_AND_CLEAR WRAP_OFF, stdout);
		if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) &&
		    window.ws_row > 3 && most > window.ws_row - 3)
			most = window.ws_row - 3;
	}
	strftime(now, sizeof(now), "%H:%M:%S", localtime(&seconds));
	printf("%s  %d disks, %s of %s of RAM in use\n\n", now, nr,
	       size_format(used, sums->mem_used),
	       size_format(limit, sums->mem_limit));
	sample_print_heading("DISK");
	qsort(rows, nr, sizeof(*rows), row_compare);
	for (i = 0; i < most; i++)
		if (rows[i].after.ns > rows[i].before.ns)
			sample_print(rows[i].label, &rows[i].before,
				     &rows[i].after);
	if (screen)
		fputs(WRAP_ON, stdout);
}

/* In the background it is stopped if it changes the terminal. */
static bool terminal_is_ours(void)
{
	return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* Letters are to come without Enter; the former settings are put in @old. */
static bool terminal_begin(struct termios *old)
{
	struct termios new;

	if (!terminal_is_ours() || tcgetattr(STDIN_FILENO, old))
		return false;
	new = *old;
	new.c_lflag &= ~(ICANON | ECHO);
	return !tcsetattr(STDIN_FILENO, TCSANOW, &new);
}

static int top(double seconds, int64_t count, bool screen)
{
	struct rbull_list sums = RBULL_INIT(rbull_list);
	struct row *rows, *old;
	int nr = 0;

	rows = rows_take(NULL, &nr, &sums);
	while (rows && count-- > 0 && sample_wait(seconds)) {
		old = rows;
		rows = rows_take(old, &nr, &sums);
		free(old);
		if (rows)
			rows_print(rows, nr, &sums, screen);
	}
	if (!rows)
		return nr;
	while (nr--)
		if (rows[nr].timed)
			sample_latency_end(rows[nr].index);
	free(rows);
	return EXIT_DONE;
}

/**
 * verb_top() - show what all disks do, again and again
 * @arguments: the command line
 *
 * Return: how rbullctl shall end.
 */
int verb_top(const struct arguments *arguments)
{
	bool screen = isatty(STDOUT_FILENO), terminal;
	struct termios old;
	double seconds;
	int64_t count;
	int err;

	err = sample_interval(arguments->nr ? arguments->operands[0] : "",
			      &seconds);
	if (!err)
		err = sample_count(arguments->given[OPTION_COUNT], &count);
	if (err)
		return err;
	interrupt_catch();
	terminal = terminal_begin(&old);
	err = top(seconds, count, screen);
	if (terminal && terminal_is_ours())
		tcsetattr(STDIN_FILENO, TCSANOW, &old);
	return err;
}
