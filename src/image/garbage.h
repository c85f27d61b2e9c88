/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_GARBAGE_H
#define RBULL_IMAGE_GARBAGE_H

#include <linux/types.h>

struct page;
struct rbull_family;

/**
 * struct rbull_garbage - blocks without references, to be freed
 * @first: first block of a chain, see image/garbage.c
 * @last: last block of the chain
 * @pages: number of pages of all blocks
 * @wipe: the collector overwrites and frees them itself: rbull_garbage_wipe()
 * @undone: they were taken for an attempt that failed: nobody waits for them
 */
struct rbull_garbage {
	struct page *first;
	struct page *last;
	unsigned long pages;
	bool wipe;
	bool undone;
};

int rbull_garbage_init(void);
void rbull_garbage_exit(void);
void rbull_garbage_init_family(struct rbull_family *family);
void rbull_garbage_add(struct rbull_garbage *garbage,
		       struct rbull_family *family, struct page *page,
		       bool huge);
void rbull_garbage_free(struct rbull_garbage *garbage,
			struct rbull_family *family);
void rbull_garbage_wipe(struct rbull_garbage *garbage,
			struct rbull_family *family);

#endif /* RBULL_IMAGE_GARBAGE_H */
