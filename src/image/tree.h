/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_TREE_H
#define RBULL_IMAGE_TREE_H

#include <linux/compiler.h>
#include <linux/math64.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "image/block.h"

/*
 * An entry: the page aligned address of a block, and two flag bits.
 *
 * An entry of level n > 0 leads to a node with entries of level n - 1. An entry
 * of level 0 leads to a table of data pages or, with RBULL_ENTRY_HUGE, to a
 * leaf in one piece. Entries of a table lead to data pages. An entry of 0 means
 * that there is no block and the data reads as zeroes.
 */
#define RBULL_ENTRY_SHARED	1UL	/* others may see it: copy before writing */
#define RBULL_ENTRY_HUGE	2UL
#define RBULL_ENTRY_BITS	3UL

#define RBULL_NODE_SHIFT	9
#define RBULL_NODE_ENTRIES	(1U << RBULL_NODE_SHIFT)

/* 9 * 5 bits of leaf number and 21 of offset: more than a loff_t has. */
#define RBULL_IMAGE_MAX_LEVELS	5

/**
 * struct rbull_image - the contents of a disk
 * @root: entry of level @levels; the family's lock guards changes
 * @levels: height of the tree
 * @size: size in bytes
 * @node: memory node to take blocks from, or %NUMA_NO_NODE
 * @family: the images that this one shares blocks with
 * @free_work: frees the image in the background
 * @is_retired: the image will be freed soon; guarded by the family's lock
 */
struct rbull_image {
	unsigned long root;
	unsigned int levels;
	u64 size;
	int node;
	struct rbull_family *family;
	struct work_struct free_work;
	bool is_retired;
};

/**
 * struct rbull_path - the entries from the root to a leaf, for a change
 * @image: the image
 * @leaf: number of the leaf, in units of 2 MiB
 * @supply: blocks to build the path with
 * @garbage: collects the blocks that are replaced
 * @slot: location of the entry of each level
 * @bottom: lowest level for which @slot is filled in
 */
struct rbull_path {
	struct rbull_image *image;
	u64 leaf;
	struct rbull_supply *supply;
	struct rbull_garbage *garbage;
	unsigned long *slot[RBULL_IMAGE_MAX_LEVELS + 1];
	unsigned int bottom;
};

/**
 * rbull_entry_address() - get the block that an entry leads to
 * @entry: the entry, not 0
 *
 * Return: the address of the block.
 */
static inline void *rbull_entry_address(unsigned long entry)
{
	return (void *)(entry & ~RBULL_ENTRY_BITS);
}

/**
 * rbull_entry_index() - find the entry of a node that leads to a leaf
 * @leaf: number of the leaf
 * @level: level of the entries of the node
 *
 * Return: the index in the node.
 */
static inline unsigned int rbull_entry_index(u64 leaf, unsigned int level)
{
	return (leaf >> (RBULL_NODE_SHIFT * level)) & (RBULL_NODE_ENTRIES - 1);
}

/**
 * rbull_entry_leaves() - count the leaves that an entry covers
 * @level: level of the entry
 *
 * Return: the number of leaves.
 */
static inline u64 rbull_entry_leaves(unsigned int level)
{
	return 1ULL << (RBULL_NODE_SHIFT * level);
}

/**
 * rbull_tree_levels() - compute the height of a tree
 * @size: size of the image, bytes
 *
 * Return: the number of levels.
 */
static inline unsigned int rbull_tree_levels(u64 size)
{
	u64 leaves = DIV_ROUND_UP_ULL(size, RBULL_LEAF_SIZE);
	unsigned int levels = 0;

	while (rbull_entry_leaves(levels) < leaves)
		levels++;
	return levels;
}

/**
 * rbull_table_index() - find the entry of a table that leads to a page
 * @pos: a position in the page, in bytes from the start of the image
 *
 * Return: the index in the table.
 */
static inline unsigned int rbull_table_index(u64 pos)
{
	return (pos >> PAGE_SHIFT) & (RBULL_LEAF_PAGES - 1);
}

/**
 * rbull_tree_find() - find data
 * @image: the image
 * @pos: position in bytes
 * @span: set to the size of the aligned range around @pos that the result is
 *	valid for
 * @flags: set to all entries on the path ORed, if there is data: tells whether
 *	it may be shared
 *
 * This is the fast path: at most @image->levels + 2 loads, each of which
 * depends on the previous one.
 *
 * Context: within rcu_read_lock_sched(); the result is valid until its end.
 * Return: the address of the byte at @pos, or NULL if there is no data.
 */
static __always_inline void *rbull_tree_find(const struct rbull_image *image,
					     u64 pos, unsigned long *span,
					     unsigned long *flags)
{
	unsigned long entry = READ_ONCE(image->root);
	unsigned int level = image->levels;
	unsigned long all = entry;
	u64 leaf = pos >> RBULL_LEAF_SHIFT;
	unsigned long *node;

	*span = RBULL_LEAF_SIZE;
	while (level--) {
		if (!entry)
			return NULL;
		node = rbull_entry_address(entry);
		entry = READ_ONCE(node[rbull_entry_index(leaf, level)]);
		all |= entry;
	}
	if (!(entry & RBULL_ENTRY_HUGE)) {
		if (!entry)
			return NULL;
		*span = PAGE_SIZE;
		node = rbull_entry_address(entry);
		entry = READ_ONCE(node[rbull_table_index(pos)]);
		all |= entry;
		if (!entry)
			return NULL;
	}
	*flags = all;
	return rbull_entry_address(entry) + (pos & (*span - 1));
}

unsigned long *rbull_tree_own_leaf(struct rbull_path *path);
int rbull_tree_own_node(struct rbull_path *path, unsigned long *slot,
			int level);
int rbull_tree_own_table(struct rbull_path *path, unsigned long *slot);
bool rbull_tree_is_alone(const struct rbull_path *path, unsigned long entry);
void rbull_tree_set(unsigned long *slot, void *address, unsigned long flags);
void rbull_tree_drop(struct rbull_family *family, unsigned long entry,
		     int level, struct rbull_garbage *garbage);
void rbull_tree_get(unsigned long entry);
void rbull_tree_prune(struct rbull_path *path);
unsigned long rbull_tree_walk(const struct rbull_image *image, u64 leaf,
			      unsigned int *level);
u64 rbull_tree_next_leaf(const struct rbull_image *image, u64 leaf, u64 end);

#endif /* RBULL_IMAGE_TREE_H */
