// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations that move no data: discard, secure erase, write zeroes, flush.
 */
#include "image/erase.h"
#include "queue/discard.h"
#include "queue/queue.h"

/**
 * rbull_discard() - discard data that the user does not need any more
 * @queue: the queue
 * @pos: position to start at, in bytes
 * @len: number of bytes
 * @gfp: whether this may sleep
 *
 * The data reads as zeroes afterwards. The block layer would allow any data,
 * but users of a RAM disk rely on zeroes. So partly covered pages are zeroed,
 * too, rather than left with old data.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0 or an error of rbull_image_erase().
 */
int rbull_discard(struct rbull_queue *queue, u64 pos, u64 len, gfp_t gfp)
{
	return rbull_image_erase(queue->contents.image, pos, len, RBULL_ERASE_FREE, gfp);
}

/**
 * rbull_discard_secure() - erase data so that nobody can read it any more
 * @queue: the queue
 * @pos: position to start at, in bytes
 * @len: number of bytes
 * @gfp: whether this may sleep
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0 or an error of rbull_image_erase().
 */
int rbull_discard_secure(struct rbull_queue *queue, u64 pos, u64 len, gfp_t gfp)
{
	return rbull_image_erase(queue->contents.image, pos, len, RBULL_ERASE_WIPE, gfp);
}

/**
 * rbull_discard_write_zeroes() - write zeroes
 * @queue: the queue
 * @pos: position to start at, in bytes
 * @len: number of bytes
 * @keep: the user wants to keep the blocks allocated (REQ_NOUNMAP)
 * @gfp: whether this may sleep
 *
 * Only a populated disk honours @keep: its blocks are allocated, and a write to
 * them must not fail for lack of memory. Other disks allocate RAM when they are
 * written to, so their blocks do not count as allocated.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0 or an error of rbull_image_erase().
 */
int rbull_discard_write_zeroes(struct rbull_queue *queue, u64 pos, u64 len,
			       bool keep, gfp_t gfp)
{
	if (keep && queue->keeps_blocks)
		return rbull_image_zero(queue->contents.image, pos, len, gfp);
	return rbull_image_erase(queue->contents.image, pos, len, RBULL_ERASE_FREE, gfp);
}

/**
 * rbull_discard_flush() - make completed writes durable
 * @queue: the queue
 *
 * Writes are in the image when they complete, so there is nothing to do. For
 * the same reason, a write with FUA is like any other.
 *
 * Context: any.
 * Return: 0.
 */
int rbull_discard_flush(struct rbull_queue *queue)
{
	return 0;
}
