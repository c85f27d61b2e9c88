/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_ADD_H
#define RBULL_IMAGE_ADD_H

#include <linux/gfp.h>
#include <linux/types.h>

struct rbull_image;

/**
 * enum rbull_add - how a write allocates and frees memory
 * @RBULL_ADD_PAGE: allocate a page
 * @RBULL_ADD_HUGE: if the leaf is empty, allocate it in one piece
 * @RBULL_ADD_WIPE: allocate a page; overwrite and free what it replaces, if
 *	nobody else uses that, before the write returns
 */
enum rbull_add {
	RBULL_ADD_PAGE,
	RBULL_ADD_HUGE,
	RBULL_ADD_WIPE,
};

bool rbull_image_fits_huge(const struct rbull_image *image, u64 pos);
bool rbull_image_wants_huge(const struct rbull_image *image, u64 pos,
			    size_t len);
int rbull_image_add(struct rbull_image *image, u64 pos, const void *from,
		    size_t len, gfp_t gfp, enum rbull_add how);

#endif /* RBULL_IMAGE_ADD_H */
