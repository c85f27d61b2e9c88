// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing to places that have no block yet, or a shared one.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "image/add.h"
#include "image/copy.h"
#include "image/garbage.h"
#include "image/tree.h"

/**
 * struct rbull_image_piece - a piece of data to write
 * @pos: position in bytes
 * @from: the data; NULL for zeroes
 * @len: number of bytes, all in one page
 * @huge: if the leaf is empty, allocate it in one piece
 * @is_waiting: this write is counted in the family's nr_waiting
 */
struct rbull_image_piece {
	u64 pos;
	const void *from;
	size_t len;
	bool huge;
	bool is_waiting;
};

/**
 * rbull_image_fits_huge() - check whether a huge leaf may begin at a position
 * @image: the image
 * @pos: the position in bytes
 *
 * Return: true if a leaf begins there and the image does not end within it.
 */
bool rbull_image_fits_huge(const struct rbull_image *image, u64 pos)
{
	return !(pos & (RBULL_LEAF_SIZE - 1)) &&
	       image->size - pos >= RBULL_LEAF_SIZE;
}

/**
 * rbull_image_wants_huge() - guess whether a leaf will be written completely
 * @image: the image
 * @pos: position of the write, in bytes
 * @len: number of bytes that are known to be written
 *
 * This is likely if the write covers the leaf. It is also likely if the write
 * starts where the leaf does, and the previous leaf is filled: then the image
 * is probably being written from one end to the other. Only three places of the
 * previous leaf are looked at.
 *
 * Context: any.
 * Return: true if a huge leaf is worth it.
 */
bool rbull_image_wants_huge(const struct rbull_image *image, u64 pos,
			    size_t len)
{
	unsigned long span, flags;
	bool filled;

	if (!rbull_image_fits_huge(image, pos))
		return false;
	if (len >= RBULL_LEAF_SIZE)
		return true;
	if (!pos)
		return false;
	rcu_read_lock_sched();
	filled = rbull_tree_find(image, pos - 1, &span, &flags) &&
		 rbull_tree_find(image, pos - RBULL_LEAF_SIZE / 2, &span,
				 &flags) &&
		 rbull_tree_find(image, pos - RBULL_LEAF_SIZE, &span, &flags);
	rcu_read_unlock_sched();
	return filled;
}

/* Write a piece to a page that nobody sees yet, and zero the rest. */
static void rbull_image_fill_page(void *page,
				  const struct rbull_image_piece *piece)
{
	size_t start = offset_in_page(piece->pos);
	size_t end = start + piece->len;

	if (!piece->from) {
		memset(page, 0, PAGE_SIZE);
		return;
	}
	memset(page, 0, start);
	rbull_copy(page + start, piece->from, piece->len);
	memset(page + end, 0, PAGE_SIZE - end);
}

/* Copy those parts of an old page to a new one that a piece does not cover. */
static void rbull_image_copy_rest(void *to, const void *from,
				  const struct rbull_image_piece *piece)
{
	size_t start = offset_in_page(piece->pos);
	size_t end = start + piece->len;

	memcpy(to, from, start);
	memcpy(to + end, from + end, PAGE_SIZE - end);
}

/* On -ENOBUFS, @need is the kind of block that is needed. */
static int rbull_image_add_page(struct rbull_path *path, unsigned long *slot,
				const struct rbull_image_piece *piece,
				enum rbull_block *need)
{
	struct rbull_family *family = path->image->family;
	unsigned long old = *slot;
	bool rest = old && piece->len < PAGE_SIZE;
	void *page;

	if (old && rbull_tree_is_alone(path, old)) {
		rbull_tree_set(slot, rbull_entry_address(old), 0);
		return 0;
	}
	if (rest && family->is_cloning)
		return -EBUSY;
	page = rbull_supply_take(path->supply, RBULL_BLOCK_PAGE);
	if (!page) {
		*need = RBULL_BLOCK_PAGE;
		return -ENOBUFS;
	}
	if (rest)
		rbull_image_copy_rest(page, rbull_entry_address(old), piece);
	rbull_tree_set(slot, page, 0);
	rbull_tree_drop(family, old, -1, path->garbage);
	return piece->len;
}

static int rbull_image_try_add(struct rbull_path *path,
			       const struct rbull_image_piece *piece,
			       enum rbull_block *need)
{
	unsigned long *slot, *table;
	int err;

	*need = RBULL_BLOCK_NODE;
	slot = rbull_tree_own_leaf(path);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (!*slot && piece->huge) {
		void *huge = rbull_supply_take(path->supply,
					       RBULL_BLOCK_HUGE);

		*need = RBULL_BLOCK_HUGE;
		if (!huge)
			return -ENOBUFS;
		rbull_tree_set(slot, huge, RBULL_ENTRY_HUGE);
		return 0;
	}
	if (*slot & RBULL_ENTRY_HUGE && rbull_tree_is_alone(path, *slot)) {
		rbull_tree_set(slot, rbull_entry_address(*slot),
			       RBULL_ENTRY_HUGE);
		return 0;
	}
	err = rbull_tree_own_table(path, slot);
	if (err)
		return err;
	table = rbull_entry_address(*slot);
	return rbull_image_add_page(path, &table[rbull_table_index(piece->pos)],
				    piece, need);
}

