// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations that move no data: discard, secure erase, write zeroes, flush.
 */
#include "image/erase.h"
#include "queue/discard.h"
#include "queue/queue.h"

/**
 * rbull_discard() - the user does not need these bytes any more
 * @queue: the queue
 * @pos: where to start, in bytes
 * @len: how many bytes
 * @gfp: whether this may sleep
 *
 * They read as zeroes afterwards. The block layer lets a disk return anything,
 * but users of a RAM disk rely on zeroes, and old data in the pages that are
 * covered in part would be neither one nor the other.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0 or an error of rbull_image_erase().
 */
int rbull_discard(struct rbull_queue *queue, u64 pos, u64 len, gfp_t gfp)
{
	return rbull_image_erase(queue->contents.image, pos, len, RBULL_ERASE_FREE, gfp);
}

/**
 * rbull_discard_secure() - nobody shall be able to read these bytes any more
 * @queue: the queue
 * @pos: where to start, in bytes
 * @len: how many bytes
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
 * rbull_discard_write_zeroes() - these bytes shall be zeroes
 * @queue: the queue
 * @pos: where to start, in bytes
 * @len: how many bytes
 * @keep: the user wants to keep the blocks allocated (REQ_NOUNMAP)
 * @gfp: whether this may sleep
 *
 * Blocks of a disk that takes RAM as it is written to are not allocated in the
 * sense of @keep; those of a populated disk are, and a write to them must not
 * fail for want of memory.
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
 * rbull_discard_flush() - what was written shall survive a loss of power
 * @queue: the queue
 *
 * Writes are in the image when they complete, so there is nothing to do, and a
 * write with FUA is as any other.
 *
 * Context: any.
 * Return: 0.
 */
int rbull_discard_flush(struct rbull_queue *queue)
{
	return 0;
}
