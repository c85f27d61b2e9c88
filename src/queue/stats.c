// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of a disk. Each CPU counts for itself, so counting costs no shared
 * cache line; who reads pays for adding up.
 *
 * A reset cannot clear the counters of other CPUs while these count. It
 * remembers what has been counted so far instead.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>

#include "queue/stats.h"

/**
 * rbull_stats_init() - make counters, all zero
 * @stats: where to
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int rbull_stats_init(struct rbull_stats *stats)
{
	mutex_init(&stats->base_lock);
	stats->counters = alloc_percpu(struct rbull_cpu_counters);
	return stats->counters ? 0 : -ENOMEM;
}

/**
 * rbull_stats_exit() - free the counters
 * @stats: whose; nobody may count any more
 *
 * Context: may sleep.
 */
void rbull_stats_exit(struct rbull_stats *stats)
{
	free_percpu(stats->counters);
}

static void rbull_stats_sum_up(struct rbull_counters *sum,
			       const struct rbull_counters *counters)
{
	int i;

	for (i = 0; i < RBULL_STAT_NR; i++) {
		sum->count[i] += READ_ONCE(counters->count[i]);
		sum->bytes[i] += READ_ONCE(counters->bytes[i]);
	}
}

static void rbull_stats_sum(struct rbull_stats *stats,
			    struct rbull_counters *sum)
{
	int cpu;

	*sum = (struct rbull_counters) {};
	for_each_possible_cpu(cpu) {
		const struct rbull_cpu_counters *counters =
			per_cpu_ptr(stats->counters, cpu);

		rbull_stats_sum_up(sum, &counters->task);
		rbull_stats_sum_up(sum, &counters->any);
	}
}

/**
 * rbull_stats_read() - what was counted since the last reset
 * @stats: the statistics
 * @sum: where to put it
 *
 * Requests that complete meanwhile may or may not be in it, and may be in it
 * with their count and not their bytes. Once all is quiet it is exact.
 *
 * Context: may sleep.
 */
void rbull_stats_read(struct rbull_stats *stats, struct rbull_counters *sum)
{
	int i;

	mutex_lock(&stats->base_lock);
	rbull_stats_sum(stats, sum);
	for (i = 0; i < RBULL_STAT_NR; i++) {
		sum->count[i] -= stats->base.count[i];
		sum->bytes[i] -= stats->base.bytes[i];
	}
	mutex_unlock(&stats->base_lock);
}

/**
 * rbull_stats_reset() - start counting from zero
 * @stats: the statistics
 *
 * Context: may sleep.
 */
void rbull_stats_reset(struct rbull_stats *stats)
{
	mutex_lock(&stats->base_lock);
	rbull_stats_sum(stats, &stats->base);
	mutex_unlock(&stats->base_lock);
}
