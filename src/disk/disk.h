/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_DISK_H
#define RBULL_DISK_DISK_H

#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/rbull.h>

#include "config.h"
#include "queue/latency.h"
#include "queue/stats.h"

struct rbull_image;
struct rbull_reason;

/**
 * struct rbull_disk - one disk
 * @image: its contents
 * @size: its size in bytes
 * @block_mask: logical block size - 1, bytes
 * @stats: what it did
 * @latency: how long it took; switched under @contents_lock
 * @gendisk: what the kernel sees of it
 * @tag_set: its requests; without any if it takes bios
 * @poll_queues: how many of its hardware queues are for polling
 * @deferred_lock: guards @deferred and @deferred_accounted
 * @deferred: bios for a worker
 * @deferred_accounted: notes of others, for which queue/iostats keeps time
 * @deferred_work: carries them out
 * @config: what was asked for; @size counts, not its disk_size
 * @index: its number; guarded by the lock in disk/disks.c, as the next five
 * @name: its name; may be empty
 * @serial: its serial number; may be empty
 * @owner: the open control device with which it goes away, or NULL
 * @is_adding: it is about to become visible; whoever looks for it waits
 * @is_found: it may be found by number and name
 * @refs: who uses this structure: disk/disks.c while the disk can be found, those
 *	who have it open, those who found it
 * @free_work: frees it when @refs is 0
 * @contents_lock: guards @image, @size and @snapshots against changes; taken
 *	before @open_lock
 * @snapshots: its snapshots, oldest first
 * @nr_snapshots: how many
 * @open_lock: guards @opens, @is_writable and @is_removed; nobody opens the disk
 *	while it is held
 * @opens: how many have it open now, as the block layer tells
 * @is_writable: one of those, or one who had it open meanwhile, may write, now
 *	or after remounting
 * @is_removed: nobody may open or change it any more; set with @contents_lock
 *	held, too
 */
struct rbull_disk {
	struct rbull_image *image;
	u64 size;
	unsigned int block_mask;
	struct rbull_stats stats;
	struct rbull_latency latency;
	struct gendisk *gendisk;
	struct blk_mq_tag_set tag_set;
	unsigned int poll_queues;
	spinlock_t deferred_lock;
	struct bio_list deferred;
	struct list_head deferred_accounted;
	struct work_struct deferred_work;

	struct rbull_config config;
	unsigned int index;
	char name[RBULL_NAME_SIZE];
	char serial[RBULL_SERIAL_SIZE];
	const void *owner;
	bool is_adding;
	bool is_found;
	refcount_t refs;
	struct work_struct free_work;
	struct mutex contents_lock;
	struct list_head snapshots;
	unsigned int nr_snapshots;
	struct mutex open_lock;
	unsigned int opens;
	bool is_writable;
	bool is_removed;
};

int rbull_disk_init(void);
void rbull_disk_exit(void);

struct rbull_disk *rbull_disk_alloc(const struct rbull_config *config,
				    struct rbull_image *image);
void rbull_disk_set_index(struct rbull_disk *disk, unsigned int index,
			  unsigned int minors);
int rbull_disk_add(struct rbull_disk *disk);
void rbull_disk_del(struct rbull_disk *disk);
void rbull_disk_get(struct rbull_disk *disk);
void rbull_disk_put(struct rbull_disk *disk);
int rbull_disk_lock(struct rbull_disk *disk);
int rbull_disk_lock_or_refuse(struct rbull_disk *disk,
			      struct rbull_reason *reason);
int rbull_disk_lock_always(struct rbull_disk *disk);
void rbull_disk_unlock(struct rbull_disk *disk);

#endif /* RBULL_DISK_DISK_H */
