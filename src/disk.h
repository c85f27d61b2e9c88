/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_H
#define RBULL_DISK_H

#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "stats.h"

struct rbull_config;
struct rbull_image;

/**
 * struct rbull_disk - one disk
 * @image: its contents
 * @size: its size in bytes
 * @block_mask: logical block size - 1, bytes
 * @stats: what it did
 * @opens: how many have it open now, as the block layer tells
 * @gendisk: what the kernel sees of it
 * @tag_set: its requests; without any if it takes bios
 * @poll_queues: how many of its hardware queues are for polling
 * @deferred_lock: guards @deferred
 * @deferred: bios for a worker: [1] those that queue/iostats counts, [0] others
 * @deferred_work: carries them out
 * @list: place in the list of all disks
 */
struct rbull_disk {
	struct rbull_image *image;
	u64 size;
	unsigned int block_mask;
	struct rbull_stats stats;
	atomic_t opens;
	struct gendisk *gendisk;
	struct blk_mq_tag_set tag_set;
	unsigned int poll_queues;
	spinlock_t deferred_lock;
	struct bio_list deferred[2];
	struct work_struct deferred_work;
	struct list_head list;
};

int rbull_disk_init(const struct rbull_config *config);
void rbull_disk_exit(void);

#endif /* RBULL_DISK_H */
