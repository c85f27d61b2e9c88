/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_COMPAT_DISK_H
#define RBULL_COMPAT_DISK_H

/*
 * Allocating, adding and freeing a disk with its queue. The driver calls
 * blk_mq_alloc_disk(set, limits, queuedata) or blk_alloc_disk(limits, node),
 * device_add_disk() with its result, and put_disk().
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/debugfs.h>
#include <linux/err.h>

#include "compat/have.h"
#include "compat/limits.h"

#ifndef RBULL_HAVE_LIMITS_WZEROES_UNMAP

#if !defined(RBULL_HAVE_ALLOC_DISK) && !defined(RBULL_HAVE_ALLOC_DISK_LIMITS)
/*
 * Allocate a disk for a queue that was allocated separately. Needed before
 * 5.14.
 *
 * On these kernels put_disk() drops a queue reference that device_add_disk()
 * takes. If a disk was never added, put_disk() would drop one reference too
 * many. So take the reference here instead; see compat_add_disk().
 */
static inline struct gendisk *
compat_alloc_disk_for_queue(struct request_queue *queue, int node)
{
	struct gendisk *disk;

	if (IS_ERR_OR_NULL(queue))
		return queue ? ERR_CAST(queue) : ERR_PTR(-ENOMEM);
	disk = alloc_disk_node(0, node);
	if (!disk) {
		blk_cleanup_queue(queue);
		return ERR_PTR(-ENOMEM);
	}
	WARN_ON(!blk_get_queue(queue));
	disk->queue = queue;
	return disk;
}
#endif

/* Set up a disk that was allocated without limits. */
static inline void
compat_finish_disk(struct gendisk *disk,
		   const struct compat_queue_limits *limits)
{
#ifndef RBULL_HAVE_ALLOC_DISK_LIMITS
	compat_limits_apply(disk->queue, limits);
#endif
#ifndef RBULL_HAVE_LIMITS_FEATURES
	compat_limits_apply_features(disk->queue, limits);
#endif
#ifdef RBULL_HAVE_EXT_DEVT_FLAG
	/* Before 5.17 partitions beyond the reserved minors need this flag. */
	disk->flags |= GENHD_FL_EXT_DEVT;
#endif
}

/*
 * Allocate a disk for requests. Needed before 6.17, where the limits have our
 * own type.
 */
static inline struct gendisk *
compat_mq_alloc_disk(struct blk_mq_tag_set *set,
		     const struct compat_queue_limits *limits, void *queuedata)
{
	struct gendisk *disk;

#if defined(RBULL_HAVE_ALLOC_DISK_LIMITS)
	compat_native_limits native;

	compat_limits_convert(limits, &native);
	disk = blk_mq_alloc_disk(set, &native, queuedata);
#elif defined(RBULL_HAVE_ALLOC_DISK)
	disk = blk_mq_alloc_disk(set, queuedata);
#else
	disk = compat_alloc_disk_for_queue(blk_mq_init_queue(set),
					   set->numa_node);
	if (!IS_ERR(disk))
		disk->queue->queuedata = queuedata;
#endif
	if (!IS_ERR(disk))
		compat_finish_disk(disk, limits);
	return disk;
}

/* Allocate a disk for bios. Needed before 6.17. */
static inline struct gendisk *
compat_bio_alloc_disk(const struct compat_queue_limits *limits, int node)
{
	struct gendisk *disk;

#if defined(RBULL_HAVE_ALLOC_DISK_LIMITS)
	compat_native_limits native;

	compat_limits_convert(limits, &native);
	disk = blk_alloc_disk(&native, node);
#elif defined(RBULL_HAVE_ALLOC_DISK)
	disk = blk_alloc_disk(node);
	if (!disk)
		return ERR_PTR(-ENOMEM);
#else
	disk = compat_alloc_disk_for_queue(blk_alloc_queue(node), node);
#endif
	if (!IS_ERR(disk))
		compat_finish_disk(disk, limits);
	return disk;
}

