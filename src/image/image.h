/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_IMAGE_H
#define RBULL_IMAGE_IMAGE_H

#include <linux/gfp.h>
#include <linux/types.h>

struct rbull_growth;
struct rbull_image;

/*
 * Said together with how to allocate: what is written may go into the slack
 * beyond the limits, as a file system would not survive without it. The flag
 * means nothing else here; the page allocator does not see it.
 */
#define RBULL_GFP_SLACK		__GFP_HIGH

/**
 * enum rbull_erase - what becomes of memory that is given back
 * @RBULL_ERASE_FREE: it is freed as it is
 * @RBULL_ERASE_WIPE: it is overwritten and freed before the erase returns, so
 *	that no other user of the memory can see what was there
 */
enum rbull_erase {
	RBULL_ERASE_FREE,
	RBULL_ERASE_WIPE,
};

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

/* image/size.c */
u64 rbull_image_size(const struct rbull_image *image);
struct rbull_growth *rbull_growth_alloc(struct rbull_image *image, u64 size,
					gfp_t gfp);
void rbull_growth_apply(struct rbull_growth *growth);
void rbull_growth_free(struct rbull_growth *growth);
void rbull_image_cut(struct rbull_image *image, u64 size);
u64 rbull_image_next_data(struct rbull_image *image, u64 pos, u64 *start);

/* What rbull_image_read() and rbull_image_write() leave to do. */
void rbull_image_read_pieces(struct rbull_image *image, u64 pos, void *to,
			     size_t len);
int rbull_image_write_pieces(struct rbull_image *image, u64 pos,
			     const void *from, size_t len, gfp_t gfp);
int rbull_image_erase(struct rbull_image *image, u64 pos, u64 len,
		      enum rbull_erase how, gfp_t gfp);
int rbull_image_zero(struct rbull_image *image, u64 pos, u64 len, gfp_t gfp);

/* rbull_image_read() and rbull_image_write() */
#include "image/io.h"

#endif /* RBULL_IMAGE_IMAGE_H */
