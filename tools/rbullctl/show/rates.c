// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing a line of rates from two samples of a disk.
 */
#include <stdio.h>
#include <string.h>

#include "show/columns.h"
#include "show/rates.h"
#include "sizes.h"

enum rate {
	RATE_READS,
	RATE_READ_BYTES,
	RATE_READ_P50,
	RATE_READ_P99,
	RATE_READ_P999,
	RATE_WRITES,
	RATE_WRITE_BYTES,
	RATE_WRITE_P50,
	RATE_WRITE_P99,
	RATE_WRITE_P999,
	RATE_DISCARDS,
	RATE_FLUSHES,
	RATE_ERRORS,
	RATE_QUEUE,
	RATE_MEM_USED,
};

/* Keep each entry on one line: tests/check reads them. */
const struct column rate_columns[] = {
	[RATE_READS] = { "READ/S", COLUMN_NUMBER, true, "reads per second" },
	[RATE_READ_BYTES] = { "READB/S", COLUMN_SIZE, true, "bytes read per second" },
	[RATE_READ_P50] = { "R-P50", COLUMN_NUMBER, true, "microseconds within which 50 percent of the reads completed" },
	[RATE_READ_P99] = { "R-P99", COLUMN_NUMBER, true, "the same for 99 percent of them" },
	[RATE_READ_P999] = { "R-P99.9", COLUMN_NUMBER, true, "the same for 99.9 percent of them" },
	[RATE_WRITES] = { "WRITE/S", COLUMN_NUMBER, true, "writes per second" },
	[RATE_WRITE_BYTES] = { "WRITEB/S", COLUMN_SIZE, true, "bytes written per second" },
	[RATE_WRITE_P50] = { "W-P50", COLUMN_NUMBER, true, "microseconds within which 50 percent of the writes completed" },
	[RATE_WRITE_P99] = { "W-P99", COLUMN_NUMBER, true, "the same for 99 percent of them" },
	[RATE_WRITE_P999] = { "W-P99.9", COLUMN_NUMBER, true, "the same for 99.9 percent of them" },
	[RATE_DISCARDS] = { "DISC/S", COLUMN_NUMBER, true, "discards per second" },
	[RATE_FLUSHES] = { "FLUSH/S", COLUMN_NUMBER, true, "flushes per second" },
	[RATE_ERRORS] = { "ERR/S", COLUMN_NUMBER, true, "failed requests per second" },
	[RATE_QUEUE] = { "QUEUE", COLUMN_NUMBER, true, "requests in flight at the end" },
	[RATE_MEM_USED] = { "MEM_USED", COLUMN_SIZE, true, "RAM in use at the end" },
};

const size_t nr_rate_columns = ARRAY_SIZE(rate_columns);

/*
 * Width of each column, and its rank. If the line is too long, columns with the
 * highest rank are left out first. Columns with rank 0 always stay.
 */
static const struct {
	int width;
	int rank;
} rate_places[] = {
	[RATE_READS] = { 8, 1 },
	[RATE_READ_BYTES] = { 8, 0 },
	[RATE_READ_P50] = { 7, 6 },
	[RATE_READ_P99] = { 7, 3 },
	[RATE_READ_P999] = { 7, 8 },
	[RATE_WRITES] = { 8, 1 },
	[RATE_WRITE_BYTES] = { 8, 0 },
	[RATE_WRITE_P50] = { 7, 6 },
	[RATE_WRITE_P99] = { 7, 3 },
	[RATE_WRITE_P999] = { 7, 8 },
	[RATE_DISCARDS] = { 7, 7 },
	[RATE_FLUSHES] = { 7, 7 },
	[RATE_ERRORS] = { 5, 4 },
	[RATE_QUEUE] = { 5, 5 },
	[RATE_MEM_USED] = { 8, 2 },
};

#define RATES_HIGHEST_RANK	8

/* Space for the text in a cell. */
#define RATE_TEXT	32

static bool rate_is_shown(const struct rates *rates, size_t rate)
{
	return rates->shown & 1u << rate;
}

static int rates_width(const struct rates *rates)
{
	int width = rates->first ? rates->first_width : -1;
	size_t i;

	for (i = 0; i < nr_rate_columns; i++)
		if (rate_is_shown(rates, i))
			width += 1 + rate_places[i].width;
	return width;
}

