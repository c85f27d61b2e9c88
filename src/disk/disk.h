/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_DISK_H
#define RBULL_DISK_DISK_H

#include <linux/blkdev.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/rbull.h>

#include "config.h"
#include "queue/queue.h"

struct rbull_disk;
struct rbull_reason;

/**
 * struct rbull_backend_ops - how what is behind a disk is controlled
 * @abort: let go of all requests that are held: end them, or have them ended; may
 *	sleep, in bounded time, with the contents locked or the disk closed.
 *	NULL: none is ever held
 *
 * I/O knows nothing of this: its way was chosen when the disk was made.
 */
struct rbull_backend_ops {
	void (*abort)(struct rbull_disk *disk);
};

/**
 * struct rbull_disk - one disk
 * @queue: its contents, and what carries out its I/O
 * @backend: how what is behind it is controlled
 * @config: what was asked for; the size of the contents counts, not disk_size
 * @index: its number; guarded by the lock in disk/disks.c, as the next five
 * @name: its name; may be empty
 * @serial: its serial number; may be empty
 * @owner: the open control device with which it goes away, or NULL
 * @is_adding: it is about to become visible; whoever looks for it waits
 * @is_found: it may be found by number and name
 * @refs: who uses this structure: disk/disks.c while the disk can be found, those
 *	who have it open, those who found it
 * @free_work: frees it when @refs is 0
 * @contents_lock: guards the contents, the hooks of @queue and @snapshots against
 *	changes; taken before @open_lock
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
	struct rbull_queue queue;
	const struct rbull_backend_ops *backend;
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

/**
 * rbull_disk_of() - the disk behind a gendisk
 * @gendisk: the gendisk of a disk that is there as long as the caller needs it
 *
 * Return: the disk.
 */
static inline struct rbull_disk *rbull_disk_of(const struct gendisk *gendisk)
{
	return container_of((struct rbull_queue *)gendisk->private_data,
			    struct rbull_disk, queue);
}

int rbull_disk_init(void);
void rbull_disk_exit(void);

struct rbull_disk *rbull_disk_alloc(const struct rbull_config *config,
				    struct rbull_contents contents);
void rbull_disk_set_index(struct rbull_disk *disk, unsigned int index,
			  unsigned int minors);
int rbull_disk_add(struct rbull_disk *disk);
void rbull_disk_abort(struct rbull_disk *disk);
void rbull_disk_del(struct rbull_disk *disk);
void rbull_disk_get(struct rbull_disk *disk);
void rbull_disk_put(struct rbull_disk *disk);
int rbull_disk_lock(struct rbull_disk *disk);
int rbull_disk_lock_or_refuse(struct rbull_disk *disk,
			      struct rbull_reason *reason);
int rbull_disk_lock_always(struct rbull_disk *disk);
void rbull_disk_unlock(struct rbull_disk *disk);

#endif /* RBULL_DISK_DISK_H */
