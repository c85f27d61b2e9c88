// SPDX-License-Identifier: GPL-2.0-only
/*
 * How far an image reaches, and where in it there is something.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "image.h"
#include "image_tree.h"

/**
 * rbull_image_size() - the size of an image
 * @image: the image
 *
 * Return: bytes.
 */
u64 rbull_image_size(const struct rbull_image *image)
{
	return image->size;
}

/* Put one more node above the root. Return: 0, or -ENOBUFS without a node. */
static int rbull_image_raise(struct rbull_image *image,
			     struct rbull_supply *supply)
{
	unsigned long *node;

	if (image->root) {
		node = rbull_supply_take(supply, RBULL_BLOCK_NODE);
		if (!node)
			return -ENOBUFS;
		node[0] = image->root;
		rbull_tree_set(&image->root, node, 0);
	}
	image->levels++;
	return 0;
}

/**
 * rbull_image_grow() - make an image larger; the new part is zeroes
 * @image: the image, which nobody reads from or writes to meanwhile
 * @size: its new size, bytes, not less than the old one
 * @gfp: how to allocate
 *
 * Context: may sleep if @gfp allows it.
 * Return: 0, or as of rbull_supply_add(), and then nothing has changed but the
 * height of the tree.
 */
int rbull_image_grow(struct rbull_image *image, u64 size, gfp_t gfp)
{
	struct rbull_family *family = image->family;
	struct rbull_supply supply = {
		.family = family, .node = image->node, .gfp = gfp,
	};
	int err = 0;

	while (!err && image->levels < rbull_tree_levels(size)) {
		spin_lock(&family->lock);
		err = rbull_image_raise(image, &supply);
		spin_unlock(&family->lock);
		if (err)
			err = rbull_supply_add(&supply, RBULL_BLOCK_NODE);
	}
	rbull_supply_free(&supply);
	if (!err)
		image->size = size;
	return err;
}

/**
 * rbull_image_cut() - make an image smaller
 * @image: the image, which nobody reads from or writes to beyond the new size
 * @size: its new size, bytes, not more than the old one
 *
 * What was beyond is still there, until the caller erases it.
 */
void rbull_image_cut(struct rbull_image *image, u64 size)
{
	image->size = size;
}

/* The stretch of data in a leaf at or after *start; @stop: where to stop. */
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
 * rbull_image_next_data() - where there is RAM behind the contents
 * @image: the image
 * @pos: where to start looking, bytes
 * @start: where to say where the first stretch at or after @pos starts, bytes
 *
 * A stretch ends where the leaf ends, at the latest. All that was written at the
 * time of the call is found.
 *
 * Context: any.
 * Return: where the stretch ends, bytes; if there is none, both are the size.
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
