// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree of an image: how its entries change.
 *
 * All changes are made under the family's lock. Readers, and writers that only
 * overwrite, walk the tree without the lock, under RCU. So an entry is set only
 * after everything below it is ready. A block becomes garbage only after no
 * entry leads to it any more.
 *
 * An image owns a block, and may write to it, if no entry on the path to it has
 * RBULL_ENTRY_SHARED set. Cloning only sets this bit in the root of both
 * images. A later write copies the nodes on its path, from the top. The entries
 * of each copy get the bit, since the old node still leads to the same blocks
 * for the other images.
 *
 * The bit means "may be shared". It is cleared without copying if the image is
 * the only one left in its family. It is not cleared merely because the other
 * images copied the block and no longer refer to it: their readers may still be
 * using it.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/string.h>

#include "image/tree.h"

/**
 * rbull_tree_set() - make an entry lead to a block
 * @slot: the entry
 * @address: the block; readers may see it from now on
 * @flags: flag bits of the entry
 *
 * Context: the family's lock is held.
 */
void rbull_tree_set(unsigned long *slot, void *address, unsigned long flags)
{
	/* Readers that find the block must see its data: rbull_tree_find(). */
	smp_store_release(slot, (unsigned long)address | flags);
}

/**
 * rbull_tree_get() - add a reference to the block that an entry leads to
 * @entry: the entry, of any level or of a table
 *
 * Context: the family's lock is held.
 */
void rbull_tree_get(unsigned long entry)
{
	if (!entry)
		return;
	if (entry & RBULL_ENTRY_HUGE)
		rbull_block_get_huge(rbull_entry_address(entry));
	else
		rbull_block_get(rbull_entry_address(entry));
}

/**
 * rbull_tree_drop() - drop a reference to the block that an entry led to
 * @family: the family of the block
 * @entry: the entry
 * @level: level of the entry; -1 for an entry of a table
 * @garbage: collects the blocks that have no references any more
 *
 * If this was the last reference to a node, drop the references that its
 * entries hold, too, and so on.
 *
 * Context: the family's lock is held. Takes time in proportion to the garbage,
 * so callers keep that to one leaf: all other blocks below @entry must be
 * referenced elsewhere.
 */
void rbull_tree_drop(struct rbull_family *family, unsigned long entry,
		     int level, struct rbull_garbage *garbage)
{
	unsigned long *node = rbull_entry_address(entry);
	unsigned int i;

	if (!entry)
		return;
	if (level < 0) {
		rbull_block_put_page(node, family, garbage);
		return;
	}
	if (entry & RBULL_ENTRY_HUGE) {
		rbull_block_put_huge(node, family, garbage);
		return;
	}
	if (!rbull_block_put_node(node, family, garbage))
		return;
	for (i = 0; i < RBULL_NODE_ENTRIES; i++)
		rbull_tree_drop(family, node[i], level - 1, garbage);
}

/**
 * rbull_tree_is_alone() - check whether the block of an entry may be written to
 * @path: path to the entry; the image owns all its nodes
 * @entry: the entry
 *
 * Context: the family's lock is held.
 * Return: true if no other image can see the block.
 */
bool rbull_tree_is_alone(const struct rbull_path *path, unsigned long entry)
{
	return !(entry & RBULL_ENTRY_SHARED) ||
	       path->image->family->nr_images == 1;
}

/* Copy a node's entries to a new one; the old node stays for other images. */
static void rbull_tree_copy_node(unsigned long *to, const unsigned long *from)
{
	unsigned int i;

	for (i = 0; i < RBULL_NODE_ENTRIES; i++) {
		if (!from[i])
			continue;
		rbull_tree_get(from[i]);
		to[i] = from[i] | RBULL_ENTRY_SHARED;
	}
}

/**
 * rbull_tree_own_node() - make an entry lead to a node that the image owns
 * @path: path to the entry; the image owns all its nodes
 * @slot: the entry; it must not lead to a huge block
 * @level: level of the entry
 *
 * Context: the family's lock is held.
 * Return: 0, or -ENOBUFS if a node is needed and the path's supply has none.
 */
int rbull_tree_own_node(struct rbull_path *path, unsigned long *slot, int level)
{
	struct rbull_family *family = path->image->family;
	unsigned long old = *slot;
	void *node;

	if (old && rbull_tree_is_alone(path, old)) {
		rbull_tree_set(slot, rbull_entry_address(old), 0);
		return 0;
	}
	node = rbull_supply_take(path->supply, RBULL_BLOCK_NODE);
	if (!node)
		return -ENOBUFS;
	if (old)
		rbull_tree_copy_node(node, rbull_entry_address(old));
	rbull_tree_set(slot, node, 0);
	rbull_tree_drop(family, old, level, path->garbage);
	return 0;
}

