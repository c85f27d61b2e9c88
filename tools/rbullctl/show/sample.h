/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_SAMPLE_H
#define RBULLCTL_SAMPLE_H

#include "rbullctl.h"

/* What a disk does, by which it is counted; how long it takes is for the first two. */
enum sample_kind {
	SAMPLE_READ,
	SAMPLE_WRITE,
	SAMPLE_DISCARD,
	SAMPLE_KINDS,
};

/* Ranges of time: four for each power of two nanoseconds. */
#define SAMPLE_RANGES	256

/**
 * struct sample - the counters of a disk at one time
 * @ns: when, nanoseconds
 * @ops: how many were done
 * @bytes: how much they moved
 * @took: how many reads and writes took how long
 * @flushes: how many were done
 * @errors: requests that failed
 * @mem_bytes: RAM that the contents take
 * @inflight: requests that are under way
 */
struct sample {
	uint64_t ns;
	uint64_t ops[SAMPLE_KINDS];
	uint64_t bytes[SAMPLE_KINDS];
	uint64_t took[SAMPLE_DISCARD][SAMPLE_RANGES];
	uint64_t flushes;
	uint64_t errors;
	uint64_t mem_bytes;
	uint64_t inflight;
};

/**
 * sample_latency() - have it counted how long requests take
 * @index: number of the disk
 *
 * What cannot be counted is not shown; that is no failure.
 *
 * Return: whether this has switched it on, so that it is to be switched off.
 */
bool sample_latency(int index);

/**
 * sample_latency_end() - undo sample_latency()
 * @index: number of the disk
 */
void sample_latency_end(int index);

/**
 * sample_take() - look at the counters of a disk
 * @sample: where to put them
 * @index: number of the disk
 *
 * Return: 0 or a negative errno, of which the handle has the message.
 */
int sample_take(struct sample *sample, int index);

/**
 * sample_since() - how much a counter has grown
 * @before: what it was
 * @after: what it is
 *
 * Counters start from zero when they are reset: then all of it is new.
 *
 * Return: how much.
 */
uint64_t sample_since(uint64_t before, uint64_t after);

/**
 * sample_wait() - wait between two samples
 * @seconds: how long; less if anything is typed or a signal comes that is only
 *	noticed, see interrupt_notice()
 *
 * Return: false if it shall not go on: a signal came that ends programs, or a q
 * was typed.
 */
bool sample_wait(double seconds);

/**
 * sample_clock() - what time it is
 *
 * Return: seconds on a clock that nobody sets.
 */
double sample_clock(void);

/**
 * sample_interval() - read how long to wait between two samples
 * @text: as it was written; empty: a second
 * @seconds: where to put it
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int sample_interval(const char *text, double *seconds);

/**
 * sample_count() - read how many samples to print
 * @text: as it was written; NULL: go on for ever
 * @count: where to put it
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int sample_count(const char *text, int64_t *count);

#endif /* RBULLCTL_SAMPLE_H */
