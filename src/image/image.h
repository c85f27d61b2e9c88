/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_IMAGE_H
#define RBULL_IMAGE_IMAGE_H

#include <linux/types.h>

struct rbull_image;

int rbull_image_init(void);
void rbull_image_exit(void);

struct rbull_image *rbull_image_alloc(u64 size, int node);
struct rbull_image *rbull_image_alloc_like(struct rbull_image *image);
struct rbull_image *rbull_image_clone(struct rbull_image *image);
void rbull_image_retire(struct rbull_image *image);
void rbull_image_free(struct rbull_image *image);
void rbull_image_await_freed(struct rbull_image *image);
int rbull_image_populate(struct rbull_image *image, u64 size);
unsigned long rbull_image_pages(const struct rbull_image *image);
unsigned long rbull_image_nodes(const struct rbull_image *image);
void rbull_image_set_node(struct rbull_image *image, int node);
void rbull_image_set_limit(struct rbull_image *image, u64 limit);
u64 rbull_image_limit(const struct rbull_image *image);

#endif /* RBULL_IMAGE_IMAGE_H */
