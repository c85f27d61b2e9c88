/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_OP_H
#define RBULL_QUEUE_OP_H

#include <linux/bio.h>
#include <linux/gfp.h>
#include <linux/types.h>

#include "compat/requests.h"
#include "config.h"
#include "image/io.h"
#include "queue/queue.h"

/*
 * Allocation flags for the submitter's context, which must not sleep, and for a
 * worker's. Neither may use the page allocator's reserves, which writeback of
 * other disks needs, or invoke the OOM killer. GFP_NOIO, because reclaim might
 * write to our own disks.
 */
#define RBULL_GFP_NOWAIT	(GFP_NOWAIT | __GFP_NOMEMALLOC | __GFP_NOWARN)
#define RBULL_GFP_WAIT		(GFP_NOIO | __GFP_RETRY_MAYFAIL | \
				 __GFP_NOMEMALLOC | __GFP_NOWARN)

/* Flags of writes that keep a file system alive: these may use the slack. */
#define RBULL_OP_SLACK		(REQ_META | REQ_PRIO)

int rbull_op_copy_vecs(struct rbull_queue *queue, bool write, struct bio *bio,
		       u64 pos, gfp_t gfp);
int rbull_op_run(struct rbull_queue *queue, compat_opf opf, u64 pos,
		 unsigned int len, gfp_t gfp);
enum rbull_stat rbull_op_stat(compat_req_op op);
void rbull_op_count_other(struct rbull_queue *queue, compat_req_op op,
			  unsigned int len);
blk_status_t rbull_op_status(int err);

/**
 * rbull_op_check() - check whether an operation is allowed
 * @queue: the queue
 * @write: whether the operation changes the contents
 * @pos: position to start at, in bytes
 * @len: number of bytes
 *
 * The block layer has already checked all this. But a driver above may be
 * wrong, and some kernels only warn about a write to a read-only disk.
 *
 * Context: any.
 * Return: 0 or -EIO.
 */
static inline int rbull_op_check(const struct rbull_queue *queue, bool write,
				 u64 pos, unsigned int len)
{
	if (unlikely(pos > queue->contents.size || len > queue->contents.size - pos ||
		     (pos | len) & queue->block_mask))
		return -EIO;
	if (write && unlikely(get_disk_ro(queue->gendisk)))
		return -EIO;
	return 0;
}

/**
 * rbull_op_gfp() - get the allocation flags for a bio
 * @bio: the bio
 * @gfp: whether this may sleep, known at compile time
 *
 * Only a second attempt, which may sleep, looks at the purpose of the bio.
 *
 * Return: the allocation flags.
 */
static __always_inline gfp_t rbull_op_gfp(const struct bio *bio, gfp_t gfp)
{
	if (gfpflags_allow_blocking(gfp) && bio->bi_opf & RBULL_OP_SLACK)
		gfp |= RBULL_GFP_SLACK;
	return gfp;
}

/**
 * rbull_op_retries() - check whether a second attempt makes sense
 * @bio: the bio
 * @err: error of the first attempt, which was not allowed to sleep
 *
 * Return: true if it does.
 */
static inline bool rbull_op_retries(const struct bio *bio, int err)
{
	if (err == -EAGAIN)
		return !(bio->bi_opf & REQ_NOWAIT);
	return err == -ENOSPC && bio->bi_opf & RBULL_OP_SLACK;
}

/**
 * rbull_op_copy() - read or write the data of a bio
 * @queue: the queue
 * @write: true to write to the disk, false to read
 * @bio: the bio
 * @pos: position on the disk, in bytes
 * @gfp: whether this may sleep
 * @most: size up to which the bio may be copied in one go, bytes; known at
 *	compile time
 *
 * Most bios have one vector, which may span many pages that are contiguous in
 * memory. Where all memory is mapped, they are copied in one go. All other bios
 * take rbull_op_copy_vecs(), which yields the CPU: also empty ones, and those
 * larger than @most.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0 or an error of rbull_image_write().
 */
static __always_inline int rbull_op_copy(struct rbull_queue *queue, bool write,
					 struct bio *bio, u64 pos, gfp_t gfp,
					 unsigned int most)
{
	unsigned int len = bio->bi_iter.bi_size;
	struct bio_vec vec;
	void *data;

	if (IS_ENABLED(CONFIG_HIGHMEM) || ARCH_IMPLEMENTS_FLUSH_DCACHE_PAGE ||
	    unlikely(len - 1 >= most))
		return rbull_op_copy_vecs(queue, write, bio, pos, gfp);
	vec = mp_bvec_iter_bvec(bio->bi_io_vec, bio->bi_iter);
	if (unlikely(vec.bv_len != len))
		return rbull_op_copy_vecs(queue, write, bio, pos, gfp);
	data = page_address(vec.bv_page) + vec.bv_offset;
	if (write)
		return rbull_image_write(queue->contents.image, pos, data, len, gfp);
	rbull_image_read(queue->contents.image, pos, data, len);
	return 0;
}

/**
 * rbull_op_count() - count an operation that succeeded
 * @queue: the queue
 * @op: the operation, which the disk supports
 * @len: number of bytes
 * @fua: whether it had FUA set
 *
 * Context: process context.
 */
static __always_inline void rbull_op_count(struct rbull_queue *queue,
					   compat_req_op op, unsigned int len,
					   bool fua)
{
	if (likely(op == REQ_OP_READ))
		rbull_stats_count(&queue->stats, RBULL_STAT_READ, len);
	else if (likely(op == REQ_OP_WRITE))
		rbull_stats_count(&queue->stats, RBULL_STAT_WRITE, len);
	else
		rbull_op_count_other(queue, op, len);
	if (unlikely(fua))
		rbull_stats_count(&queue->stats, RBULL_STAT_FUA_WRITE, 0);
}

#endif /* RBULL_QUEUE_OP_H */
