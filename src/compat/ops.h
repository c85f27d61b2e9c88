/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_COMPAT_OPS_H
#define RBULL_COMPAT_OPS_H

/*
 * Operations of block devices and request queues whose arguments or results
 * differ on older kernels. COMPAT_OPEN(fn) and its siblings define a wrapper
 * that calls fn, and compat_ops(fn) is the name of that wrapper.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/uaccess.h>

#include "compat/have.h"

#define compat_ops(fn) fn##_op

/* open() and release(). Needed before 6.5. */
#ifdef RBULL_HAVE_GENDISK_OPEN
#define COMPAT_OPEN(fn)							\
static int fn##_op(struct gendisk *disk, blk_mode_t mode)		\
{									\
	return fn(disk, mode);						\
}

#define COMPAT_RELEASE(fn)						\
static void fn##_op(struct gendisk *disk)				\
{									\
	fn(disk);							\
}
#else
typedef fmode_t blk_mode_t;
#define BLK_OPEN_WRITE FMODE_WRITE
#define BLK_OPEN_EXCL FMODE_EXCL

#define COMPAT_OPEN(fn)							\
static int fn##_op(struct block_device *bdev, fmode_t mode)		\
{									\
	return fn(bdev->bd_disk, mode);					\
}

#define COMPAT_RELEASE(fn)						\
static void fn##_op(struct gendisk *disk, fmode_t mode)			\
{									\
	fn(disk);							\
}
#endif

/*
 * set_read_only(). Before 5.11, except for 5.10 with later updates, the driver
 * gets the ioctl BLKROSET itself and must handle all of it: the block layer
 * would read the flag from user memory once more, and the program could have
 * changed it.
 */
#ifdef RBULL_HAVE_SET_READ_ONLY
#define COMPAT_SET_READ_ONLY(fn)					\
static int fn##_op(struct block_device *bdev, bool ro)			\
{									\
	return fn(bdev, ro);						\
}
#else
#define set_read_only ioctl
#define COMPAT_SET_READ_ONLY(fn)					\
static int fn##_op(struct block_device *bdev, fmode_t mode,		\
		   unsigned int cmd, unsigned long arg)			\
{									\
	int ro, err;							\
									\
	if (cmd != BLKROSET)						\
		return -ENOTTY;						\
	if (get_user(ro, (int __user *)arg))				\
		return -EFAULT;						\
	err = fn(bdev, ro);						\
	if (!err)							\
		set_device_ro(bdev, ro);				\
	return err;							\
}
#endif

/*
 * free_disk(), for disks that were added. Before 5.18 a driver does not learn
 * when a gendisk is freed. It need not wait for that either: freeing does not
 * call the driver, and an open takes a reference to the module first.
 */
#ifdef RBULL_HAVE_FREE_DISK
#define compat_has_free_disk() true
#define COMPAT_FREE_DISK(fn) .free_disk = fn,
#else
#define compat_has_free_disk() false
#define COMPAT_FREE_DISK(fn)
#endif

/* getgeo(). Needed before 6.18. */
#ifdef RBULL_HAVE_GENDISK_GETGEO
#define COMPAT_GETGEO(fn)						\
static int fn##_op(struct gendisk *disk, struct hd_geometry *geo)	\
{									\
	return fn(disk, geo);						\
}
#else
#define COMPAT_GETGEO(fn)						\
static int fn##_op(struct block_device *bdev, struct hd_geometry *geo)	\
{									\
	return fn(bdev->bd_disk, geo);					\
}
#endif

/* submit_bio() without a result. Needed before 5.16. */
#ifdef RBULL_HAVE_VOID_SUBMIT_BIO
#define COMPAT_SUBMIT_BIO(fn)						\
static void fn##_op(struct bio *bio)					\
{									\
	fn(bio);							\
}
#else
#define COMPAT_SUBMIT_BIO(fn)						\
static blk_qc_t fn##_op(struct bio *bio)				\
{									\
	fn(bio);							\
	return BLK_QC_T_NONE;						\
}
#endif

/* poll() with a batch. Needed before 5.16. */
#ifdef RBULL_HAVE_POLL_BATCH
#define COMPAT_POLL(fn)							\
static int fn##_op(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *batch) \
{									\
	return fn(hctx, batch);						\
}
#else
struct io_comp_batch;

#define COMPAT_POLL(fn)							\
static int fn##_op(struct blk_mq_hw_ctx *hctx)				\
{									\
	return fn(hctx, NULL);						\
}
#endif

/* map_queues() without a result. Needed before 6.1. */
#ifdef RBULL_HAVE_VOID_MAP_QUEUES
#define COMPAT_MAP_QUEUES(fn)						\
static void fn##_op(struct blk_mq_tag_set *set)				\
{									\
	fn(set);							\
}
#else
#define COMPAT_MAP_QUEUES(fn)						\
static int fn##_op(struct blk_mq_tag_set *set)				\
{									\
	fn(set);							\
	return 0;							\
}
#endif

#endif /* RBULL_COMPAT_OPS_H */
