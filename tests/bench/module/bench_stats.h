/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_BENCH_STATS_H
#define RBULL_BENCH_STATS_H

#include <linux/kernel.h>
#include <linux/sort.h>
#include <linux/types.h>

static inline int rbull_bench_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/**
 * rbull_bench_summarize() - summarize samples as words NAME=VALUE
 * @text: gets the words
 * @size: size of @text in bytes
 * @taken: time of each sample; sorted here
 * @samples: number of samples
 * @ios: I/Os in each sample
 *
 * Return: the length of the words.
 */
static inline int rbull_bench_summarize(char *text, size_t size, u64 *taken,
					unsigned int samples, unsigned int ios)
{
	u64 total = 0;
	unsigned int i;

	for (i = 0; i < samples; i++)
		total += taken[i];
	sort(taken, samples, sizeof(*taken), rbull_bench_compare, NULL);
	return scnprintf(text, size,
			 "samples=%u ios=%u total=%llu least=%llu p10=%llu median=%llu p90=%llu",
			 samples, ios, total, taken[0], taken[samples / 10],
			 taken[samples / 2], taken[samples - 1 - samples / 10]);
}

#endif /* RBULL_BENCH_STATS_H */
