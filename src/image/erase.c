// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making contents read as zeroes, and freeing their memory.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "image/add.h"
#include "image/erase.h"
#include "image/garbage.h"
#include "image/image.h"
#include "image/tree.h"

/* Maximum size, in bytes, of one erase that must not sleep. */
#define RBULL_ERASE_AT_ONCE	(2 * RBULL_LEAF_SIZE)
/* Collect this many pages before waiting for a grace period to wipe them. */
#define RBULL_ERASE_WIPE_PAGES	(SZ_32M / PAGE_SIZE)

/* Zero a part of a page. The page stays; a missing page needs nothing. */
static int rbull_erase_clear_part(struct rbull_image *image, u64 pos,
				  size_t len, enum rbull_erase how, gfp_t gfp)
{
	enum rbull_add add = how == RBULL_ERASE_WIPE ? RBULL_ADD_WIPE :
						       RBULL_ADD_PAGE;

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
		done = rbull_image_add(image, pos, NULL, len, gfp, add);
		if (done < 0)
			return done;
		if (done)
			return 0;
	}
}

/* Zero a part of an image, page by page. The pages stay. */
static int rbull_erase_clear(struct rbull_image *image, u64 pos, u64 end,
			     enum rbull_erase how, gfp_t gfp)
{
	int err = 0;

	while (pos < end && !err) {
		size_t len = min_t(u64, end - pos,
				   PAGE_SIZE - offset_in_page(pos));

		err = rbull_erase_clear_part(image, pos, len, how, gfp);
		pos += len;
	}
	return err;
}

/* Give back the pages of [pos, end), which are all in the path's leaf. */
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
 * Unlink the pages of [*pos, end) that are in the first leaf that has blocks.
 * Return: 0, with *pos moved behind these; or -ENOBUFS, with *pos at the
 * first of these pages, if a node is needed and the supply has none.
 */
static int rbull_erase_unlink(struct rbull_path *path, u64 *pos, u64 *stop,
			      u64 end)
{
	struct rbull_image *image = path->image;
	u64 leaf = *pos >> RBULL_LEAF_SHIFT;
	int err;

	path->leaf = rbull_tree_next_leaf(image, leaf,
					  DIV_ROUND_UP_ULL(end,
							   RBULL_LEAF_SIZE));
	*pos = min(end, max(*pos, path->leaf << RBULL_LEAF_SHIFT));
	*stop = min(end, (path->leaf + 1) << RBULL_LEAF_SHIFT);
	if (*pos == end)
		return 0;
	err = rbull_erase_leaf(path, *pos, *stop,
			       !(*pos & (RBULL_LEAF_SIZE - 1)) &&
			       (*stop == image->size ||
				!(*stop & (RBULL_LEAF_SIZE - 1))));
	if (!err)
		*pos = *stop;
	return err;
}

/* As rbull_garbage_wipe(), but only if there are at least @pages of garbage. */
static void rbull_erase_wipe(struct rbull_path *path, unsigned long pages)
{
	if (path->garbage->wipe && path->garbage->pages >= pages)
		rbull_garbage_wipe(path->garbage, path->image->family);
}

/*
 * Erase the pages of [*pos, end) that are in the first leaf that has blocks,
 * and move *pos behind them.
 *
 * Without memory to split or copy a leaf, zero its pages instead, which gives
 * no memory back.
 */
static int rbull_erase_step(struct rbull_path *path, u64 *pos, u64 end)
{
	struct rbull_family *family = path->image->family;
	bool wipe = path->garbage->wipe;
	u64 stop;
	int err;

	spin_lock(&family->lock);
	err = rbull_erase_unlink(path, pos, &stop, end);
	if (!wipe)
		rbull_garbage_free(path->garbage, family);
	spin_unlock(&family->lock);
	rbull_erase_wipe(path, RBULL_ERASE_WIPE_PAGES);
	if (!err)
		return 0;
	err = rbull_supply_add(path->supply, RBULL_BLOCK_NODE);
	if (err != -ENOMEM)
		return err;
	/*
	 * Copying may wait until garbage is freed. Free our own first, or it
	 * would wait for itself.
	 */
	rbull_erase_wipe(path, 1);
	err = rbull_erase_clear(path->image, *pos, stop,
				wipe ? RBULL_ERASE_WIPE : RBULL_ERASE_FREE,
				path->supply->gfp);
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
	rbull_erase_wipe(&path, 1);
	rbull_supply_free(&supply);
	return err;
}

