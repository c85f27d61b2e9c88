/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_BLOCK_H
#define RBULL_IMAGE_BLOCK_H

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "image/garbage.h"

/* The size of a leaf, and of a huge block: 2 MiB. */
#define RBULL_LEAF_SHIFT	21
#define RBULL_LEAF_SIZE		(1UL << RBULL_LEAF_SHIFT)
#define RBULL_LEAF_ORDER	(RBULL_LEAF_SHIFT - PAGE_SHIFT)
#define RBULL_LEAF_PAGES	(1U << RBULL_LEAF_ORDER)

/*
 * A flag for gfp arguments: this write may use the slack beyond the limits,
 * since a file system would not survive its failure. The flag has no other
 * meaning here; the page allocator does not see it.
 */
#define RBULL_GFP_SLACK		__GFP_HIGH

/* Limit of images in a family: the count of a huge block has half a long. */
#define RBULL_FAMILY_MAX	(BITS_PER_LONG == 64 ? 1U << 20 : 1U << 14)

/**
 * enum rbull_block - kinds of blocks
 * @RBULL_BLOCK_NODE: a page of entries, which lead to nodes or to data
 * @RBULL_BLOCK_PAGE: a page of data
 * @RBULL_BLOCK_HUGE: a leaf of data in one piece
 * @RBULL_BLOCK_NR: number of kinds
 */
enum rbull_block {
	RBULL_BLOCK_NODE,
	RBULL_BLOCK_PAGE,
	RBULL_BLOCK_HUGE,
	RBULL_BLOCK_NR,
};

/**
 * struct rbull_family - images that share, or once shared, blocks
 * @lock: guards the structure of all trees of the family (not the data), the
 *	reference counts of their blocks, and the members below
 * @pages: pages of data in use
 * @nodes: pages of entries in use
 * @charged: @pages, @nodes and the garbage
 * @returning: pages of garbage that writers wait for: not those of failed
 *	attempts
 * @limit: limit of @charged
 * @nr_images: images that are in use or not completely freed
 * @nr_retired: of @nr_images, those that will be or are being freed
 * @is_cloning: the grace period of a clone is not over: writers that found data
 *	before it became shared may still write to it, so it must not be copied
 * @nr_waiting: writers that had to wait for @is_cloning, and have not copied
 *	yet; grows only while @is_cloning is set
 * @cloned: waitqueue for @is_cloning or @nr_waiting to become zero
 * @clone_lock: held while an image of the family is cloned: one at a time;
 *	taken before @lock
 * @garbage: blocks to be freed
 * @garbage_work: frees @garbage, while @is_collecting
 * @is_collecting: @garbage_work is queued or running: the family must not be
 *	freed
 */
struct rbull_family {
	spinlock_t lock;
	unsigned long pages;
	unsigned long nodes;
	unsigned long charged;
	unsigned long returning;
	unsigned long limit;
	unsigned int nr_images;
	unsigned int nr_retired;
	bool is_cloning;
	unsigned int nr_waiting;
	wait_queue_head_t cloned;
	struct mutex clone_lock;
	struct rbull_garbage garbage;
	struct work_struct garbage_work;
	bool is_collecting;
};

/**
 * struct rbull_supply - blocks allocated in advance, outside the family's lock
 * @family: the family that will use them
 * @block: addresses, NULL if there is none of a kind
 * @node: memory node to allocate from
 * @gfp: allocation flags; RBULL_GFP_SLACK allows use of the slack
 * @over_limit: ignore the memory limits, because more memory will be given back
 *	than is taken
 */
struct rbull_supply {
	struct rbull_family *family;
	void *block[RBULL_BLOCK_NR];
	int node;
	gfp_t gfp;
	bool over_limit;
};

int rbull_supply_add(struct rbull_supply *supply, enum rbull_block what);
void *rbull_supply_take(struct rbull_supply *supply, enum rbull_block what);
void rbull_supply_free(struct rbull_supply *supply);

void rbull_block_get(void *address);
void rbull_block_put_page(void *address, struct rbull_family *family,
			  struct rbull_garbage *garbage);
bool rbull_block_put_node(void *address, struct rbull_family *family,
			  struct rbull_garbage *garbage);
bool rbull_block_is_shared(void *address);

void rbull_block_get_huge(void *address);
void rbull_block_put_huge(void *address, struct rbull_family *family,
			  struct rbull_garbage *garbage);
void rbull_block_split_huge(void *address);

#endif /* RBULL_IMAGE_BLOCK_H */
