/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_STATS_H
#define RBULL_QUEUE_STATS_H

#include <linux/irqflags.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "queue/counter.h"

/**
 * enum rbull_stat - kinds of events that are counted
 * @RBULL_STAT_READ: reads that succeeded
 * @RBULL_STAT_WRITE: writes that succeeded, FUA writes among them
 * @RBULL_STAT_DISCARD: discards that succeeded
 * @RBULL_STAT_SECURE_ERASE: secure erases that succeeded
 * @RBULL_STAT_WRITE_ZEROES: write zeroes that succeeded
 * @RBULL_STAT_FLUSH: flushes
 * @RBULL_STAT_FUA_WRITE: writes that succeeded and had FUA set
 * @RBULL_STAT_ERROR: requests that failed or were refused
 * @RBULL_STAT_NR: number of kinds
 */
enum rbull_stat {
	RBULL_STAT_READ,
	RBULL_STAT_WRITE,
	RBULL_STAT_DISCARD,
	RBULL_STAT_SECURE_ERASE,
	RBULL_STAT_WRITE_ZEROES,
	RBULL_STAT_FLUSH,
	RBULL_STAT_FUA_WRITE,
	RBULL_STAT_ERROR,
	RBULL_STAT_NR,
};

/**
 * struct rbull_counters - counters of all kinds
 * @count: number of requests of each kind
 * @bytes: number of bytes of each kind
 */
struct rbull_counters {
	u64 count[RBULL_STAT_NR];
	u64 bytes[RBULL_STAT_NR];
};

/**
 * struct rbull_cpu_counters - counters of one CPU
 * @task: counted in process context
 * @any: counted in any context
 * @sync: for readers: queue/counter.h
 */
struct rbull_cpu_counters {
	struct rbull_counters task;
	struct rbull_counters any;
	struct u64_stats_sync sync;
};

/**
 * struct rbull_stats - the statistics of one disk
 * @counters: counted so far, per CPU; these only ever grow
 * @base_lock: guards @base
 * @base: counters at the last reset, to be subtracted
 */
struct rbull_stats {
	struct rbull_cpu_counters __percpu *counters;
	struct mutex base_lock;
	struct rbull_counters base;
};

int rbull_stats_init(struct rbull_stats *stats);
void rbull_stats_exit(struct rbull_stats *stats);
void rbull_stats_read(struct rbull_stats *stats, struct rbull_counters *sum);
void rbull_stats_reset(struct rbull_stats *stats);

/*
 * Nothing but process context uses the counters for process context. So where
 * tasks are not preempted, an addition needs no protection. On machines without
 * an instruction for it, protection would mean disabling interrupts.
 */
#if defined(CONFIG_64BIT) && !defined(CONFIG_PREEMPTION)
#define rbull_stats_add_task(sync, counter, n)	__this_cpu_add(counter, n)
#else
#define rbull_stats_add_task(sync, counter, n)	\
	rbull_counter_add(sync, counter, n)
#endif

/**
 * rbull_stats_count() - count one request in process context
 * @stats: the statistics
 * @stat: its kind
 * @bytes: number of bytes that it moved or covered
 *
 * Context: process context. Writes only to memory of this CPU.
 */
static inline void rbull_stats_count(struct rbull_stats *stats,
				     enum rbull_stat stat, unsigned int bytes)
{
	rbull_stats_add_task(stats->counters->sync,
			     stats->counters->task.count[stat], 1);
	rbull_stats_add_task(stats->counters->sync,
			     stats->counters->task.bytes[stat], bytes);
}

/**
 * rbull_stats_count_any() - count one request
 * @stats: the statistics
 * @stat: its kind
 * @bytes: number of bytes that it moved or covered
 *
 * Context: any. Writes only to memory of this CPU.
 */
static inline void rbull_stats_count_any(struct rbull_stats *stats,
					 enum rbull_stat stat,
					 unsigned int bytes)
{
	rbull_counter_add(stats->counters->sync,
			  stats->counters->any.count[stat], 1);
	rbull_counter_add(stats->counters->sync,
			  stats->counters->any.bytes[stat], bytes);
}

#endif /* RBULL_QUEUE_STATS_H */
