// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of a queue, its histograms of latencies, and its hardware queues.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/sched.h>

#include "kunit_helpers.h"
#include "queue/latency.h"
#include "queue/mq.h"
#include "queue/stats.h"

#define RBULL_COUNTERS_TIME	HZ

/* Each latency is counted in the bucket whose bounds are around it. */
static void rbull_test_buckets(struct kunit *test)
{
	const unsigned int last = RBULL_LATENCY_BUCKETS - 1;
	unsigned int i;

	for (i = 0; i <= last; i++) {
		u64 bound = rbull_latency_bound(i);

		KUNIT_EXPECT_EQ(test, i, rbull_latency_bucket(bound));
		if (i) {
			KUNIT_EXPECT_EQ(test, i - 1,
					rbull_latency_bucket(bound - 1));
		}
	}
	KUNIT_EXPECT_EQ(test, 0, rbull_latency_bound(0));
	/* The last one has no upper bound. */
	KUNIT_EXPECT_EQ(test, 7ULL << 34, rbull_latency_bound(last));
	KUNIT_EXPECT_EQ(test, last, rbull_latency_bucket(1ULL << 37));
	KUNIT_EXPECT_EQ(test, last, rbull_latency_bucket(1ULL << 60));
	KUNIT_EXPECT_EQ(test, last, rbull_latency_bucket(U64_MAX));
}

static void rbull_test_latency(struct kunit *test)
{
	struct rbull_latency latency = {};
	u64 counts[RBULL_LATENCY_BUCKETS], sum = 0;
	unsigned int i;

	rbull_latency_read(&latency, RBULL_LATENCY_READ, counts);
	for (i = 0; i < RBULL_LATENCY_BUCKETS; i++)
		sum += counts[i];
	KUNIT_EXPECT_EQ(test, 0, sum);
	KUNIT_ASSERT_EQ(test, 0, rbull_latency_reset(&latency));
	for (i = 0; i < 100; i++)
		rbull_latency_add(&latency, REQ_OP_WRITE, 1);
	rbull_latency_add(&latency, REQ_OP_WRITE, 0);
	rbull_latency_add(&latency, REQ_OP_WRITE, U64_MAX);
	rbull_latency_read(&latency, RBULL_LATENCY_WRITE, counts);
	for (i = 0; i < RBULL_LATENCY_BUCKETS; i++)
		sum += counts[i];
	KUNIT_EXPECT_EQ(test, 100, sum);
	rbull_latency_exit(&latency);
}

/* Count bytes, in steps that change both halves of a counter of 64 bits. */
static int rbull_counters_thread(void *arg)
{
	while (!kthread_should_stop()) {
		rbull_stats_count(arg, RBULL_STAT_READ, UINT_MAX);
		rbull_stats_count_any(arg, RBULL_STAT_WRITE, UINT_MAX);
		cond_resched();
	}
	return 0;
}

/* A reader must see each counter as it was before or after an addition. */
static void rbull_test_halves(struct kunit *test)
{
	unsigned long end = jiffies + RBULL_COUNTERS_TIME;
	struct rbull_counters sum, before = {};
	struct rbull_stats stats = {};
	struct task_struct *task;
	u64 rest;

	KUNIT_ASSERT_EQ(test, 0, rbull_stats_init(&stats));
	task = kthread_run(rbull_counters_thread, &stats, "rbull_counter");
	while (time_before(jiffies, end)) {
		rbull_stats_read(&stats, &sum);
		div64_u64_rem(sum.bytes[RBULL_STAT_READ], UINT_MAX, &rest);
		KUNIT_EXPECT_EQ(test, 0, rest);
		div64_u64_rem(sum.bytes[RBULL_STAT_WRITE], UINT_MAX, &rest);
		KUNIT_EXPECT_EQ(test, 0, rest);
		KUNIT_EXPECT_GE(test, sum.bytes[RBULL_STAT_READ],
				before.bytes[RBULL_STAT_READ]);
		KUNIT_EXPECT_GE(test, sum.bytes[RBULL_STAT_WRITE],
				before.bytes[RBULL_STAT_WRITE]);
		before = sum;
		cond_resched();
	}
	if (!IS_ERR(task))
		kthread_stop(task);
	rbull_stats_read(&stats, &sum);
	KUNIT_EXPECT_GT(test, sum.count[RBULL_STAT_READ], 0);
	KUNIT_EXPECT_EQ(test, sum.bytes[RBULL_STAT_READ],
			sum.count[RBULL_STAT_READ] * UINT_MAX);
	rbull_stats_reset(&stats);
	rbull_stats_read(&stats, &sum);
	KUNIT_EXPECT_EQ(test, 0, sum.bytes[RBULL_STAT_WRITE]);
	rbull_stats_exit(&stats);
}

/* A kdump kernel reduces what was asked for: one queue is left for all I/O. */
static void rbull_test_kdump(struct kunit *test)
{
	struct blk_mq_tag_set set = { .nr_maps = HCTX_MAX_TYPES };

	set.nr_hw_queues = 4;
	KUNIT_EXPECT_EQ(test, 3, rbull_mq_poll_queues(&set, 3));
	KUNIT_EXPECT_EQ(test, 0, rbull_mq_poll_queues(&set, 0));
	set.nr_hw_queues = 1;
	KUNIT_EXPECT_EQ(test, 0, rbull_mq_poll_queues(&set, 3));
	set.nr_maps = 1;
	KUNIT_EXPECT_EQ(test, 0, rbull_mq_poll_queues(&set, 3));
}

static struct kunit_case rbull_kunit_counters_cases[] = {
	KUNIT_CASE(rbull_test_buckets),
	KUNIT_CASE(rbull_test_latency),
	KUNIT_CASE(rbull_test_halves),
	KUNIT_CASE(rbull_test_kdump),
	{}
};

struct kunit_suite rbull_kunit_counters = {
	.name = "rbull_counters",
	.test_cases = rbull_kunit_counters_cases,
};
