/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_LATENCY_H
#define RBULL_QUEUE_LATENCY_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "compat/requests.h"

/*
 * Each power of two of nanoseconds, from 4 on, has RBULL_LATENCY_PARTS buckets:
 * the bounds of a bucket differ by a factor of 1.25 at most.
 */
#define RBULL_LATENCY_SHIFT	2	/* ilog2 of PARTS */
#define RBULL_LATENCY_PARTS	4U

/* The last bucket starts at 120 s (7 << 34 ns) and has no upper bound. */
#define RBULL_LATENCY_BUCKETS	(36U * RBULL_LATENCY_PARTS)

/**
 * enum rbull_latency_op - operations that are counted separately
 * @RBULL_LATENCY_READ: reads
 * @RBULL_LATENCY_WRITE: writes
 * @RBULL_LATENCY_OTHER: all others
 * @RBULL_LATENCY_NR: number of kinds
 */
enum rbull_latency_op {
	RBULL_LATENCY_READ,
	RBULL_LATENCY_WRITE,
	RBULL_LATENCY_OTHER,
	RBULL_LATENCY_NR,
};

/**
 * struct rbull_latency_counts - histograms of latencies
 * @count: number of operations of each kind and bucket
 * @sync: for readers: queue/counter.h
 */
struct rbull_latency_counts {
	u64 count[RBULL_LATENCY_NR][RBULL_LATENCY_BUCKETS];
	struct u64_stats_sync sync;
};

/**
 * struct rbull_latency - the latencies of one disk
 * @counts: per CPU; allocated on first use
 */
struct rbull_latency {
	struct rbull_latency_counts __percpu *counts;
};

int rbull_latency_reset(struct rbull_latency *latency);
void rbull_latency_exit(struct rbull_latency *latency);
void rbull_latency_read(const struct rbull_latency *latency,
			enum rbull_latency_op op, u64 *counts);
unsigned int rbull_latency_bucket(u64 ns);
u64 rbull_latency_bound(unsigned int bucket);
void rbull_latency_add(struct rbull_latency *latency, compat_req_op op,
		       u64 start_ns);

#endif /* RBULL_QUEUE_LATENCY_H */
