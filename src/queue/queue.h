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
 * What is to be done for a request beside carrying it out. Where there is none,
 * all of them together cost one test on the way in.
 */
#define RBULL_HOOK_LATENCY	BIT(0)	/* note how long it took */

/**
 * struct rbull_queue - what it takes to carry out the I/O of a disk
 * @contents: what is read and written; replaced only while no I/O is under way
 * @block_mask: logical block size - 1, bytes
 * @hooks: RBULL_HOOK_* that are switched on
 * @stats: what was done
 * @latency: how long it took
 * @gendisk: what the kernel sees of the disk
 * @tag_set: its requests; without any if it takes bios
 * @poll_queues: how many of its hardware queues are for polling
 * @takes_bios: it takes bios
 * @keeps_blocks: all RAM was taken in advance, and REQ_NOUNMAP keeps it
 * @deferred_lock: guards @deferred, @deferred_accounted and @nr_deferred
 * @deferred: bios for a worker
 * @deferred_accounted: notes of others, for which queue/iostats keeps time
 * @nr_deferred: how many of both have not ended yet
 * @drained: where to wait for none
 * @deferred_work: carries them out
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
 * rbull_queue_has_hook() - whether something is to be done beside
 * @queue: the queue
 * @hook: RBULL_HOOK_*
 *
 * Context: any.
 * Return: true if so; what the hook needs is there then.
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
