// SPDX-License-Identifier: GPL-2.0-only
/*
 * Carrying out an operation, whichever way it came in.
 */
#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/highmem.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "queue/discard.h"
#include "queue/op.h"

/* So much is copied before others may have the CPU. Bytes. */
#define RBULL_OP_PIECE	SZ_1M

/* For machines where user space may see the pages through another cache line. */
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
 * A vector may span pages that are neighbours in memory. Where all memory is
 * mapped they are copied in one go; high memory is mapped page by page.
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
 * As requests go, a bio may be as large as a user's buffer. Let others have the
 * CPU in between, where that is allowed: a request is carried out under RCU.
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
		vec.bv_len = min_t(unsigned int, left, RBULL_OP_PIECE);
		err = rbull_op_copy_vec(queue, write, &vec, pos, gfp);
		rbull_op_pause(queue, gfp);
		pos += vec.bv_len;
		vec.bv_offset += vec.bv_len;
	}
	return err;
}

/**
 * rbull_op_copy_vecs() - rbull_op_copy(), whatever a bio is made of
 * @queue: the queue
 * @write: into the disk
 * @bio: the bio
 * @pos: where on the disk, in bytes
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
 * @opf: the operation and its flags: those of a bio, or of a request whose bios
 *	have no others, as write zeroes are not merged
 * @pos: where to start, in bytes
 * @len: how many bytes
 * @gfp: whether this may sleep
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0; -EOPNOTSUPP for what a disk in RAM does not do, such as zones and
 * passthrough; -EIO if it may not be done here; or an error of
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
 * rbull_op_stat() - under what an operation is counted
 * @op: the operation, one that the disk can do
 *
 * Context: any.
 * Return: the kind.
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
 * rbull_op_count_other() - rbull_op_count() for other operations than the usual
 * @queue: the queue
 * @op: the operation, one that the disk can do
 * @len: how many bytes
 *
 * Out of line, so that the usual ones need no more registers for it.
 *
 * Context: process context.
 */
void rbull_op_count_other(struct rbull_queue *queue, compat_req_op op,
			  unsigned int len)
{
	rbull_stats_count(&queue->stats, rbull_op_stat(op), len);
}

/**
 * rbull_op_status() - what to tell the block layer
 * @err: 0 or a negative errno
 *
 * An operation that had no RAM left for it is one for which the disk is full.
 *
 * Context: any.
 * Return: the status.
 */
blk_status_t rbull_op_status(int err)
{
	return err == -ENOMEM ? BLK_STS_NOSPC : errno_to_blk_status(err);
}
