// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a disk contains at one instant: the image, and what goes with it. Disks,
 * snapshots and clones keep contents and leave the image to this file.
 */
#include <linux/err.h>

#include "image/contents.h"
#include "image/image.h"
#include "image/size.h"

/* Take an image over, or pass on why there is none. */
static int rbull_contents_take(struct rbull_contents *contents,
			       struct rbull_image *image)
{
	if (IS_ERR(image))
		return PTR_ERR(image);
	contents->image = image;
	contents->size = rbull_image_size(image);
	return 0;
}

/**
 * rbull_contents_alloc() - make contents of zeroes
 * @contents: where to
 * @size: bytes
 * @node: memory node for the data, %NUMA_NO_NODE for any
 * @limit: how much RAM they may take, bytes; 0: no limit of their own
 * @populate: take all of it now
 *
 * Context: may sleep.
 * Return: 0 or an error of rbull_image_alloc() or rbull_image_populate().
 */
int rbull_contents_alloc(struct rbull_contents *contents, u64 size, int node,
			 u64 limit, bool populate)
{
	int err = rbull_contents_take(contents, rbull_image_alloc(size, node));

	if (err)
		return err;
	rbull_image_set_limit(contents->image, limit);
	if (!populate)
		return 0;
	err = rbull_image_populate(contents->image, size);
	if (err)
		rbull_contents_free(contents);
	return err;
}

/**
 * rbull_contents_alloc_like() - make contents of zeroes beside other ones
 * @contents: where to
 * @other: the other ones, with which size, limit and accounting are shared
 *
 * Context: may sleep; @other is not resized meanwhile.
 * Return: 0 or an error of rbull_image_alloc_like().
 */
int rbull_contents_alloc_like(struct rbull_contents *contents,
			      const struct rbull_contents *other)
{
	return rbull_contents_take(contents,
				   rbull_image_alloc_like(other->image));
}

/**
 * rbull_contents_clone() - make contents that are the same
 * @clone: where to
 * @contents: the contents; may be in use
 *
 * Context: may sleep; @contents are not resized meanwhile.
 * Return: 0 or an error of rbull_image_clone().
 */
int rbull_contents_clone(struct rbull_contents *clone,
			 const struct rbull_contents *contents)
{
	return rbull_contents_take(clone, rbull_image_clone(contents->image));
}

/**
 * rbull_contents_retire() - announce that contents will be freed soon
 * @contents: the contents, which nobody uses any more
 *
 * Context: any.
 */
void rbull_contents_retire(const struct rbull_contents *contents)
{
	rbull_image_retire(contents->image);
}

/**
 * rbull_contents_free() - free contents
 * @contents: the contents, which nobody may use any more; empty afterwards
 *
 * Context: any.
 */
void rbull_contents_free(struct rbull_contents *contents)
{
	rbull_image_free(contents->image);
	*contents = (struct rbull_contents) {};
}

/**
 * rbull_contents_set_node() - say where to take memory from
 * @contents: the contents, which nobody else uses yet
 * @node: the memory node to prefer, or %NUMA_NO_NODE
 */
void rbull_contents_set_node(struct rbull_contents *contents, int node)
{
	rbull_image_set_node(contents->image, node);
}

/**
 * rbull_contents_set_limit() - limit the RAM that contents may take
 * @contents: the contents
 * @limit: bytes; 0: no limit of their own
 *
 * Context: any.
 */
void rbull_contents_set_limit(struct rbull_contents *contents, u64 limit)
{
	rbull_image_set_limit(contents->image, limit);
}

/**
 * rbull_contents_limit() - how much RAM contents may take
 * @contents: the contents
 *
 * Context: any.
 * Return: bytes; 0: no limit of their own.
 */
u64 rbull_contents_limit(const struct rbull_contents *contents)
{
	return rbull_image_limit(contents->image);
}

/**
 * rbull_contents_pages() - how much RAM contents take
 * @contents: the contents; those that share data are accounted together
 * @data: where to put how many pages of data there are
 * @nodes: where to put how many pages it takes to find them
 *
 * Context: any.
 */
void rbull_contents_pages(const struct rbull_contents *contents,
			  unsigned long *data, unsigned long *nodes)
{
	*data = rbull_image_pages(contents->image);
	*nodes = rbull_image_nodes(contents->image);
}

/**
 * rbull_contents_next_data() - where there is RAM behind the contents
 * @contents: the contents
 * @pos: where to start looking, bytes
 * @start: where to put where the first stretch at or after @pos starts, bytes
 *
 * Context: any.
 * Return: as of rbull_image_next_data().
 */
u64 rbull_contents_next_data(const struct rbull_contents *contents, u64 pos,
			     u64 *start)
{
	return rbull_image_next_data(contents->image, pos, start);
}
