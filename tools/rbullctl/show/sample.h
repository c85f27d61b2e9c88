/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_SAMPLE_H
#define RBULLCTL_SAMPLE_H

#include "rbullctl.h"

/* Kinds of operations that are counted; only the first two have latencies. */
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
 * @ns: time of the sample, nanoseconds
 * @ops: number of operations
 * @bytes: bytes that they transferred or discarded
 * @took: number of reads and writes in each range of latencies
 * @flushes: number of flushes
 * @errors: number of failed requests
 * @mem_bytes: RAM of the contents, bytes
 * @inflight: requests in flight
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
 * sample_latency() - switch the latency statistics of a disk on
 * @index: number of the disk
 *
 * Ignores errors: the latencies are then not shown.
 *
 * Return: true if they were off and are on now, so that the caller must switch
 * them off again.
 */
bool sample_latency(int index);

/**
 * sample_latency_end() - undo sample_latency()
 * @index: number of the disk
 */
void sample_latency_end(int index);

/**
 * sample_take() - read the counters of a disk
 * @sample: receives the counters
 * @index: number of the disk
 *
 * Return: 0 or a negative errno; the handle has the message.
 */
int sample_take(struct sample *sample, int index);

/**
 * sample_since() - get the increase of a counter
 * @before: its earlier value
 * @after: its later value
 *
 * If the counter has decreased, it was reset to 0 in between.
 *
 * Return: the increase.
 */
uint64_t sample_since(uint64_t before, uint64_t after);

/**
 * sample_wait() - wait between two samples
 * @seconds: time to wait; shorter if a key is pressed or a signal of
 *	interrupt_notice() arrives
 *
 * Return: false to stop, because a signal arrived that ends the program, or q
 * was typed.
 */
bool sample_wait(double seconds);

/**
 * sample_clock() - get the time
 *
 * Return: seconds on the monotonic clock.
 */
double sample_clock(void);

/**
 * sample_interval() - parse the time to wait between two samples
 * @text: the time as text; empty: one second
 * @seconds: receives the time
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int sample_interval(const char *text, double *seconds);

/**
 * sample_count() - parse the number of samples to print
 * @text: the number as text; NULL: no limit
 * @count: receives the number
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int sample_count(const char *text, int64_t *count);

#endif /* RBULLCTL_SAMPLE_H */
