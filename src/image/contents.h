/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_CONTENTS_H
#define RBULL_IMAGE_CONTENTS_H

#include <linux/types.h>

struct rbull_image;

/**
 * struct rbull_contents - the contents of a disk at one instant
 * @image: the data
 * @size: bytes of @image that belong to the disk; while the disk is being
 *	resized the image may be larger
 *
 * A disk has contents that change, a snapshot has contents that do not.
 * Contents are passed by value, and with them the ownership of the image.
 */
struct rbull_contents {
	struct rbull_image *image;
	u64 size;
};

int rbull_contents_alloc(struct rbull_contents *contents, u64 size, int node,
			 u64 limit, bool populate);
int rbull_contents_alloc_like(struct rbull_contents *contents,
			      const struct rbull_contents *other);
int rbull_contents_clone(struct rbull_contents *clone,
			 const struct rbull_contents *contents);
void rbull_contents_retire(const struct rbull_contents *contents);
void rbull_contents_free(struct rbull_contents *contents);
void rbull_contents_set_node(struct rbull_contents *contents, int node);
void rbull_contents_set_limit(struct rbull_contents *contents, u64 limit);
u64 rbull_contents_limit(const struct rbull_contents *contents);
void rbull_contents_pages(const struct rbull_contents *contents,
			  unsigned long *data, unsigned long *nodes);
u64 rbull_contents_next_data(const struct rbull_contents *contents, u64 pos,
			     u64 *start);

#endif /* RBULL_IMAGE_CONTENTS_H */
