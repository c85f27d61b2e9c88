/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_TREE_H
#define RBULL_IMAGE_TREE_H

#include <linux/compiler.h>
#include <linux/math64.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "image/block.h"

/*
 * An entry: the address of a block, which is page aligned, and two bits.
 *
 * Level 0 entries lead to a table of data pages or, with RBULL_ENTRY_HUGE, to a
 * leaf in one piece; entries of level n > 0 to a node of entries of level n - 1.
 * Entries in tables lead to pages of data. 0: nothing there, all zeroes.
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
 * @size: bytes
 * @node: memory node to take blocks from, or %NUMA_NO_NODE
 * @family: those it shares blocks with
 * @free_work: frees it in the background
 * @is_retired: it will be, soon; guarded by the family's lock
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
 * struct rbull_path - the entries on the way to a leaf, and who changes them
 * @image: the image
 * @leaf: number of the leaf, in units of 2 MiB
 * @supply: blocks to make the way with
 * @garbage: takes what is replaced
 * @slot: where the entry of each level stands
 * @bottom: the level down to which @slot is known
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
 * rbull_entry_address() - the block that an entry leads to
 * @entry: the entry, not 0
 *
 * Return: where the block is.
 */
static inline void *rbull_entry_address(unsigned long entry)
{
	return (void *)(entry & ~RBULL_ENTRY_BITS);
}

/**
 * rbull_entry_index() - which entry of a node leads to a leaf
 * @leaf: number of the leaf
 * @level: of which level the entries of the node are
 *
 * Return: the index in the node.
 */
static inline unsigned int rbull_entry_index(u64 leaf, unsigned int level)
{
	return (leaf >> (RBULL_NODE_SHIFT * level)) & (RBULL_NODE_ENTRIES - 1);
}

/**
 * rbull_entry_leaves() - how many leaves an entry covers
 * @level: its level
 *
 * Return: the number of leaves.
 */
static inline u64 rbull_entry_leaves(unsigned int level)
{
	return 1ULL << (RBULL_NODE_SHIFT * level);
}

/**
 * rbull_tree_levels() - how high a tree must be
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
 * rbull_table_index() - which entry of a table leads to a page
 * @pos: a place in the page, in bytes from the start of the image
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
 * @pos: where, in bytes
 * @span: where to say up to which multiple of what there is no other answer: the
 *	size of the aligned stretch around @pos for which the result is good
 * @flags: where to say whether it may be shared: all entries on the way ORed
 *
 * This is the fast path: it depends on @image->levels + 2 loads at most.
 *
 * Context: within rcu_read_lock_sched(), up to whose end the result may be used.
 * Return: where the byte at @pos is, or NULL if it was not written.
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
