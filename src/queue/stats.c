// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of a disk. Each CPU has its own, so that counting shares no cache
 * line. The cost is on the reader, who must add them up.
 *
 * A reset cannot clear the counters while other CPUs count. Instead it
 * remembers what was counted so far.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>

#include "queue/stats.h"

/**
 * rbull_stats_init() - allocate counters, all zero
 * @stats: the statistics
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int rbull_stats_init(struct rbull_stats *stats)
{
	int cpu;

	mutex_init(&stats->base_lock);
	stats->counters = alloc_percpu(struct rbull_cpu_counters);
	if (!stats->counters)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats->counters, cpu)->sync);
	return 0;
}

/**
 * rbull_stats_exit() - free the counters
 * @stats: the statistics; nobody may count any more
 *
 * Context: may sleep.
 */
void rbull_stats_exit(struct rbull_stats *stats)
{
	free_percpu(stats->counters);
}

static void rbull_stats_sum_up(struct rbull_counters *sum,
			       const struct u64_stats_sync *sync,
			       const struct rbull_counters *counters)
{
	int i;

	for (i = 0; i < RBULL_STAT_NR; i++) {
		sum->count[i] += rbull_counter_read(sync, &counters->count[i]);
		sum->bytes[i] += rbull_counter_read(sync, &counters->bytes[i]);
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

		rbull_stats_sum_up(sum, &counters->sync, &counters->task);
		rbull_stats_sum_up(sum, &counters->sync, &counters->any);
	}
}

/**
 * rbull_stats_read() - get what was counted since the last reset
 * @stats: the statistics
 * @sum: set to the sum over all CPUs
 *
 * Requests that complete meanwhile may be missing, or be included with their
 * count but not their bytes. The result is exact when there is no I/O.
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
