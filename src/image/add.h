/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_ADD_H
#define RBULL_IMAGE_ADD_H

#include <linux/gfp.h>
#include <linux/types.h>

struct rbull_image;

/**
 * enum rbull_add - how a write takes and gives back memory
 * @RBULL_ADD_PAGE: it takes a page
 * @RBULL_ADD_HUGE: it takes a whole leaf in one piece if there is nothing yet
 * @RBULL_ADD_WIPE: it takes a page; what it replaces, and nobody else uses, is
 *	overwritten and freed before it returns
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