#undef blk_mq_alloc_disk
#undef blk_alloc_disk
#define blk_mq_alloc_disk(set, limits, queuedata) \
	compat_mq_alloc_disk(set, limits, queuedata)
#define blk_alloc_disk(limits, node) compat_bio_alloc_disk(limits, node)

#endif /* RBULL_HAVE_LIMITS_WZEROES_UNMAP */

#ifndef RBULL_HAVE_ADD_DISK_ERROR
/*
 * device_add_disk() with a result. Needed before 5.15, where it does not return
 * errors.
 */
static inline int compat_add_disk(struct device *parent, struct gendisk *disk,
				  const struct attribute_group **groups)
{
#ifndef RBULL_HAVE_NO_SCHED_BY_DEFAULT
	/*
	 * Set the flag for "no scheduler" only while the queue gets its default
	 * scheduler, so that the user can choose one later.
	 */
	if (disk->queue->tag_set)
		disk->queue->tag_set->flags |= BLK_MQ_F_NO_SCHED;
#endif
	device_add_disk(parent, disk, groups);
#ifndef RBULL_HAVE_NO_SCHED_BY_DEFAULT
	if (disk->queue->tag_set)
		disk->queue->tag_set->flags &= ~BLK_MQ_F_NO_SCHED;
#endif
#ifndef RBULL_HAVE_ALLOC_DISK
	/* compat_alloc_disk_for_queue() took this reference. */
	blk_put_queue(disk->queue);
#endif
	return 0;
}

#define device_add_disk(parent, disk, groups) \
	compat_add_disk(parent, disk, groups)
#endif /* RBULL_HAVE_ADD_DISK_ERROR */

#ifndef RBULL_HAVE_SET_CAPACITY_AND_NOTIFY
/*
 * Set the capacity of a disk and of its block device, and send a uevent if it
 * has changed. Needed before 5.11, except for 5.10 with later updates.
 */
#define set_capacity_and_notify(disk, sectors) \
	set_capacity_revalidate_and_notify(disk, sectors, true)
#endif

#if defined(RBULL_HAVE_CLEANUP_DISK) || \
	(!defined(RBULL_HAVE_ALLOC_DISK) && \
	 !defined(RBULL_HAVE_ALLOC_DISK_LIMITS))
/*
 * Before 6.0 the queue is cleaned up by a separate call: when the disk is
 * deleted, so that remaining openers get errors, or when it is freed without
 * having been added.
 */
static inline void compat_del_gendisk(struct gendisk *disk)
{
	del_gendisk(disk);
	blk_cleanup_queue(disk->queue);
	/*
	 * Otherwise the debugfs directory stays until the last close, and a new
	 * disk of that number cannot create its own.
	 */
	debugfs_remove_recursive(disk->queue->debugfs_dir);
	disk->queue->debugfs_dir = NULL;
}

static inline void compat_put_disk(struct gendisk *disk)
{
	if (!blk_queue_dying(disk->queue))
		blk_cleanup_queue(disk->queue);
	put_disk(disk);
}

#define del_gendisk(disk) compat_del_gendisk(disk)
#define put_disk(disk) compat_put_disk(disk)
#endif

/* Count the openers of a disk or a partition. Needed before 6.0. */
#ifdef RBULL_HAVE_ATOMIC_OPENERS
#define compat_bdev_openers(bdev) atomic_read(&(bdev)->bd_openers)
#else
#define compat_bdev_openers(bdev) ((bdev)->bd_openers)
#endif

/*
 * Clear the read-only flag that BLKROSET sets in the block device, in addition
 * to the one that set_disk_ro() sets in the disk. Since 6.10 the flag is stored
 * elsewhere; before 5.12 set_disk_ro() clears it.
 */
static inline void compat_clear_bdev_ro(struct gendisk *disk)
{
#if defined(BD_READ_ONLY)
	bdev_clear_flag(disk->part0, BD_READ_ONLY);
#elif defined(RBULL_HAVE_OPEN_PARTITIONS)
	disk->part0->bd_read_only = false;
#endif
}

#endif /* RBULL_COMPAT_DISK_H */