/* Turn a huge leaf into a table of its pages. */
static int rbull_tree_split_leaf(struct rbull_path *path, unsigned long *slot)
{
	struct rbull_family *family = path->image->family;
	unsigned long old = *slot, *table, i;
	void *huge = rbull_entry_address(old);
	unsigned long shared = rbull_tree_is_alone(path, old) ?
			       0 : RBULL_ENTRY_SHARED;

	table = rbull_supply_take(path->supply, RBULL_BLOCK_NODE);
	if (!table)
		return -ENOBUFS;
	rbull_block_split_huge(huge);
	for (i = 0; i < RBULL_LEAF_PAGES; i++) {
		void *page = huge + i * PAGE_SIZE;

		rbull_block_get(page);
		table[i] = (unsigned long)page | shared;
	}
	rbull_tree_set(slot, table, 0);
	rbull_block_put_huge(huge, family, path->garbage);
	return 0;
}

/**
 * rbull_tree_own_table() - make an entry lead to a table that the image owns
 * @path: path to the entry; the image owns all its nodes
 * @slot: the entry, of level 0
 *
 * Context: the family's lock is held.
 * Return: 0, or -ENOBUFS if a node is needed and the path's supply has none.
 */
int rbull_tree_own_table(struct rbull_path *path, unsigned long *slot)
{
	if (*slot & RBULL_ENTRY_HUGE)
		return rbull_tree_split_leaf(path, slot);
	return rbull_tree_own_node(path, slot, 0);
}

/**
 * rbull_tree_own_leaf() - find the entry of a leaf in nodes that the image owns
 * @path: image, leaf, supply and garbage are given; the rest is filled in
 *
 * Missing nodes are added, and shared nodes are copied.
 *
 * Context: the family's lock is held.
 * Return: the entry, of level 0, or ERR_PTR(-ENOBUFS) if a node is needed and
 * the path's supply has none.
 */
unsigned long *rbull_tree_own_leaf(struct rbull_path *path)
{
	unsigned int level = path->image->levels;
	unsigned long *slot = &path->image->root;

	lockdep_assert_held(&path->image->family->lock);
	for (;;) {
		unsigned long *node;
		int err;

		path->slot[level] = slot;
		path->bottom = level;
		if (!level)
			return slot;
		err = rbull_tree_own_node(path, slot, level);
		if (err)
			return ERR_PTR(err);
		node = rbull_entry_address(*slot);
		level--;
		slot = &node[rbull_entry_index(path->leaf, level)];
	}
}

/**
 * rbull_tree_prune() - remove the empty nodes of a path, from its bottom
 * @path: the path, filled in as far as rbull_tree_own_leaf() got
 *
 * Context: the family's lock is held.
 */
void rbull_tree_prune(struct rbull_path *path)
{
	unsigned int level;

	for (level = path->bottom; level <= path->image->levels; level++) {
		unsigned long entry = *path->slot[level];

		if (!entry)
			continue;
		if (entry & RBULL_ENTRY_HUGE ||
		    memchr_inv(rbull_entry_address(entry), 0,
			       RBULL_NODE_ENTRIES * sizeof(entry)))
			return;
		WRITE_ONCE(*path->slot[level], 0);
		rbull_tree_drop(path->image->family, entry, level,
				path->garbage);
	}
}

/**
 * rbull_tree_walk() - follow the path to a leaf as far as it exists
 * @image: the image
 * @leaf: number of the leaf
 * @level: set to the level of the last entry that was reached
 *
 * Context: the family's lock is held.
 * Return: this entry; unless it is 0, it is the entry of the leaf, of level 0.
 */
unsigned long rbull_tree_walk(const struct rbull_image *image, u64 leaf,
			      unsigned int *level)
{
	unsigned long entry = image->root;

	lockdep_assert_held(&image->family->lock);
	*level = image->levels;
	while (entry && *level) {
		unsigned long *node = rbull_entry_address(entry);

		--*level;
		entry = node[rbull_entry_index(leaf, *level)];
	}
	return entry;
}

/**
 * rbull_tree_next_leaf() - find the next leaf that has blocks
 * @image: the image
 * @leaf: number of the first leaf to look at
 * @end: number of the leaf to stop at
 *
 * Context: the family's lock is held.
 * Return: the number of the leaf, or @end if there is none before it.
 */
u64 rbull_tree_next_leaf(const struct rbull_image *image, u64 leaf, u64 end)
{
	while (leaf < end) {
		unsigned int level;

		if (rbull_tree_walk(image, leaf, &level))
			return leaf;
		leaf = round_down(leaf, rbull_entry_leaves(level)) +
		       rbull_entry_leaves(level);
	}
	return end;
}