/**
 * rbull_image_erase() - make contents read as zeroes and free their memory
 * @image: the image
 * @pos: position to start at, in bytes
 * @len: number of bytes
 * @how: whether to overwrite the memory before it is freed
 * @gfp: whether this may sleep
 *
 * Pages that are covered completely are freed; of other pages the covered part
 * is zeroed. The time depends on how much data there is, not on @len. Memory
 * that a clone still uses is neither freed nor overwritten. Memory of clones
 * that were freed before is, so %RBULL_ERASE_WIPE first waits until these are
 * gone.
 *
 * Context: process context; sleeps if @gfp allows it, which %RBULL_ERASE_WIPE
 * needs.
 * Return: 0; -EAGAIN if @gfp forbids sleeping, and this may take long or needs
 * to sleep; -ENOSPC or -ENOMEM if data shared with a clone must be zeroed and
 * there is no memory to copy it; -EINTR if the caller was killed while it waited
 * for memory.
 */
int rbull_image_erase(struct rbull_image *image, u64 pos, u64 len,
		      enum rbull_erase how, gfp_t gfp)
{
	u64 end = pos + len;
	u64 whole = round_up(pos, PAGE_SIZE);
	u64 whole_end = round_down(end, PAGE_SIZE);
	bool wipe = how == RBULL_ERASE_WIPE;
	int err;

	if (!gfpflags_allow_blocking(gfp) &&
	    (wipe || len > RBULL_ERASE_AT_ONCE))
		return -EAGAIN;
	if (wipe)
		rbull_image_await_freed(image);
	if (whole > whole_end)
		return rbull_erase_clear(image, pos, end, how, gfp);
	err = rbull_erase_clear(image, pos, whole, how, gfp);
	if (!err)
		err = rbull_erase_clear(image, whole_end, end, how, gfp);
	if (!err)
		err = rbull_erase_pages(image, whole, whole_end, how, gfp);
	return err;
}

/**
 * rbull_image_zero() - make contents read as zeroes and keep their memory
 * @image: the image
 * @pos: position to start at, in bytes
 * @len: number of bytes
 * @gfp: whether this may sleep
 *
 * Nothing is allocated where there is no data. Data shared with a clone is
 * replaced by zeroes of the image's own.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0; -EAGAIN if @gfp forbids sleeping, and this may take long or needs
 * to sleep; -ENOSPC, -ENOMEM or -EINTR as rbull_image_erase().
 */
int rbull_image_zero(struct rbull_image *image, u64 pos, u64 len, gfp_t gfp)
{
	u64 end = pos + len;
	u64 leaves = DIV_ROUND_UP_ULL(end, RBULL_LEAF_SIZE);
	int err = 0;

	if (!gfpflags_allow_blocking(gfp) && len > RBULL_ERASE_AT_ONCE)
		return -EAGAIN;
	while (pos < end && !err) {
		u64 leaf, stop;

		spin_lock(&image->family->lock);
		leaf = rbull_tree_next_leaf(image, pos >> RBULL_LEAF_SHIFT,
					    leaves);
		spin_unlock(&image->family->lock);
		pos = min(end, max(pos, leaf << RBULL_LEAF_SHIFT));
		stop = min(end, (leaf + 1) << RBULL_LEAF_SHIFT);
		err = rbull_erase_clear(image, pos, stop, RBULL_ERASE_FREE,
					gfp);
		pos = stop;
		if (gfpflags_allow_blocking(gfp))
			cond_resched();
	}
	return err;
}
