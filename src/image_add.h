/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_ADD_H
#define RBULL_IMAGE_ADD_H

#include <linux/gfp.h>
#include <linux/types.h>

struct rbull_image;

bool rbull_image_fits_huge(const struct rbull_image *image, u64 pos);
bool rbull_image_wants_huge(const struct rbull_image *image, u64 pos,
			    size_t len);
int rbull_image_add(struct rbull_image *image, u64 pos, const void *from,
		    size_t len, gfp_t gfp, bool huge);

#endif /* RBULL_IMAGE_ADD_H */
