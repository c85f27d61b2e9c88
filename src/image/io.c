// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing that takes more than one step: several stretches, or
 * blocks that are missing or shared.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "image/add.h"
#include "image/copy.h"
#include "image/io.h"
#include "image/tree.h"

/**
 * rbull_image_read_pieces() - rbull_image_read(), for any contents
 * @image: the image
 * @pos: position to start at, in bytes
 * @to: destination
 * @len: number of bytes
 *
 * Context: process context; does not sleep.
 */
void rbull_image_read_pieces(struct rbull_image *image, u64 pos, void *to,
			     size_t len)
{
	unsigned long span, flags;

	while (len) {
		const void *from;
		size_t chunk;

		rcu_read_lock_sched();
		from = rbull_tree_find(image, pos, &span, &flags);
		chunk = rbull_image_chunk(pos, min_t(size_t, len,
						     RBULL_COPY_AT_ONCE), span);
		if (likely(from))
			rbull_copy_read(to, from, chunk);
		else
			memset(to, 0, chunk);
		rcu_read_unlock_sched();
		pos += chunk;
		to += chunk;
		len -= chunk;
	}
}

/* Return: how many bytes at the start of a piece were overwritten in place. */
static size_t rbull_image_overwrite(struct rbull_image *image, u64 pos,
				    const void *from, size_t len)
{
	unsigned long span, flags;
	size_t chunk = 0;
	void *to;

	rcu_read_lock_sched();
	to = rbull_tree_find(image, pos, &span, &flags);
	if (to && !(flags & RBULL_ENTRY_SHARED)) {
		chunk = rbull_image_chunk(pos, min_t(size_t, len,
						     RBULL_COPY_AT_ONCE), span);
		if (len < RBULL_COPY_WRITE_MIN)
			rbull_copy(to, from, chunk);
		else
			rbull_copy_write(to, from, chunk);
	}
	rcu_read_unlock_sched();
	return chunk;
}

static enum rbull_add rbull_image_add_how(struct rbull_image *image, u64 pos,
					  size_t len)
{
	return rbull_image_wants_huge(image, pos, len) ? RBULL_ADD_HUGE :
							 RBULL_ADD_PAGE;
}

/**
 * rbull_image_write_pieces() - rbull_image_write(), for any contents
 * @image: the image
 * @pos: position to start at, in bytes
 * @from: source
 * @len: number of bytes
 * @gfp: how to allocate blocks that are missing
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: as rbull_image_write().
 */
int rbull_image_write_pieces(struct rbull_image *image, u64 pos,
			     const void *from, size_t len, gfp_t gfp)
{
	while (len) {
		size_t chunk = rbull_image_overwrite(image, pos, from, len);

		if (!chunk) {
			int done = rbull_image_add(image, pos, from,
						   rbull_image_chunk(pos, len,
								     PAGE_SIZE),
						   gfp,
						   rbull_image_add_how(image, pos,
								       len));

			if (done < 0)
				return done;
			chunk = done;
		}
		pos += chunk;
		from += chunk;
		len -= chunk;
	}
	return 0;
}
