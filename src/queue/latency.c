// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long operations take: histograms, from which percentiles can be computed.
 * This is a hook of the queue. It is off by default, as reading the clock costs
 * more than a small read.
 */
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "queue/counter.h"
#include "queue/latency.h"

/**
 * rbull_latency_bucket() - get the bucket of a latency
 * @ns: the latency, nanoseconds
 *
 * Return: its number, 0 to %RBULL_LATENCY_BUCKETS - 1.
 */
unsigned int rbull_latency_bucket(u64 ns)
{
	unsigned int power, part;

	if (ns < RBULL_LATENCY_PARTS)
		return ns;
	power = ilog2(ns);
	part = (ns >> (power - RBULL_LATENCY_SHIFT)) &
	       (RBULL_LATENCY_PARTS - 1);
	return min((power - RBULL_LATENCY_SHIFT + 1) * RBULL_LATENCY_PARTS +
		   part, RBULL_LATENCY_BUCKETS - 1);
}

/**
 * rbull_latency_bound() - get the lower bound of a bucket
 * @bucket: its number, 0 to %RBULL_LATENCY_BUCKETS - 1
 *
 * Return: the shortest latency that is counted there, nanoseconds.
 */
u64 rbull_latency_bound(unsigned int bucket)
{
	unsigned int power = bucket / RBULL_LATENCY_PARTS;
	u64 part = bucket % RBULL_LATENCY_PARTS;

	if (!power)
		return part;
	return (RBULL_LATENCY_PARTS + part) << (power - 1);
}

/**
 * rbull_latency_add() - count an operation that completes now
 * @latency: the latencies, after rbull_latency_reset()
 * @op: the operation
 * @start_ns: start time, of ktime_get_ns(); 0 if unknown
 *
 * Context: any.
 */
void rbull_latency_add(struct rbull_latency *latency, compat_req_op op,
		       u64 start_ns)
{
	enum rbull_latency_op kind = op == REQ_OP_READ ? RBULL_LATENCY_READ :
				     op == REQ_OP_WRITE ? RBULL_LATENCY_WRITE :
				     RBULL_LATENCY_OTHER;
	u64 now = ktime_get_ns();

	if (start_ns && now >= start_ns)
		rbull_counter_add(latency->counts->sync,
				  latency->counts->count[kind]
				  [rbull_latency_bucket(now - start_ns)], 1);
}

/**
 * rbull_latency_reset() - start counting from zero
 * @latency: the latencies
 *
 * Operations that are counted meanwhile may be lost.
 *
 * Context: may sleep; calls must not overlap.
 * Return: 0 or -ENOMEM.
 */
int rbull_latency_reset(struct rbull_latency *latency)
{
	struct rbull_latency_counts *counts;
	int cpu;

	if (!latency->counts) {
		latency->counts = alloc_percpu(struct rbull_latency_counts);
		if (!latency->counts)
			return -ENOMEM;
		for_each_possible_cpu(cpu)
			u64_stats_init(&per_cpu_ptr(latency->counts, cpu)->sync);
	}
	for_each_possible_cpu(cpu) {
		counts = per_cpu_ptr(latency->counts, cpu);
		memset(counts->count, 0, sizeof(counts->count));
	}
	return 0;
}

/**
 * rbull_latency_exit() - free the counters
 * @latency: the latencies; nobody may count any more
 *
 * Context: may sleep.
 */
void rbull_latency_exit(struct rbull_latency *latency)
{
	free_percpu(latency->counts);
}

/**
 * rbull_latency_read() - get what was counted since rbull_latency_reset()
 * @latency: the latencies
 * @op: kind of operation
 * @counts: set to the counts of all %RBULL_LATENCY_BUCKETS buckets
 *
 * Context: must not overlap with rbull_latency_reset().
 */
void rbull_latency_read(const struct rbull_latency *latency,
			enum rbull_latency_op op, u64 *counts)
{
	const struct rbull_latency_counts *from;
	unsigned int i;
	int cpu;

	memset(counts, 0, RBULL_LATENCY_BUCKETS * sizeof(*counts));
	if (!latency->counts)
		return;
	for_each_possible_cpu(cpu) {
		from = per_cpu_ptr(latency->counts, cpu);
		for (i = 0; i < RBULL_LATENCY_BUCKETS; i++)
			counts[i] += rbull_counter_read(&from->sync,
							&from->count[op][i]);
	}
}
