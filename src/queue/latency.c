// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long operations take: a histogram for those who want percentiles. It is
 * off, and costs a test of one bit then, as looking at the clock costs more than
 * a small read.
 */
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "queue/latency.h"
#include "queue/stats.h"

static unsigned int rbull_latency_bucket(u64 ns)
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
 * rbull_latency_bound() - where a bucket begins
 * @bucket: its number, 0 to %RBULL_LATENCY_BUCKETS - 1
 *
 * Return: the least that is counted there, nanoseconds.
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
 * rbull_latency_add() - rbull_latency_count() when it is switched on
 * @latency: the latencies
 * @op: the operation
 * @start_ns: when it began; 0: nobody knows
 *
 * Context: any but interrupts.
 */
void rbull_latency_add(struct rbull_latency *latency, compat_req_op op,
		       u64 start_ns)
{
	enum rbull_latency_op kind = op == REQ_OP_READ ? RBULL_LATENCY_READ :
				     op == REQ_OP_WRITE ? RBULL_LATENCY_WRITE :
				     RBULL_LATENCY_OTHER;
	u64 now = ktime_get_ns();

	/* Who sees that it is on sees where to count. */
	if (!start_ns || now < start_ns || !smp_load_acquire(&latency->is_on))
		return;
	rbull_stats_add(latency->counts->count[kind]
			[rbull_latency_bucket(now - start_ns)], 1);
}

/**
 * rbull_latency_switch() - start counting from zero, or stop
 * @latency: the latencies
 * @on: start
 *
 * Operations that complete meanwhile may be counted or lost.
 *
 * Context: may sleep; not called twice at a time.
 * Return: 0 or -ENOMEM.
 */
int rbull_latency_switch(struct rbull_latency *latency, bool on)
{
	int cpu;

	WRITE_ONCE(latency->is_on, false);
	if (!on)
		return 0;
	if (!latency->counts)
		latency->counts = alloc_percpu(struct rbull_latency_counts);
	if (!latency->counts)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(latency->counts, cpu), 0,
		       sizeof(*latency->counts));
	/* Pairs with rbull_latency_add(). */
	smp_store_release(&latency->is_on, true);
	return 0;
}

/**
 * rbull_latency_exit() - free the counters
 * @latency: the latencies; nobody counts any more
 *
 * Context: may sleep.
 */
void rbull_latency_exit(struct rbull_latency *latency)
{
	free_percpu(latency->counts);
}

/**
 * rbull_latency_read() - what was counted since it was switched on
 * @latency: the latencies
 * @op: of which kind of operation
 * @counts: where to put it, %RBULL_LATENCY_BUCKETS numbers
 *
 * Context: not at the same time as rbull_latency_switch().
 */
void rbull_latency_read(const struct rbull_latency *latency,
			enum rbull_latency_op op, u64 *counts)
{
	unsigned int i;
	int cpu;

	memset(counts, 0, RBULL_LATENCY_BUCKETS * sizeof(*counts));
	if (!latency->counts)
		return;
	for_each_possible_cpu(cpu)
		for (i = 0; i < RBULL_LATENCY_BUCKETS; i++)
			counts[i] += READ_ONCE(per_cpu_ptr(latency->counts,
							   cpu)->count[op][i]);
}
