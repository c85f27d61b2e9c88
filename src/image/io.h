/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_IO_H
#define RBULL_IMAGE_IO_H

/*
 * Reading and overwriting what is there, in one piece: inline, as it is most of
 * what a small read or write costs. All else is done by image/io.c.
 *
 * Preemption is disabled instead of using rcu_read_lock(): for a grace period
 * it is the same, and it is cheaper where RCU readers can be preempted. So no
 * more than a certain amount is copied at a time.
 */
#include <linux/kconfig.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "image/copy.h"
#include "image/tree.h"

#define RBULL_COPY_AT_ONCE	(IS_ENABLED(CONFIG_PREEMPT_RT) ? SZ_16K : SZ_256K)

/* What is larger does not fit into the cache, see image/copy.h. Bytes. */
#define RBULL_COPY_READ_MIN	SZ_16K
#define RBULL_COPY_WRITE_MIN	SZ_128K

void rbull_image_read_pieces(struct rbull_image *image, u64 pos, void *to,
			     size_t len);
int rbull_image_write_pieces(struct rbull_image *image, u64 pos,
			     const void *from, size_t len, gfp_t gfp);

/**
 * rbull_image_chunk() - how much of a piece is in one stretch
 * @pos: where the piece starts, in bytes
 * @len: how long it is, in bytes
 * @span: size of a stretch, a power of two; stretches are aligned to it
 *
 * Return: how many bytes from @pos on are in the stretch around it.
 */
static __always_inline size_t rbull_image_chunk(u64 pos, size_t len,
						unsigned long span)
{
	return min_t(size_t, len, span - (pos & (span - 1)));
}

/**
 * rbull_image_is_chunk() - whether a piece can be copied at once
 * @pos: where the piece starts, in bytes
 * @len: how long it is, in bytes
 * @span: size of an aligned stretch, a power of two
 * @most: how long it may be, in bytes
 *
 * Return: true if it is in one stretch and not too long.
 */
static __always_inline bool rbull_image_is_chunk(u64 pos, size_t len,
						 unsigned long span, size_t most)
{
	return len <= most && (pos & (span - 1)) + len <= span;
}

/**
 * rbull_image_read() - copy contents out
 * @image: the image
 * @pos: where to start, in bytes
 * @to: where to copy to
 * @len: how many bytes
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
 * @pos: where to start, in bytes
 * @from: where to copy from
 * @len: how many bytes
 * @gfp: how to allocate blocks that are missing
 *
 * When it fails, a part may have been written; to write it once more is safe.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0; -ENOSPC if the memory limit is reached; -ENOMEM if the machine has
 * no RAM to give; -EAGAIN if one who can sleep could do it.
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
