// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the counters of a disk, and waiting between two samples. The driver
 * measures latencies only while they are switched on: see sample_latency().
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "interrupt.h"
#include "show/sample.h"
#include "sizes.h"

static const struct {
	const char *name;
	size_t offset;
} sample_counters[] = {
	{ "reads", offsetof(struct sample, ops[SAMPLE_READ]) },
	{ "writes", offsetof(struct sample, ops[SAMPLE_WRITE]) },
	{ "discards", offsetof(struct sample, ops[SAMPLE_DISCARD]) },
	{ "read_bytes", offsetof(struct sample, bytes[SAMPLE_READ]) },
	{ "write_bytes", offsetof(struct sample, bytes[SAMPLE_WRITE]) },
	{ "discard_bytes", offsetof(struct sample, bytes[SAMPLE_DISCARD]) },
	{ "flushes", offsetof(struct sample, flushes) },
	{ "errors", offsetof(struct sample, errors) },
	{ "mem_bytes", offsetof(struct sample, mem_bytes) },
};

/*
 * From the counters of the block layer: see Documentation/block/stat.rst of the
 * kernel.
 */
static uint64_t sample_inflight(int index)
{
	unsigned long long inflight = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/block/" RBULL_NAME "%d/stat", index);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%*u %*u %*u %*u %*u %*u %*u %*u %llu", &inflight) != 1)
		inflight = 0;
	fclose(file);
	return inflight;
}

/* Return: the range of latencies that contains @ns. */
static unsigned int range_of(uint64_t ns)
{
	unsigned int power;

	if (ns < 4)
		return 0;
	power = 63 - __builtin_clzll(ns);
	return 4 * power + (ns >> (power - 2)) % 4;
}

/*
 * Read a histogram. Each line has the start of a range, in nanoseconds, and the
 * number of requests in it.
 */
static void sample_histogram(uint64_t *took, int index, const char *attribute)
{
	unsigned long long begin, count;
	char text[8192], *line;

	if (rbull_attribute_get(handle(), index, attribute, text, sizeof(text)))
		return;
	for (line = text; sscanf(line, "%llu %llu", &begin, &count) == 2;) {
		took[range_of(begin)] += count;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

bool sample_latency(int index)
{
	char is_on[8];

	if (rbull_attribute_get(handle(), index, "latency", is_on,
				sizeof(is_on)) || strcmp(is_on, "0"))
		return false;
	return !rbull_attribute_set(handle(), index, "latency", "1");
}

void sample_latency_end(int index)
{
	rbull_attribute_set(handle(), index, "latency", "0");
}

int sample_take(struct sample *sample, int index)
{
	struct rbull_stat *stats;
	struct timespec now;
	int nr, i;
	size_t c;

	*sample = (struct sample) { };
	nr = rbull_stats_get(handle(), index, &stats);
	if (nr < 0)
		return nr;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sample->ns = now.tv_sec * 1000000000ull + now.tv_nsec;
	for (i = 0; i < nr; i++)
		for (c = 0; c < ARRAY_SIZE(sample_counters); c++)
			if (!strcmp(stats[i].name, sample_counters[c].name))
				*(uint64_t *)((char *)sample +
					      sample_counters[c].offset) =
					stats[i].value;
	free(stats);
	sample->inflight = sample_inflight(index);
	sample_histogram(sample->took[SAMPLE_READ], index, "latency_read");
	sample_histogram(sample->took[SAMPLE_WRITE], index, "latency_write");
	return 0;
}

uint64_t sample_since(uint64_t before, uint64_t after)
{
	return after < before ? after : after - before;
}

bool sample_wait(double seconds)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	char letter = 0;

	fflush(stdout);
	/* In the background, leave the input to the process in the foreground. */
	if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) != getpgrp())
		input.fd = -1;
	if (interrupt_poll(&input, seconds) > 0 &&
	    (read(STDIN_FILENO, &letter, 1) <= 0 || letter == 'q'))
		return false;
	return !interrupt_came();
}

double sample_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int sample_interval(const char *text, double *seconds)
{
	char *end;

	*seconds = 1;
	if (!*text)
		return EXIT_DONE;
	*seconds = strtod(text, &end);
	if (*end || !(*seconds >= 0.1 && *seconds <= 86400))
		return complain(EXIT_USAGE,
				"'%s' is not a number of seconds from 0.1 to 86400",
				text);
	return EXIT_DONE;
}

int sample_count(const char *text, int64_t *count)
{
	*count = INT64_MAX;
	if (text && !number_parse(text, 1, INT64_MAX, count))
		return complain(EXIT_USAGE, "--count: '%s' is not a number from 1 on",
				text);
	return EXIT_DONE;
}
