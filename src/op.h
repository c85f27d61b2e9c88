/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_OP_H
#define RBULL_OP_H

#include <linux/bvec.h>
#include <linux/gfp.h>
#include <linux/types.h>

#include "compat/requests.h"
#include "disk.h"

/*
 * How to allocate in the submitter's context, which may not sleep, and in the
 * worker's. Neither may touch the reserves, which writeback of other disks
 * needs, nor call the OOM killer; GFP_NOIO because reclaim might write to us.
 */
#define RBULL_GFP_NOWAIT	(GFP_NOWAIT | __GFP_NOMEMALLOC | __GFP_NOWARN)
#define RBULL_GFP_WAIT		(GFP_NOIO | __GFP_RETRY_MAYFAIL | \
				 __GFP_NOMEMALLOC | __GFP_NOWARN)

/*
 * A vector may span pages that are neighbours in memory. Where all memory is
 * mapped they are copied in one go; high memory is mapped page by page.
 */
#ifdef CONFIG_HIGHMEM
#define rbull_rq_for_each_vec	rq_for_each_segment
#define rbull_bio_for_each_vec	bio_for_each_segment
#else
#define rbull_rq_for_each_vec	rq_for_each_bvec
#define rbull_bio_for_each_vec	bio_for_each_bvec
#endif

int rbull_op_copy(struct rbull_disk *disk, bool write, struct bio_vec *vec,
		  u64 pos, gfp_t gfp);
int rbull_op_run(struct rbull_disk *disk, compat_req_op op, u64 pos,
		 unsigned int len, gfp_t gfp);
void rbull_op_count(struct rbull_disk *disk, compat_req_op op,
		    unsigned int len, bool fua);
blk_status_t rbull_op_status(int err);

/**
 * rbull_op_check() - whether a disk can do what is asked
 * @disk: the disk
 * @write: whether its contents would change
 * @pos: where to start, in bytes
 * @len: how many bytes
 *
 * The block layer has checked all this, unless a driver above got it wrong, or
 * the kernel is one that lets a write to a read-only disk pass with a warning.
 *
 * Context: any.
 * Return: 0 or -EIO.
 */
static inline int rbull_op_check(const struct rbull_disk *disk, bool write,
				 u64 pos, unsigned int len)
{
	if (unlikely(pos > disk->size || len > disk->size - pos ||
		     (pos | len) & disk->block_mask))
		return -EIO;
	if (write && unlikely(get_disk_ro(disk->gendisk)))
		return -EIO;
	return 0;
}

#endif /* RBULL_OP_H */
