/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_LATENCY_H
#define RBULL_QUEUE_LATENCY_H

#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "compat/requests.h"

/* Each power of two of nanoseconds has as many buckets, so each is 1.25 wide. */
#define RBULL_LATENCY_SHIFT	2	/* ilog2 of the next */
#define RBULL_LATENCY_PARTS	4U

/* The last one begins at 120 s (7 << 34 ns): what takes longer is counted there. */
#define RBULL_LATENCY_BUCKETS	(36U * RBULL_LATENCY_PARTS)

/**
 * enum rbull_latency_op - what is told apart
 * @RBULL_LATENCY_READ: reads
 * @RBULL_LATENCY_WRITE: writes
 * @RBULL_LATENCY_OTHER: all else
 * @RBULL_LATENCY_NR: how many kinds there are
 */
enum rbull_latency_op {
	RBULL_LATENCY_READ,
	RBULL_LATENCY_WRITE,
	RBULL_LATENCY_OTHER,
	RBULL_LATENCY_NR,
};

/**
 * struct rbull_latency_counts - how many operations took how long
 * @count: per kind and bucket
 */
struct rbull_latency_counts {
	u64 count[RBULL_LATENCY_NR][RBULL_LATENCY_BUCKETS];
};

/**
 * struct rbull_latency - the latencies of one disk
 * @counts: per CPU; allocated when first switched on
 * @is_on: they are being counted
 */
struct rbull_latency {
	struct rbull_latency_counts __percpu *counts;
	bool is_on;
};

int rbull_latency_switch(struct rbull_latency *latency, bool on);
void rbull_latency_exit(struct rbull_latency *latency);
void rbull_latency_read(const struct rbull_latency *latency,
			enum rbull_latency_op op, u64 *counts);
u64 rbull_latency_bound(unsigned int bucket);
void rbull_latency_add(struct rbull_latency *latency, compat_req_op op,
		       u64 start_ns);

/**
 * rbull_latency_count() - count an operation that completes now, if switched on
 * @latency: the latencies
 * @op: the operation
 * @start_ns: when it began, of ktime_get_ns(); 0: nobody knows
 *
 * Context: any but interrupts.
 */
static __always_inline void rbull_latency_count(struct rbull_latency *latency,
						compat_req_op op, u64 start_ns)
{
	if (unlikely(READ_ONCE(latency->is_on)))
		rbull_latency_add(latency, op, start_ns);
}

#endif /* RBULL_QUEUE_LATENCY_H */
