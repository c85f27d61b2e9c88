/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_DISK_H
#define RBULL_DISK_DISK_H

#include <linux/blkdev.h>
#include <linux/completion.h>
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
 * struct rbull_backend_ops - control operations of a disk's backend
 * @abort: end all requests that the backend holds, directly or in another
 *	context. The contents are locked, or the disk is closed. May sleep for a
 *	bounded time. NULL: the backend never holds requests
 *
 * I/O does not use these operations: its path is chosen when the disk is
 * allocated.
 */
struct rbull_backend_ops {
	void (*abort)(struct rbull_disk *disk);
};

/**
 * struct rbull_disk - one disk
 * @queue: the contents, and everything else that I/O needs
 * @backend: control operations of the backend
 * @config: the requested configuration. Its disk_size is not updated: the
 *	current size is in @queue.contents
 * @index: number of the disk; guarded by the lock in disk/disks.c, as are the
 *	next five members
 * @name: name of the disk; may be empty
 * @serial: serial number; may be empty
 * @owner: open control device whose close removes the disk, or NULL
 * @is_adding: the disk is about to become visible; lookups wait for it
 * @is_found: the disk can be looked up by number and name
 * @refs: references to this structure: one held by disk/disks.c while the disk
 *	is registered there, one per opener, one per lookup
 * @remove_work: removes the disk when bit 0 of @is_removing is set
 * @is_removing: @remove_work is or was queued
 * @removed: @remove_work is done
 * @free_work: frees the disk when @refs is 0
 * @contents_lock: guards the contents, the hooks of @queue and @snapshots
 *	against changes; taken before @open_lock
 * @snapshots: the snapshots, oldest first
 * @nr_snapshots: number of snapshots
 * @open_lock: guards @opens, @is_writable and @is_removed; the disk cannot be
 *	opened while it is held
 * @opens: number of openers, as the block layer reports them
 * @is_writable: an opener may write, now or after remounting; stays set until
 *	the last opener closes the disk
 * @is_removed: the disk can neither be opened nor changed any more.
 *	@contents_lock is held, too, when this is set
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
	struct work_struct remove_work;
	unsigned long is_removing;
	struct completion removed;
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
 * rbull_disk_of() - get the disk of a gendisk
 * @gendisk: the gendisk; the caller ensures that its disk is not freed
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
