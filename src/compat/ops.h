/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_COMPAT_OPS_H
#define RBULL_COMPAT_OPS_H

/*
 * The operations of a block device get a gendisk. On older kernels some get a
 * block_device: COMPAT_OPEN(fn) and the like define what calls fn from there,
 * and compat_ops(fn) names it.
 */
#include <linux/blkdev.h>

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

#endif /* RBULL_COMPAT_OPS_H */
