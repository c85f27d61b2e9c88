// SPDX-License-Identifier: GPL-2.0-only
/*
 * Carrying out an operation, in either queue mode.
 */
#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/sched.h>

#include "queue/discard.h"
#include "queue/op.h"

/*
 * Yield the CPU where a piece of this size ends, and at multiples of it on the
 * disk, so that a leaf of the image is written in one piece. Bytes.
 */
#define RBULL_OP_PIECE	RBULL_LEAF_SIZE

/* For machines where user space may see a page by way of other cache lines. */
static void rbull_op_flush_dcache(const struct bio_vec *vec)
{
	unsigned int offset;

	if (!ARCH_IMPLEMENTS_FLUSH_DCACHE_PAGE)
		return;
	for (offset = round_down(vec->bv_offset, PAGE_SIZE);
	     offset < vec->bv_offset + vec->bv_len;
	     offset += PAGE_SIZE)
		flush_dcache_page(vec->bv_page + offset / PAGE_SIZE);
}

/*
 * A vector may span pages that are contiguous in memory. Where all memory is
 * mapped, copy them in one go. Map high memory page by page.
 */
#ifdef CONFIG_HIGHMEM
#define rbull_op_for_each_vec	bio_for_each_segment
#else
#define rbull_op_for_each_vec	bio_for_each_bvec
#endif

static int rbull_op_copy_vec(struct rbull_queue *queue, bool write,
			     struct bio_vec *vec, u64 pos, gfp_t gfp)
{
	void *data = bvec_kmap_local(vec);
	int err = 0;

	if (write) {
		err = rbull_image_write(queue->contents.image, pos, data, vec->bv_len,
					gfp);
	} else {
		rbull_image_read(queue->contents.image, pos, data, vec->bv_len);
		rbull_op_flush_dcache(vec);
	}
	kunmap_local(data);
	return err;
}

/*
 * Yield the CPU between pieces, since a bio may be as large as a user's buffer.
 * This is not allowed for a request in its submitter's context, which runs
 * under RCU.
 */
static void rbull_op_pause(const struct rbull_queue *queue, gfp_t gfp)
{
	if (queue->takes_bios ||
	    gfpflags_allow_blocking(gfp))
		cond_resched();
}

static int rbull_op_copy_pieces(struct rbull_queue *queue, bool write,
				struct bio_vec vec, u64 pos, gfp_t gfp)
{
	unsigned int left = vec.bv_len;
	int err = 0;

	for (; left && !err; left -= vec.bv_len) {
		vec.bv_len = rbull_image_chunk(pos, left, RBULL_OP_PIECE);
		err = rbull_op_copy_vec(queue, write, &vec, pos, gfp);
		rbull_op_pause(queue, gfp);
		pos += vec.bv_len;
		vec.bv_offset += vec.bv_len;
	}
	return err;
}

/**
 * rbull_op_copy_vecs() - rbull_op_copy() for any bio
 * @queue: the queue
 * @write: true to write to the disk, false to read
 * @bio: the bio
 * @pos: position on the disk, in bytes
 * @gfp: whether this may sleep
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0 or an error of rbull_image_write().
 */
int rbull_op_copy_vecs(struct rbull_queue *queue, bool write, struct bio *bio,
		       u64 pos, gfp_t gfp)
{
	struct bvec_iter iter;
	struct bio_vec vec;

	rbull_op_for_each_vec(vec, bio, iter) {
		int err = rbull_op_copy_pieces(queue, write, vec, pos, gfp);

		if (err)
			return err;
		pos += vec.bv_len;
	}
	return 0;
}

/**
 * rbull_op_run() - carry out an operation that moves no data
 * @queue: the queue
 * @opf: the operation and its flags, of a bio or of a request; all bios of a
 *	request have the same flags here, as write zeroes are not merged
 * @pos: position to start at, in bytes
 * @len: number of bytes
 * @gfp: whether this may sleep
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0; -EOPNOTSUPP for operations that a RAM disk does not have, such as
 * zones and passthrough; -EIO if rbull_op_check() refuses it; or an error of
 * rbull_image_erase().
 */
int rbull_op_run(struct rbull_queue *queue, compat_opf opf, u64 pos,
		 unsigned int len, gfp_t gfp)
{
	compat_req_op op = opf & REQ_OP_MASK;
	int err;

	if (op == REQ_OP_FLUSH)
		return rbull_discard_flush(queue);
	err = rbull_op_check(queue, true, pos, len);
	switch (op) {
	case REQ_OP_DISCARD:
		return err ?: rbull_discard(queue, pos, len, gfp);
	case REQ_OP_SECURE_ERASE:
		return err ?: rbull_discard_secure(queue, pos, len, gfp);
	case REQ_OP_WRITE_ZEROES:
		return err ?: rbull_discard_write_zeroes(queue, pos, len,
							 opf & REQ_NOUNMAP,
							 gfp);
	default:
		return -EOPNOTSUPP;
	}
}

/**
 * rbull_op_stat() - get the counter of an operation
 * @op: the operation, which the disk supports
 *
 * Context: any.
 * Return: the counter.
 */
enum rbull_stat rbull_op_stat(compat_req_op op)
{
	static const u8 stats[] = {
		[REQ_OP_READ] = RBULL_STAT_READ,
		[REQ_OP_WRITE] = RBULL_STAT_WRITE,
		[REQ_OP_FLUSH] = RBULL_STAT_FLUSH,
		[REQ_OP_DISCARD] = RBULL_STAT_DISCARD,
		[REQ_OP_SECURE_ERASE] = RBULL_STAT_SECURE_ERASE,
		[REQ_OP_WRITE_ZEROES] = RBULL_STAT_WRITE_ZEROES,
	};

	return stats[(__force unsigned int)op];
}

/**
 * rbull_op_count_other() - rbull_op_count() for less usual operations
 * @queue: the queue
 * @op: the operation, which the disk supports
 * @len: number of bytes
 *
 * Out of line, so that the usual operations do not need registers for it.
 *
 * Context: process context.
 */
void rbull_op_count_other(struct rbull_queue *queue, compat_req_op op,
			  unsigned int len)
{
	rbull_stats_count(&queue->stats, rbull_op_stat(op), len);
}

/**
 * rbull_op_status() - convert an error for the block layer
 * @err: 0 or a negative errno
 *
 * A disk that has no RAM left for an operation is full, as far as its user is
 * concerned.
 *
 * Context: any.
 * Return: the status.
 */
blk_status_t rbull_op_status(int err)
{
	return err == -ENOMEM ? BLK_STS_NOSPC : errno_to_blk_status(err);
}
