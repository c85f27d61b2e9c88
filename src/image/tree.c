// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree of an image: how its entries change.
 *
 * All changes are made under the family's lock. Readers, and writers that only
 * overwrite, walk the tree without it, under RCU. So an entry is set when all
 * that it leads to is ready, and what an entry led to is garbage only when no
 * entry leads to it any more.
 *
 * A block may be written to by an image if no entry on the way to it has
 * RBULL_ENTRY_SHARED set. Cloning sets it in the root of both images, and that
 * is all. Who wants to write then copies the nodes on the way, from the top: the
 * entries of the copy have the bit set, since the old node goes on leading to
 * the same blocks for the others.
 *
 * The bit is a "may be". It is cleared without copying where the image is the
 * only one left of its family. It is not cleared merely because the others have
 * copied a block and do not refer to it any more: their readers may still be
 * looking at it.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/string.h>

#include "image/tree.h"

/**
 * rbull_tree_set() - make an entry lead somewhere
 * @slot: the entry
 * @address: the block, which readers may see from now on
 * @flags: bits of the entry
 *
 * Context: the family's lock is held.
 */
void rbull_tree_set(unsigned long *slot, void *address, unsigned long flags)
{
	/* Who finds the block finds it filled: see rbull_tree_find(). */
	smp_store_release(slot, (unsigned long)address | flags);
}

/**
 * rbull_tree_get() - count one more reference to what an entry leads to
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
 * rbull_tree_drop() - drop a reference to what an entry led to
 * @family: whose it is
 * @entry: the entry
 * @level: its level; -1 for an entry of a table
 * @garbage: takes what nobody refers to any more
 *
 * If that was the last reference to a node, those its entries hold are dropped
 * too, and so on.
 *
 * Context: the family's lock is held. Takes time in proportion to what becomes
 * garbage, so callers take care that this is not more than a leaf or what
 * others still refer to.
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
 * rbull_tree_is_alone() - whether an entry's block may be written to
 * @path: the way to the entry, whose nodes may all be changed
 * @entry: the entry
 *
 * Context: the family's lock is held.
 * Return: true if no other image can see it.
 */
bool rbull_tree_is_alone(const struct rbull_path *path, unsigned long entry)
{
	return !(entry & RBULL_ENTRY_SHARED) ||
	       path->image->family->nr_images == 1;
}

/*
 * Fill a new node with the entries of an old one, which stays as it is for the
 * other images.
 */
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
 * rbull_tree_own_node() - make an entry lead to a node that may be changed
 * @path: the way to the entry, whose nodes may all be changed
 * @slot: the entry; it must not lead to a huge block
 * @level: its level
 *
 * Context: the family's lock is held.
 * Return: 0, or -ENOBUFS if the path's supply has no node for it.
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
 * rbull_tree_own_table() - make an entry lead to a table that may be changed
 * @path: the way to the entry, whose nodes may all be changed
 * @slot: the entry, of level 0
 *
 * Context: the family's lock is held.
 * Return: 0, or -ENOBUFS if the path's supply has no node for it.
 */
int rbull_tree_own_table(struct rbull_path *path, unsigned long *slot)
{
	if (*slot & RBULL_ENTRY_HUGE)
		return rbull_tree_split_leaf(path, slot);
	return rbull_tree_own_node(path, slot, 0);
}

/**
 * rbull_tree_own_leaf() - find the entry of a leaf in nodes that may be changed
 * @path: image, leaf, supply and garbage are given; the rest is filled in
 *
 * Context: the family's lock is held.
 * Return: the entry, of level 0, or ERR_PTR(-ENOBUFS) if the path's supply has
 * no node for a node that is missing or shared.
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
 * rbull_tree_prune() - remove the nodes of a way that are empty
 * @path: the way, as far as rbull_tree_own_leaf() got
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
 * rbull_tree_walk() - follow the way to a leaf as far as there is something
 * @image: the image
 * @leaf: number of the leaf
 * @level: where to say how far that was: the level of the result
 *
 * Context: the family's lock is held.
 * Return: the entry; if it is not 0 it is that of the leaf, of level 0.
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
 * rbull_tree_next_leaf() - find a leaf where there is something
 * @image: the image
 * @leaf: number of the first leaf to look at
 * @end: number of the leaf before which to stop
 *
 * Context: the family's lock is held.
 * Return: its number, or @end if there is none.
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
