// SPDX-License-Identifier: GPL-2.0-only
/*
 * The size of an image, and the ranges in it that have data.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "image/size.h"
#include "image/tree.h"
#include "memory.h"

/**
 * rbull_image_size() - get the size of an image
 * @image: the image
 *
 * Return: bytes.
 */
u64 rbull_image_size(const struct rbull_image *image)
{
	return image->size;
}

/**
 * struct rbull_growth - preparations to make an image larger
 * @image: the image
 * @size: its new size, bytes
 * @nr: number of levels to add to its tree
 * @supply: one node for each of them
 */
struct rbull_growth {
	struct rbull_image *image;
	u64 size;
	unsigned int nr;
	struct rbull_supply supply[RBULL_IMAGE_MAX_LEVELS];
};

/* Check the limit of the family for all nodes; rbull_supply_add() looks at one. */
static bool rbull_growth_fits(const struct rbull_growth *growth)
{
	struct rbull_family *family = growth->image->family;
	bool fits;

	spin_lock(&family->lock);
	fits = !growth->nr || family->charged + growth->nr <=
			      rbull_memory_bound(family->limit, false);
	spin_unlock(&family->lock);
	return fits;
}

/**
 * rbull_growth_alloc() - prepare to make an image larger
 * @image: the image; nobody may change its size until the growth is freed
 * @size: its new size, bytes, not less than the old one
 * @gfp: how to allocate
 *
 * This does everything that can fail or take long.
 *
 * Context: may sleep if @gfp allows it.
 * Return: the growth, or an ERR_PTR() of -ENOMEM or of an error of
 * rbull_supply_add().
 */
struct rbull_growth *rbull_growth_alloc(struct rbull_image *image, u64 size,
					gfp_t gfp)
{
	struct rbull_growth *growth = kzalloc(sizeof(*growth), gfp);
	unsigned int levels = rbull_tree_levels(size);
	int err = 0;

	if (!growth)
		return ERR_PTR(-ENOMEM);
	growth->image = image;
	growth->size = size;
	while (image->levels + growth->nr < levels && !err) {
		struct rbull_supply *supply = &growth->supply[growth->nr++];

		supply->family = image->family;
		supply->node = image->node;
		supply->gfp = gfp;
		err = rbull_supply_add(supply, RBULL_BLOCK_NODE);
	}
	if (!err && !rbull_growth_fits(growth))
		err = -ENOSPC;
	if (!err)
		return growth;
	rbull_growth_free(growth);
	return ERR_PTR(err);
}

/**
 * rbull_growth_apply() - make an image larger; the new part is zeroes
 * @growth: the growth; to be freed afterwards
 *
 * Context: any; nobody may read from or write to the image meanwhile.
 */
void rbull_growth_apply(struct rbull_growth *growth)
{
	struct rbull_image *image = growth->image;
	unsigned int i;

	spin_lock(&image->family->lock);
	for (i = 0; i < growth->nr; i++) {
		/* An empty tree has no nodes. */
		if (image->root) {
			struct rbull_supply *supply = &growth->supply[i];
			unsigned long *node;

			/*
			 * Writes may have reached the limit since this node was
			 * allocated. It is too late to fail: exceed the limit by
			 * a page per level.
			 */
			supply->over_limit = true;
			node = rbull_supply_take(supply, RBULL_BLOCK_NODE);
			node[0] = image->root;
			rbull_tree_set(&image->root, node, 0);
		}
		image->levels++;
	}
	spin_unlock(&image->family->lock);
	image->size = growth->size;
}

/**
 * rbull_growth_free() - free a growth and the nodes that were not needed
 * @growth: the growth
 *
 * Context: any, with no lock of the image held.
 */
void rbull_growth_free(struct rbull_growth *growth)
{
	unsigned int i;

	for (i = 0; i < growth->nr; i++)
		rbull_supply_free(&growth->supply[i]);
	kfree(growth);
}

/**
 * rbull_image_cut() - make an image smaller, or undo that
 * @image: the image; nobody may read or write beyond the new size
 * @size: its new size, bytes; not more than it has ever been
 *
 * Data beyond the new size stays until the caller erases it.
 */
void rbull_image_cut(struct rbull_image *image, u64 size)
{
	image->size = size;
}

/* Find the first range of data in a leaf, within [*start, @stop). */
static u64 rbull_image_data_in_leaf(unsigned long entry, u64 *start, u64 stop)
{
	unsigned long *table = rbull_entry_address(entry);
	u64 pos = *start;

	if (entry & RBULL_ENTRY_HUGE)
		return stop;
	while (pos < stop && !READ_ONCE(table[rbull_table_index(pos)]))
		pos = round_down(pos, PAGE_SIZE) + PAGE_SIZE;
	*start = min(pos, stop);
	while (pos < stop && READ_ONCE(table[rbull_table_index(pos)]))
		pos = round_down(pos, PAGE_SIZE) + PAGE_SIZE;
	return min(pos, stop);
}

/**
 * rbull_image_next_data() - find the next range that has RAM allocated
 * @image: the image
 * @pos: position to start at, bytes
 * @start: set to the start of the first such range at or after @pos, bytes
 *
 * A range does not extend beyond its leaf. All data written before the call is
 * found.
 *
 * Context: any.
 * Return: the end of the range, bytes; if there is none, this and *@start are
 * the size of the image.
 */
u64 rbull_image_next_data(struct rbull_image *image, u64 pos, u64 *start)
{
	u64 leaf = min(pos, image->size) >> RBULL_LEAF_SHIFT;
	u64 leaves = DIV_ROUND_UP_ULL(image->size, RBULL_LEAF_SIZE);
	u64 end = image->size;
	unsigned int level;

	pos = min(pos, image->size);
	spin_lock(&image->family->lock);
	for (*start = end; *start == end; leaf++) {
		leaf = rbull_tree_next_leaf(image, leaf, leaves);
		if (leaf >= leaves) {
			*start = image->size;
			end = image->size;
			break;
		}
		*start = max(pos, leaf << RBULL_LEAF_SHIFT);
		end = min((leaf + 1) << RBULL_LEAF_SHIFT, image->size);
		end = rbull_image_data_in_leaf(rbull_tree_walk(image, leaf,
							       &level),
					       start, end);
	}
	spin_unlock(&image->family->lock);
	return end;
}
