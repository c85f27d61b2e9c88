// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making contents read as zeroes, and giving their memory back.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "image.h"
#include "image_add.h"
#include "image_tree.h"

/* As much may be erased at a stretch where sleeping is not possible. */
#define RBULL_ERASE_AT_ONCE	(2 * RBULL_LEAF_SIZE)

/* Zeroes in one page, if there is one; it stays. */
static int rbull_erase_clear_part(struct rbull_image *image, u64 pos,
				  size_t len, gfp_t gfp)
{
	for (;;) {
		unsigned long span, flags = 0;
		void *to;
		int done;

		rcu_read_lock_sched();
		to = rbull_tree_find(image, pos, &span, &flags);
		if (to && !(flags & RBULL_ENTRY_SHARED))
			memset(to, 0, len);
		rcu_read_unlock_sched();
		if (!to || !(flags & RBULL_ENTRY_SHARED))
			return 0;
		done = rbull_image_add(image, pos, NULL, len, gfp, false);
		if (done < 0)
			return done;
		if (done)
			return 0;
	}
}

/* Zeroes in a part of a leaf, page by page; they stay. */
static int rbull_erase_clear(struct rbull_image *image, u64 pos, u64 end,
			     gfp_t gfp)
{
	int err = 0;

	while (pos < end && !err) {
		size_t len = min_t(u64, end - pos,
				   PAGE_SIZE - offset_in_page(pos));

		err = rbull_erase_clear_part(image, pos, len, gfp);
		pos += len;
	}
	return err;
}

/* Give back the pages of [pos, end), which are all in one leaf. */
static int rbull_erase_leaf(struct rbull_path *path, u64 pos, u64 end,
			    bool whole)
{
	struct rbull_family *family = path->image->family;
	unsigned long *slot, *table;
	unsigned long entry;
	int err;

	slot = rbull_tree_own_leaf(path);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (whole) {
		entry = *slot;
		WRITE_ONCE(*slot, 0);
		rbull_tree_drop(family, entry, 0, path->garbage);
		goto prune;
	}
	err = rbull_tree_own_table(path, slot);
	if (err)
		return err;
	table = rbull_entry_address(*slot);
	for (; pos < end; pos += PAGE_SIZE) {
		unsigned long *page = &table[rbull_table_index(pos)];

		entry = *page;
		WRITE_ONCE(*page, 0);
		rbull_tree_drop(family, entry, -1, path->garbage);
	}
prune:
	rbull_tree_prune(path);
	return 0;
}

/*
 * Erase the pages of [*pos, end) in the first leaf where there is something, and
 * move *pos behind it.
 *
 * Where there is no memory to split or copy a leaf, zeroes are as good, though
 * nothing is given back.
 */
static int rbull_erase_step(struct rbull_path *path, u64 *pos, u64 end)
{
	struct rbull_image *image = path->image;
	u64 leaf = *pos >> RBULL_LEAF_SHIFT, start, stop;
	int err;

	spin_lock(&image->family->lock);
	path->leaf = rbull_tree_next_leaf(image, leaf,
					  DIV_ROUND_UP_ULL(end,
							   RBULL_LEAF_SIZE));
	start = max(*pos, path->leaf << RBULL_LEAF_SHIFT);
	stop = min(end, (path->leaf + 1) << RBULL_LEAF_SHIFT);
	if (start >= end) {
		spin_unlock(&image->family->lock);
		*pos = end;
		return 0;
	}
	err = rbull_erase_leaf(path, start, stop,
			       !(start & (RBULL_LEAF_SIZE - 1)) &&
			       (stop == image->size ||
				!(stop & (RBULL_LEAF_SIZE - 1))));
	spin_unlock(&image->family->lock);
	rbull_garbage_free(path->garbage);
	if (!err) {
		*pos = stop;
		return 0;
	}
	err = rbull_supply_add(path->supply, RBULL_BLOCK_NODE);
	if (err != -ENOMEM)
		return err;
	err = rbull_erase_clear(image, start, stop, path->supply->gfp);
	if (!err)
		*pos = stop;
	return err;
}

static int rbull_erase_pages(struct rbull_image *image, u64 pos, u64 end,
			     enum rbull_erase how, gfp_t gfp)
{
	struct rbull_supply supply = {
		.family = image->family, .node = image->node, .gfp = gfp,
		.over_limit = true,
	};
	struct rbull_garbage garbage = { .wipe = how == RBULL_ERASE_WIPE };
	struct rbull_path path = {
		.image = image, .supply = &supply, .garbage = &garbage,
	};
	int err = 0;

	while (pos < end && !err) {
		err = rbull_erase_step(&path, &pos, end);
		if (gfpflags_allow_blocking(gfp))
			cond_resched();
	}
	rbull_supply_free(&supply);
	return err;
}

/**
 * rbull_image_erase() - make contents read as zeroes and give their memory back
 * @image: the image
 * @pos: where to start, in bytes
 * @len: how many bytes
 * @how: whether the memory is overwritten before it is freed
 * @gfp: whether this may sleep
 *
 * Pages that are covered whole are given back, of others the part is zeroed.
 * Takes time in proportion to what was written there, not to @len. Memory that
 * a clone still uses is neither freed nor overwritten.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0; -EAGAIN if it could take long, or one who can sleep could do it,
 * and @gfp forbids to sleep; -ENOSPC or -ENOMEM if something that a clone shares
 * is to be zeroed and there is no memory to copy it.
 */
int rbull_image_erase(struct rbull_image *image, u64 pos, u64 len,
		      enum rbull_erase how, gfp_t gfp)
{
	u64 end = pos + len;
	u64 whole = round_up(pos, PAGE_SIZE);
	u64 whole_end = round_down(end, PAGE_SIZE);
	int err;

	if (!gfpflags_allow_blocking(gfp) && len > RBULL_ERASE_AT_ONCE)
		return -EAGAIN;
	if (whole > whole_end)
		return rbull_erase_clear(image, pos, end, gfp);
	err = rbull_erase_clear(image, pos, whole, gfp);
	if (!err)
		err = rbull_erase_clear(image, whole_end, end, gfp);
	if (!err)
		err = rbull_erase_pages(image, whole, whole_end, how, gfp);
	return err;
}
