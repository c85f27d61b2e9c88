/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_COMPAT_CONTENTS_H
#define RBULL_COMPAT_CONTENTS_H

/*
 * Freezing queues, dropping caches, and announcing new contents of a disk.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/sched/mm.h>

#include "compat/have.h"

/*
 * Unfreeze a queue, and restore the flags of memalloc_noio_save(). Needed
 * before 6.14.
 */
#ifdef RBULL_HAVE_FREEZE_MEMFLAGS
#define compat_unfreeze_queue(queue, memflags) \
	blk_mq_unfreeze_queue(queue, memflags)
#else
static inline void compat_unfreeze_queue(struct request_queue *queue,
					 unsigned int memflags)
{
	blk_mq_unfreeze_queue(queue);
	memalloc_noio_restore(memflags);
}
#endif

/*
 * Get the block device of the whole disk for a short time. Before 5.11 the
 * block device exists only while it is open.
 */
#ifdef RBULL_HAVE_OPEN_PARTITIONS
#define compat_get_bdev(disk)	((disk)->part0)
#define compat_put_bdev(bdev)	((void)(bdev))
#define compat_bdev_partitions(bdev) ((bdev)->bd_disk->open_partitions)
#else
#define compat_get_bdev(disk)	bdget_disk(disk, 0)
#define compat_put_bdev(bdev)	bdput(bdev)
#define compat_bdev_partitions(bdev) ((bdev)->bd_part_count)
#endif

/* Count the openers of the partitions of a disk. */
static inline unsigned int compat_open_partitions(struct gendisk *disk)
{
	struct block_device *bdev = compat_get_bdev(disk);
	unsigned int nr = bdev ? compat_bdev_partitions(bdev) : 0;

	if (bdev)
		compat_put_bdev(bdev);
	return nr;
}

static inline void compat_forget_cache_of(struct block_device *bdev,
					  bool write_back)
{
	if (write_back)
		sync_blockdev(bdev);
	invalidate_bdev(bdev);
}

/*
 * Drop the page cache of a disk and its partitions, except for pages in use,
 * and for dirty pages unless @write_back. Before 5.14 there is no table of
 * block devices: bdget_disk() gets a reference to each.
 */
static inline void compat_forget_cache(struct gendisk *disk, bool write_back)
{
	struct block_device *bdev;
#ifdef RBULL_HAVE_OPEN_PARTITIONS
	unsigned long partno;

	mutex_lock(&disk->open_mutex);
	xa_for_each(&disk->part_tbl, partno, bdev)
		compat_forget_cache_of(bdev, write_back);
	mutex_unlock(&disk->open_mutex);
#else
	int partno;

	for (partno = 0; partno < DISK_MAX_PARTS; partno++) {
		bdev = bdget_disk(disk, partno);
		if (!bdev)
			continue;
		compat_forget_cache_of(bdev, write_back);
		bdput(bdev);
	}
#endif
}

/*
 * Drop the page cache, and make the next open scan for partitions.
 * disk_force_media_change() has another argument before 6.6 and does not exist
 * before 5.15.
 */
static inline void compat_change_media(struct gendisk *disk)
{
#if defined(RBULL_HAVE_FORCE_MEDIA_CHANGE)
	disk_force_media_change(disk);
#elif defined(RBULL_HAVE_FORCE_MEDIA_CHANGE_EVENTS)
	disk_force_media_change(disk, DISK_EVENT_MEDIA_CHANGE);
#else
	struct block_device *bdev = compat_get_bdev(disk);

	if (bdev) {
		__invalidate_device(bdev, true);
		compat_put_bdev(bdev);
	}
#endif
	set_bit(GD_NEED_PART_SCAN, &disk->state);
}

#endif /* RBULL_COMPAT_CONTENTS_H */
