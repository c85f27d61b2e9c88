/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_COMPAT_LIMITS_H
#define RBULL_COMPAT_LIMITS_H

/*
 * Queue limits. The driver fills the struct queue_limits of the newest kernel
 * and passes it to blk_mq_alloc_disk(). On older kernels it fills a structure
 * that has the members that the driver uses. compat_limits_convert() or
 * compat_limits_apply() passes them to that kernel.
 *
 * Include this header after those of the kernel: it hides their queue_limits.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>

#include "compat/have.h"

/*
 * Features as bits of the limits. Needed before 6.11.
 */
#ifndef RBULL_HAVE_LIMITS_FEATURES
#define BLK_FEAT_WRITE_CACHE	BIT(0)
#define BLK_FEAT_FUA		BIT(1)
#define BLK_FEAT_ROTATIONAL	BIT(2)
#define BLK_FEAT_NOWAIT		BIT(3)
#endif

/*
 * Needed before 6.17, where struct queue_limits lacks
 * max_hw_wzeroes_unmap_sectors.
 */
#ifndef RBULL_HAVE_LIMITS_WZEROES_UNMAP
struct compat_queue_limits {
	unsigned int features;
	unsigned int logical_block_size;
	unsigned int physical_block_size;
	unsigned int io_min;
	unsigned int max_hw_sectors;
	unsigned int max_segments;
	unsigned int max_segment_size;
	unsigned int dma_alignment;
	unsigned int discard_granularity;
	unsigned int max_hw_discard_sectors;
	unsigned int max_secure_erase_sectors;
	unsigned int max_write_zeroes_sectors;
	unsigned int max_hw_wzeroes_unmap_sectors;
};

#ifdef RBULL_HAVE_ALLOC_DISK_LIMITS
/* 6.9 to 6.16: the kernel takes its own structure. */
typedef struct queue_limits compat_native_limits;

static inline void compat_limits_convert(const struct compat_queue_limits *from,
					 compat_native_limits *to)
{
	*to = (compat_native_limits) {
#ifdef RBULL_HAVE_LIMITS_FEATURES
		.features = (__force blk_features_t)from->features,
#endif
		.logical_block_size = from->logical_block_size,
		.physical_block_size = from->physical_block_size,
		.io_min = from->io_min,
		.max_hw_sectors = from->max_hw_sectors,
		.max_segments = from->max_segments,
		.max_segment_size = from->max_segment_size,
		.dma_alignment = from->dma_alignment,
		.discard_granularity = from->discard_granularity,
		.max_hw_discard_sectors = from->max_hw_discard_sectors,
		.max_secure_erase_sectors = from->max_secure_erase_sectors,
		.max_write_zeroes_sectors = from->max_write_zeroes_sectors,
	};
}
#else
/* Before 6.9: set each limit of the allocated queue. */
static inline void compat_limits_apply(struct request_queue *queue,
				       const struct compat_queue_limits *limits)
{
	blk_queue_logical_block_size(queue, limits->logical_block_size);
	blk_queue_physical_block_size(queue, limits->physical_block_size);
	blk_queue_io_min(queue, limits->io_min);
	blk_queue_max_hw_sectors(queue, limits->max_hw_sectors);
	blk_queue_max_segments(queue, limits->max_segments);
	blk_queue_max_segment_size(queue, limits->max_segment_size);
	blk_queue_dma_alignment(queue, limits->dma_alignment);
	blk_queue_max_write_zeroes_sectors(queue,
					   limits->max_write_zeroes_sectors);
	if (!limits->max_hw_discard_sectors)
		return;
	queue->limits.discard_granularity = limits->discard_granularity;
	blk_queue_max_discard_sectors(queue, limits->max_hw_discard_sectors);
#ifdef RBULL_HAVE_LIMITS_SECURE_ERASE
	blk_queue_max_secure_erase_sectors(queue,
					   limits->max_secure_erase_sectors);
#else
	/* Before 5.19 these two are queue flags. */
	blk_queue_flag_set(QUEUE_FLAG_DISCARD, queue);
	blk_queue_flag_set(QUEUE_FLAG_SECERASE, queue);
#endif
}
#endif

#ifndef RBULL_HAVE_LIMITS_FEATURES
/* Before 6.11: features are flags of the queue. */
static inline void
compat_limits_apply_features(struct request_queue *queue,
			     const struct compat_queue_limits *limits)
{
	blk_queue_write_cache(queue, limits->features & BLK_FEAT_WRITE_CACHE,
			      limits->features & BLK_FEAT_FUA);
	if (limits->features & BLK_FEAT_ROTATIONAL)
		blk_queue_flag_clear(QUEUE_FLAG_NONROT, queue);
	else
		blk_queue_flag_set(QUEUE_FLAG_NONROT, queue);
	if (limits->features & BLK_FEAT_NOWAIT)
		blk_queue_flag_set(QUEUE_FLAG_NOWAIT, queue);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, queue);
}
#endif

#define queue_limits compat_queue_limits
#endif /* RBULL_HAVE_LIMITS_WZEROES_UNMAP */

#endif /* RBULL_COMPAT_LIMITS_H */
