/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_QUEUE_H
#define RBULL_QUEUE_QUEUE_H

#include <linux/bio.h>
#include <linux/bits.h>
#include <linux/blk-mq.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "image/contents.h"
#include "queue/latency.h"
#include "queue/stats.h"

/*
 * Hooks: extra work for each request. While none is on, all of them together
 * cost one test per request.
 */
#define RBULL_HOOK_LATENCY	BIT(0)	/* note how long it took */

/**
 * struct rbull_queue - what is needed to carry out the I/O of a disk
 * @contents: the contents to read and write; replaced only while no I/O is in
 *	flight
 * @block_mask: logical block size - 1, bytes
 * @hooks: RBULL_HOOK_* that are on
 * @stats: counters of operations
 * @latency: latencies of operations
 * @gendisk: the disk as the block layer sees it
 * @tag_set: its requests; none if @takes_bios
 * @poll_queues: number of its hardware queues for polling
 * @takes_bios: it takes bios instead of requests
 * @keeps_blocks: all RAM was allocated in advance, and REQ_NOUNMAP keeps it
 * @deferred_lock: guards @deferred, @deferred_accounted and @nr_deferred
 * @deferred: bios for a worker
 * @deferred_accounted: notes of other bios for a worker, with I/O accounting
 *	(queue/iostats)
 * @nr_deferred: number of bios of both kinds that have not ended
 * @drained: waitqueue for @nr_deferred to become zero
 * @deferred_work: carries out deferred bios
 */
struct rbull_queue {
	struct rbull_contents contents;
	unsigned int block_mask;
	unsigned int hooks;
	struct rbull_stats stats;
	struct rbull_latency latency;
	struct gendisk *gendisk;
	struct blk_mq_tag_set tag_set;
	unsigned int poll_queues;
	bool takes_bios;
	bool keeps_blocks;
	spinlock_t deferred_lock;
	struct bio_list deferred;
	struct list_head deferred_accounted;
	unsigned int nr_deferred;
	wait_queue_head_t drained;
	struct work_struct deferred_work;
};

/**
 * rbull_queue_has_hook() - check whether a hook is on
 * @queue: the queue
 * @hook: RBULL_HOOK_*
 *
 * Context: any.
 * Return: true if it is; the data that the hook needs is ready then.
 */
static inline bool rbull_queue_has_hook(const struct rbull_queue *queue,
					unsigned int hook)
{
	/* Pairs with rbull_queue_set_hook(). */
	return smp_load_acquire(&queue->hooks) & hook;
}

int rbull_queue_init(void);
void rbull_queue_exit(void);
int rbull_queue_keep_latency(struct rbull_queue *queue, bool on);

#endif /* RBULL_QUEUE_QUEUE_H */
