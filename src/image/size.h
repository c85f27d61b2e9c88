/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_SIZE_H
#define RBULL_IMAGE_SIZE_H

#include <linux/gfp.h>
#include <linux/types.h>

struct rbull_growth;
struct rbull_image;

u64 rbull_image_size(const struct rbull_image *image);
struct rbull_growth *rbull_growth_alloc(struct rbull_image *image, u64 size,
					gfp_t gfp);
void rbull_growth_apply(struct rbull_growth *growth);
void rbull_growth_free(struct rbull_growth *growth);
void rbull_image_cut(struct rbull_image *image, u64 size);
u64 rbull_image_next_data(struct rbull_image *image, u64 pos, u64 *start);

#endif /* RBULL_IMAGE_SIZE_H */
