/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_ERASE_H
#define RBULL_IMAGE_ERASE_H

#include <linux/gfp.h>
#include <linux/types.h>

struct rbull_image;

/**
 * enum rbull_erase - what to do with memory that is given back
 * @RBULL_ERASE_FREE: free it as it is
 * @RBULL_ERASE_WIPE: overwrite and free it before the erase returns, so that
 *	its next user cannot see the old data
 */
enum rbull_erase {
	RBULL_ERASE_FREE,
	RBULL_ERASE_WIPE,
};

int rbull_image_erase(struct rbull_image *image, u64 pos, u64 len,
		      enum rbull_erase how, gfp_t gfp);
int rbull_image_zero(struct rbull_image *image, u64 pos, u64 len, gfp_t gfp);

#endif /* RBULL_IMAGE_ERASE_H */
