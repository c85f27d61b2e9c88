/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_GARBAGE_H
#define RBULL_IMAGE_GARBAGE_H

#include <linux/types.h>

struct page;
struct rbull_family;

/**
 * struct rbull_garbage - blocks that nobody refers to any more
 * @first: a chain of them, see image/garbage.c
 * @last: the end of the chain
 * @pages: how many pages that are
 * @wipe: they are to be overwritten, by whoever collects them
 * @undone: they are what an attempt that failed had made: not worth waiting for
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
