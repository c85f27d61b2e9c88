// SPDX-License-Identifier: GPL-2.0-only
/*
 * The contents of a disk at one instant: an image and its size. Disks,
 * snapshots and clones hold contents rather than a bare image.
 */
#include <linux/err.h>

#include "image/contents.h"
#include "image/image.h"
#include "image/size.h"

/* Take over an image, or pass on its error. */
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
 * @contents: the contents to set up
 * @size: size in bytes
 * @node: memory node for the data, %NUMA_NO_NODE for any
 * @limit: limit of the RAM that they may take, bytes; 0: no limit of their own
 * @populate: allocate all memory now
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
 * rbull_contents_alloc_like() - make contents of zeroes in the family of others
 * @contents: the contents to set up
 * @other: the other contents; the new ones share their size, limit and
 *	accounting
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
 * rbull_contents_clone() - clone contents
 * @clone: the contents to set up
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
 * @contents: the contents, which nobody may use any more; set to zero
 *
 * Context: any.
 */
void rbull_contents_free(struct rbull_contents *contents)
{
	rbull_image_free(contents->image);
	*contents = (struct rbull_contents) {};
}

/**
 * rbull_contents_set_node() - set the memory node to allocate from
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
 * rbull_contents_limit() - get the limit of the RAM that contents may take
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
 * rbull_contents_pages() - get the RAM that contents take
 * @contents: the contents; all that share data are accounted together
 * @data: set to the number of pages of data
 * @nodes: set to the number of pages that form the trees
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
 * rbull_contents_next_data() - find the next range that has RAM allocated
 * @contents: the contents
 * @pos: position to start at, bytes
 * @start: set to the start of the first such range at or after @pos, bytes
 *
 * Context: any.
 * Return: as of rbull_image_next_data().
 */
u64 rbull_contents_next_data(const struct rbull_contents *contents, u64 pos,
			     u64 *start)
{
	return rbull_image_next_data(contents->image, pos, start);
}