/*
 * Count a write that may not copy data now. The next clone waits for it: so
 * count it in the critical section in which it found that a clone is being made.
 */
static void rbull_image_add_queue_up(struct rbull_family *family,
				     struct rbull_image_piece *piece)
{
	lockdep_assert_held(&family->lock);
	if (!piece->is_waiting)
		family->nr_waiting++;
	piece->is_waiting = true;
}

/* Let the next clone proceed if this write is the last one it waits for. */
static void rbull_image_add_let_clone(struct rbull_family *family,
				      struct rbull_image_piece *piece)
{
	bool last;

	if (!piece->is_waiting)
		return;
	piece->is_waiting = false;
	spin_lock(&family->lock);
	WRITE_ONCE(family->nr_waiting, family->nr_waiting - 1);
	last = !family->nr_waiting;
	spin_unlock(&family->lock);
	if (last)
		wake_up_all(&family->cloned);
}

/*
 * Allocate a block. A clone waits for this write only as long as it need not
 * wait for memory.
 */
static int rbull_image_add_supply(struct rbull_path *path,
				  struct rbull_image_piece *piece,
				  enum rbull_block need)
{
	struct rbull_supply *supply = path->supply;
	gfp_t gfp = supply->gfp;
	int err;

	if (!piece->is_waiting)
		return rbull_supply_add(supply, need);
	supply->gfp &= ~__GFP_DIRECT_RECLAIM;
	err = rbull_supply_add(supply, need);
	supply->gfp = gfp;
	if (err != -EAGAIN)
		return err;
	rbull_image_add_let_clone(path->image->family, piece);
	return rbull_supply_add(supply, need);
}

/* Get what was missing, without the lock. Return: 0, or an error. */
static int rbull_image_add_prepare(struct rbull_path *path,
				   struct rbull_image_piece *piece, int why,
				   enum rbull_block need)
{
	struct rbull_family *family = path->image->family;
	int err;

	if (why == -EBUSY) {
		if (!piece->is_waiting)
			return -EAGAIN;
		wait_event(family->cloned, !READ_ONCE(family->is_cloning));
		return 0;
	}
	err = rbull_image_add_supply(path, piece, need);
	if (need == RBULL_BLOCK_HUGE && err) {
		piece->huge = false;
		return 0;
	}
	if (need == RBULL_BLOCK_PAGE && !err)
		rbull_image_fill_page(path->supply->block[need], piece);
	return err;
}

/* Remove empty nodes that were added for a write that then failed. */
static void rbull_image_add_undo(struct rbull_path *path)
{
	struct rbull_family *family = path->image->family;

	spin_lock(&family->lock);
	path->garbage->undone = true;
	rbull_tree_own_leaf(path);
	rbull_tree_prune(path);
	rbull_garbage_free(path->garbage, family);
	spin_unlock(&family->lock);
}

static int rbull_image_add_loop(struct rbull_path *path,
				struct rbull_image_piece *piece)
{
	struct rbull_family *family = path->image->family;
	enum rbull_block need;
	int err, result;

	for (;;) {
		spin_lock(&family->lock);
		result = rbull_image_try_add(path, piece, &need);
		if (result == -EBUSY &&
		    gfpflags_allow_blocking(path->supply->gfp))
			rbull_image_add_queue_up(family, piece);
		if (!path->garbage->wipe)
			rbull_garbage_free(path->garbage, family);
		spin_unlock(&family->lock);
		if (path->garbage->wipe)
			rbull_garbage_wipe(path->garbage, family);
		if (result >= 0)
			return result;
		err = rbull_image_add_prepare(path, piece, result, need);
		if (err)
			break;
	}
	rbull_supply_free(path->supply);
	rbull_image_add_undo(path);
	return err;
}

/**
 * rbull_image_add() - write where overwriting in place is not possible
 * @image: the image
 * @pos: position in bytes
 * @from: the data; NULL for zeroes
 * @len: number of bytes, all in one page
 * @gfp: how to allocate blocks; must allow sleeping for %RBULL_ADD_WIPE
 * @how: what memory to allocate, and how to free memory that is replaced
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: @len if the data was written; 0 if it can be overwritten in place
 * now; -ENOSPC, -ENOMEM or -EAGAIN as rbull_image_write(); -EINTR if the caller
 * was killed while it waited for memory.
 */
int rbull_image_add(struct rbull_image *image, u64 pos, const void *from,
		    size_t len, gfp_t gfp, enum rbull_add how)
{
	struct rbull_image_piece piece = {
		.pos = pos, .from = from, .len = len,
		.huge = how == RBULL_ADD_HUGE,
	};
	struct rbull_supply supply = {
		.family = image->family, .node = image->node, .gfp = gfp,
	};
	struct rbull_garbage garbage = { .wipe = how == RBULL_ADD_WIPE };
	struct rbull_path path = {
		.image = image, .leaf = pos >> RBULL_LEAF_SHIFT,
		.supply = &supply, .garbage = &garbage,
	};
	int result = rbull_image_add_loop(&path, &piece);

	rbull_supply_free(&supply);
	rbull_image_add_let_clone(image->family, &piece);
	return result;
}