void rates_fit(struct rates *rates, int width)
{
	int rank;
	size_t i;

	rates->shown = (1u << nr_rate_columns) - 1;
	for (rank = RATES_HIGHEST_RANK; rank > 0; rank--) {
		if (!width || rates_width(rates) <= width)
			return;
		for (i = 0; i < nr_rate_columns; i++)
			if (rate_places[i].rank == rank)
				rates->shown &= ~(1u << i);
	}
}

static void rates_print_first(const struct rates *rates, const char *text)
{
	if (rates->first)
		printf("%-*.*s", rates->first_width, rates->first_width, text);
}

static void rate_print(const struct rates *rates, size_t rate, const char *text)
{
	bool is_first = !rates->first && !(rates->shown & ((1u << rate) - 1));

	if (rate_is_shown(rates, rate))
		printf("%s%*s", is_first ? "" : " ", rate_places[rate].width,
		       text);
}

void rates_print_heading(const struct rates *rates)
{
	size_t i;

	rates_print_first(rates, rates->first);
	for (i = 0; i < nr_rate_columns; i++)
		rate_print(rates, i, rate_columns[i].name);
	putchar('\n');
}

/* Return: start of a range of latencies, nanoseconds. */
static double range_begin(unsigned int range)
{
	return range < 8 ? 0 : (4 + range % 4) * (double)(1ull << (range / 4 - 2));
}

/*
 * Compute the latency that so many thousandths of the requests did not exceed.
 * Assumes that the latencies in a range are spread evenly over it.
 *
 * Return: microseconds; negative if there were no requests.
 */
static double percentile(const uint64_t *before, const uint64_t *after,
			 unsigned int thousandths)
{
	double wanted, seen = 0, count, begin, end;
	uint64_t total = 0;
	unsigned int i;

	for (i = 0; i < SAMPLE_RANGES; i++)
		total += sample_since(before[i], after[i]);
	wanted = total * (thousandths / 1000.0);
	for (i = 0; i < SAMPLE_RANGES; i++) {
		count = sample_since(before[i], after[i]);
		if (count && seen + count >= wanted) {
			begin = range_begin(i);
			end = range_begin(i + 1);
			return (begin + (end - begin) * (wanted - seen) / count) / 1000;
		}
		seen += count;
	}
	return -1;
}

/* Print the columns of reads or of writes; @rate is the first of them. */
static void print_kind(const struct rates *rates, size_t rate,
		       enum sample_kind kind, const struct sample *before,
		       const struct sample *after)
{
	static const unsigned int thousandths[] = { 500, 990, 999 };
	double seconds = (after->ns - before->ns) / 1e9;
	char text[RATE_TEXT];
	size_t i;

	snprintf(text, sizeof(text), "%.0f",
		 sample_since(before->ops[kind], after->ops[kind]) / seconds);
	rate_print(rates, rate, text);
	size_format(text, sample_since(before->bytes[kind],
				       after->bytes[kind]) / seconds);
	rate_print(rates, rate + 1, text);
	for (i = 0; i < ARRAY_SIZE(thousandths); i++) {
		double us = percentile(before->took[kind], after->took[kind],
				       thousandths[i]);

		if (us < 0)
			strcpy(text, "-");
		else
			snprintf(text, sizeof(text), "%.*f", us < 1000 ? 1 : 0, us);
		rate_print(rates, rate + 2 + i, text);
	}
}

void rates_print(const struct rates *rates, const char *first,
		 const struct sample *before, const struct sample *after)
{
	const uint64_t grown[] = {
		sample_since(before->ops[SAMPLE_DISCARD], after->ops[SAMPLE_DISCARD]),
		sample_since(before->flushes, after->flushes),
		sample_since(before->errors, after->errors),
	};
	double seconds = (after->ns - before->ns) / 1e9;
	char text[RATE_TEXT];
	size_t i;

	rates_print_first(rates, first);
	print_kind(rates, RATE_READS, SAMPLE_READ, before, after);
	print_kind(rates, RATE_WRITES, SAMPLE_WRITE, before, after);
	for (i = 0; i < ARRAY_SIZE(grown); i++) {
		snprintf(text, sizeof(text), "%.0f", grown[i] / seconds);
		rate_print(rates, RATE_DISCARDS + i, text);
	}
	snprintf(text, sizeof(text), "%llu", (unsigned long long)after->inflight);
	rate_print(rates, RATE_QUEUE, text);
	rate_print(rates, RATE_MEM_USED, size_format(text, after->mem_bytes));
	putchar('\n');
}
