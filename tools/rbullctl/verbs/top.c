// SPDX-License-Identifier: GPL-2.0-only
/*
 * `top`: show the activity of all disks, the busiest first, until q is typed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/options.h"
#include "interrupt.h"
#include "show/rates.h"
#include "show/screen.h"
#include "show/view.h"
#include "sizes.h"

#define LABEL_HEADING	"DISK"

/* Longer labels are cut off. */
#define LABEL_WIDTH	16

/* Lines without a disk: three above the disks, one below, with the cursor. */
#define TOP_OTHER_LINES	4

/**
 * struct row - a disk
 * @index: its number
 * @timed: its latency statistics were off, and are on for `top`
 * @label: its name, or its device if it has no name
 * @before: the sample before the last one; if there is only one, a copy of it
 * @after: the last sample
 */
struct row {
	int index;
	bool timed;
	char label[RBULL_NAME_SIZE];
	struct sample before;
	struct sample after;
};

/**
 * struct top - all disks
 * @rows: the disks; NULL before the first samples
 * @nr: number of disks
 * @sums: RAM of all disks together
 */
struct top {
	struct row *rows;
	int nr;
	struct rbull_list sums;
};

static const struct row *row_find(const struct top *top, int index)
{
	int i;

	for (i = 0; i < top->nr; i++)
		if (top->rows[i].index == index)
			return &top->rows[i];
	return NULL;
}

/*
 * Take a sample of a disk. @last is its row with the last sample, or NULL.
 * Return: 0 or a negative errno, also for a temporary disk.
 */
static int row_take(struct row *row, const struct row *last, int index)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	int err = view_info(index, &info, NULL);

	if (err)
		return err;
	if (info.disk_flags & RBULL_DISK_TEMPORARY)
		return -ENODEV;
	row->timed = last ? last->timed : sample_latency(index);
	err = sample_take(&row->after, index);
	if (err)
		return err;
	row->index = index;
	row->before = last ? last->after : row->after;
	strcpy(row->label, info.call.name);
	if (!row->label[0])
		snprintf(row->label, sizeof(row->label), RBULL_NAME "%d", index);
	return 0;
}

/* Take samples of all current disks; @rows and @top->nr receive the rows. */
static int rows_take(struct top *top, struct row **rows)
{
	int *indices, i, nr = 0, found;

	found = view_list(&indices, &top->sums);
	if (found < 0)
		return failed(handle(), found);
	*rows = calloc(found + 1, sizeof(**rows));
	if (!*rows)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	for (i = 0; i < found; i++)
		if (!row_take(&(*rows)[nr], row_find(top, indices[i]), indices[i]))
			nr++;
	free(indices);
	top->nr = nr;
	return EXIT_DONE;
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

/* Return: the width that the column of labels needs. */
static int rows_label_width(const struct row *rows, int nr)
{
	int width = strlen(LABEL_HEADING), i;

	for (i = 0; i < nr; i++) {
		int length = strlen(rows[i].label);

		width = length > width ? length : width;
	}
	return width < LABEL_WIDTH ? width : LABEL_WIDTH;
}

static void heading_print(int nr, const struct rbull_list *sums)
{
	char used[SIZE_TEXT], limit[SIZE_TEXT], now[16];
	time_t seconds = time(NULL);

	strftime(now, sizeof(now), "%H:%M:%S", localtime(&seconds));
	printf("%s  %d disk%s", now, nr, nr == 1 ? "" : "s");
	if (sums->mem_used != VIEW_UNKNOWN)
		printf(", %s of %s of RAM in use", size_format(used, sums->mem_used),
		       size_format(limit, sums->mem_limit));
	fputs("\n\n", stdout);
}

static void top_print(const struct top *top)
{
	struct rates rates = { LABEL_HEADING, LABEL_WIDTH, 0 };
	int i, lines = top->nr, columns = 0;

	if (screen_size(&lines, &columns)) {
		rates.first_width = rows_label_width(top->rows, top->nr);
		lines -= TOP_OTHER_LINES;
	}
	rates_fit(&rates, columns);
	screen_clear();
	heading_print(top->nr, &top->sums);
	rates_print_heading(&rates);
	qsort(top->rows, top->nr, sizeof(*top->rows), row_compare);
	for (i = 0; i < top->nr && lines > 0; i++) {
		const struct row *row = &top->rows[i];

		if (row->after.ns == row->before.ns)
			continue;
		rates_print(&rates, row->label, &row->before, &row->after);
		lines--;
	}
}

static int top_take(struct top *top)
{
	struct row *rows;
	int err;

	err = rows_take(top, &rows);
	if (err)
		return err;
	free(top->rows);
	top->rows = rows;
	return EXIT_DONE;
}

/*
 * Wait until the next table is due, and draw this one again if the screen has
 * changed. Return: false to stop.
 */
static bool top_wait(const struct top *top, double seconds)
{
	double end = sample_clock() + seconds, left = seconds;

	while (left > 0 && sample_wait(left)) {
		if (!screen_changed())
			return true;
		top_print(top);
		left = end - sample_clock();
	}
	return left <= 0;
}

static int top(double seconds, int64_t count)
{
	struct top top = { .sums = RBULL_INIT(rbull_list) };
	int err;

	err = top_take(&top);
	while (!err && count-- > 0 && top_wait(&top, seconds)) {
		err = top_take(&top);
		if (!err)
			top_print(&top);
	}
	while (top.nr--)
		if (top.rows[top.nr].timed)
			sample_latency_end(top.rows[top.nr].index);
	free(top.rows);
	return err;
}

/**
 * verb_top() - show the activity of all disks repeatedly
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_top(const struct arguments *arguments)
{
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
	screen_begin();
	err = top(seconds, count);
	screen_end();
	return err;
}
