// SPDX-License-Identifier: GPL-2.0-only
/*
 * `stats`: print the statistics of a disk.
 */
#include <stdio.h>
#include <stdlib.h>

#include "interrupt.h"
#include "show/columns.h"
#include "show/rates.h"
#include "show/screen.h"
#include "show/view.h"

/* Number of lines that --watch prints below a heading. */
#define WATCH_LINES	20

/* Print one line for each statistic, also with --raw. For JSON see print_json(). */
static int print_lines(const struct arguments *arguments,
		       const struct rbull_stat *stats, int nr)
{
	static const struct column columns[] = {
		{ "NAME", COLUMN_TEXT, true, "name" },
		{ "VALUE", COLUMN_NUMBER, true, "value" },
	};
	struct sheet sheet;
	int i, err;

	err = sheet_begin(&sheet, arguments, columns, ARRAY_SIZE(columns),
			  "stats", true);
	if (err)
		return err;
	for (i = 0; i < nr; i++) {
		struct libscols_line *line = sheet_line(&sheet);

		sheet_set(&sheet, line, 0, stats[i].name);
		sheet_set_number(&sheet, line, 1, stats[i].value);
	}
	return sheet_print(&sheet, NULL);
}

static void print_json(int index, const struct rbull_stat *stats, int nr)
{
	int i;

	printf("{\n   \"stats\": {\n      \"device\": \"/dev/" RBULL_NAME "%d\"",
	       index);
	for (i = 0; i < nr; i++)
		printf(",\n      \"%s\": %llu", stats[i].name,
		       (unsigned long long)stats[i].value);
	printf("\n   }\n}\n");
}

/*
 * Print the heading after every %WATCH_LINES lines, and if the width of the
 * terminal has changed so that other columns fit.
 */
static void watch_heading(struct rates *rates, int64_t line, bool headings)
{
	uint32_t shown = rates->shown;

	rates_fit(rates, terminal_columns());
	if (headings && (line % WATCH_LINES == 0 || shown != rates->shown))
		rates_print_heading(rates);
}

static int watch(const struct arguments *arguments, int index)
{
	struct sample before, after;
	struct rates rates = { };
	int64_t count, line;
	double seconds;
	bool timed;
	int err;

	if (arguments->given[OPTION_JSON] || arguments->given[OPTION_RAW] ||
	    arguments->given[OPTION_BYTES])
		return complain(EXIT_USAGE,
				"--watch cannot be combined with --json, --raw or --bytes");
	err = sample_interval(arguments->given[OPTION_WATCH], &seconds);
	if (!err)
		err = sample_count(arguments->given[OPTION_COUNT], &count);
	if (err)
		return err;
	interrupt_catch();
	timed = sample_latency(index);
	err = sample_take(&before, index);
	for (line = 0; !err && line < count && sample_wait(seconds); line++) {
		err = sample_take(&after, index);
		if (err)
			break;
		watch_heading(&rates, line, !arguments->given[OPTION_NOHEADINGS]);
		rates_print(&rates, NULL, &before, &after);
		before = after;
	}
	if (err)
		err = failed(handle(), err);
	if (timed)
		sample_latency_end(index);
	return err;
}

/**
 * verb_stats() - print the statistics of a disk
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_stats(const struct arguments *arguments)
{
	struct rbull *rbull = handle();
	struct rbull_stat *stats;
	int index, nr, err = EXIT_DONE;

	index = view_find(arguments->operands[0]);
	if (index < 0)
		return -index;
	if (arguments->given[OPTION_WATCH])
		return watch(arguments, index);
	nr = rbull_stats_get(rbull, index, &stats);
	if (nr < 0)
		return failed(rbull, nr);
	if (arguments->given[OPTION_JSON])
		print_json(index, stats, nr);
	else
		err = print_lines(arguments, stats, nr);
	free(stats);
	return err;
}
