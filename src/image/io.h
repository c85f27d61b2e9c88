/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_IO_H
#define RBULL_IMAGE_IO_H

/*
 * Reading and overwriting of data in one stretch. These are inline, since they
 * are most of the cost of a small read or write. image/io.c does everything
 * else.
 *
 * Instead of using rcu_read_lock(), disable preemption: grace periods wait for
 * both, and this is cheaper where RCU readers can be preempted. So only a
 * limited amount is copied at a time.
 */
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "image/copy.h"
#include "image/tree.h"

/* Larger pieces are not expected to fit into the cache: image/copy.h. Bytes. */
#define RBULL_COPY_READ_MIN	SZ_16K
#define RBULL_COPY_WRITE_MIN	SZ_128K

void rbull_image_read_pieces(struct rbull_image *image, u64 pos, void *to,
			     size_t len);
int rbull_image_write_pieces(struct rbull_image *image, u64 pos,
			     const void *from, size_t len, gfp_t gfp);

/**
 * rbull_image_chunk() - get the part of a piece that is in one stretch
 * @pos: where the piece starts, in bytes
 * @len: its length in bytes
 * @span: size of a stretch, a power of two; stretches are aligned to it
 *
 * Return: number of bytes from @pos on that are in the same stretch.
 */
static __always_inline size_t rbull_image_chunk(u64 pos, size_t len,
						unsigned long span)
{
	return min_t(size_t, len, span - (pos & (span - 1)));
}

/**
 * rbull_image_is_chunk() - check whether a piece can be copied at once
 * @pos: where the piece starts, in bytes
 * @len: its length in bytes
 * @span: size of an aligned stretch, a power of two
 * @most: maximum length of a piece, in bytes
 *
 * Return: true if the piece is in one stretch and not too long.
 */
static __always_inline bool rbull_image_is_chunk(u64 pos, size_t len,
						 unsigned long span, size_t most)
{
	return len <= most && (pos & (span - 1)) + len <= span;
}

/**
 * rbull_image_read() - copy contents out
 * @image: the image
 * @pos: position to start at, in bytes
 * @to: destination
 * @len: number of bytes
 *
 * Context: process context; does not sleep.
 */
static __always_inline void rbull_image_read(struct rbull_image *image, u64 pos,
					     void *to, size_t len)
{
	unsigned long span, flags;
	const void *from;
	bool done;

	rcu_read_lock_sched();
	from = rbull_tree_find(image, pos, &span, &flags);
	done = from && rbull_image_is_chunk(pos, len, span,
					    RBULL_COPY_READ_MIN);
	if (likely(done))
		rbull_copy(to, from, len);
	rcu_read_unlock_sched();
	if (unlikely(!done))
		rbull_image_read_pieces(image, pos, to, len);
}

/**
 * rbull_image_write() - copy contents in
 * @image: the image
 * @pos: position to start at, in bytes
 * @from: source
 * @len: number of bytes
 * @gfp: how to allocate blocks that are missing
 *
 * After a failure, a part may have been written. It is safe to retry.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0; -ENOSPC if the memory limit is reached; -ENOMEM if the machine has
 * no free RAM; -EAGAIN if @gfp forbids sleeping and a retry that may sleep
 * could succeed; -EINTR if the caller was killed while it waited for memory.
 */
static __always_inline int rbull_image_write(struct rbull_image *image, u64 pos,
					     const void *from, size_t len,
					     gfp_t gfp)
{
	unsigned long span, flags;
	bool done;
	void *to;

	rcu_read_lock_sched();
	to = rbull_tree_find(image, pos, &span, &flags);
	done = to && !(flags & RBULL_ENTRY_SHARED) &&
	       rbull_image_is_chunk(pos, len, span, RBULL_COPY_AT_ONCE);
	if (likely(done))
		rbull_copy(to, from, len);
	rcu_read_unlock_sched();
	if (likely(done))
		return 0;
	return rbull_image_write_pieces(image, pos, from, len, gfp);
}

#endif /* RBULL_IMAGE_IO_H */
