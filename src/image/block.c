// SPDX-License-Identifier: GPL-2.0-only
/*
 * The blocks that images consist of: how they are allocated, counted and freed.
 *
 * The number of entries that refer to a block is in the private member of its
 * struct page, guarded by the family's lock. This takes no extra memory. It
 * takes no time on the I/O path either, since readers take no references.
 *
 * The count of a huge block is in the upper half of this member of its first
 * page. When an image must treat the pages of a huge block one by one, the
 * block is split: each page gets its own count, in the lower half. This count
 * starts with one reference, which the huge block as a whole holds. Nothing
 * changes for images that still use the block as a whole. A huge block is split
 * if and only if the lower half of its first page's count is not zero.
 *
 * A block becomes garbage with its last reference: see image/garbage.c.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "image/block.h"
#include "image/garbage.h"
#include "memory.h"

#define RBULL_HUGE_REF		(1UL << (BITS_PER_LONG / 2))
#define RBULL_HUGE_REFS(count)	((count) / RBULL_HUGE_REF)
#define RBULL_PAGE_REFS(count)	((count) % RBULL_HUGE_REF)

static unsigned int rbull_block_order(enum rbull_block what)
{
	return what == RBULL_BLOCK_HUGE ? RBULL_LEAF_ORDER : 0;
}

/* Huge blocks are optional: reclaim nothing else for them. */
static gfp_t rbull_block_gfp(enum rbull_block what, gfp_t gfp)
{
	gfp &= ~RBULL_GFP_SLACK;
	if (what == RBULL_BLOCK_HUGE)
		gfp = (gfp & ~(__GFP_RECLAIM | __GFP_RETRY_MAYFAIL)) |
		      __GFP_NORETRY | __GFP_NOWARN | __GFP_ZERO;
	else if (what == RBULL_BLOCK_NODE)
		gfp |= __GFP_ZERO;
	return gfp;
}

static bool rbull_supply_has_slack(const struct rbull_supply *supply)
{
	return supply->gfp & RBULL_GFP_SLACK;
}

/* Whether the family's own limit forbids one more block. */
static bool rbull_supply_is_limited(const struct rbull_supply *supply,
				    enum rbull_block what)
{
	const struct rbull_family *family = supply->family;
	unsigned long bound = rbull_memory_bound(READ_ONCE(family->limit),
						 rbull_supply_has_slack(supply));

	return !supply->over_limit &&
	       READ_ONCE(family->charged) + (1UL << rbull_block_order(what)) >
	       bound;
}

/* As rbull_memory_charge(), for the family's own limit. */
static int rbull_supply_check(const struct rbull_supply *supply,
			      enum rbull_block what)
{
	struct rbull_family *family = supply->family;
	int err = 0;

	if (likely(!rbull_supply_is_limited(supply, what)))
		return 0;
	spin_lock(&family->lock);
	if (rbull_supply_is_limited(supply, what))
		err = family->nr_retired || family->returning ?
		      -EAGAIN : -ENOSPC;
	spin_unlock(&family->lock);
	return err;
}

/* Return: as rbull_supply_add(), but -EAGAIN also if waiting may help. */
static int rbull_supply_try_add(struct rbull_supply *supply,
				enum rbull_block what)
{
	unsigned int order = rbull_block_order(what);
	struct page *page;
	int err;

	err = rbull_supply_check(supply, what);
	if (err || supply->block[what])
		return err;
	if (supply->over_limit)
		rbull_memory_charge_over_limit(1UL << order);
	else
		err = rbull_memory_charge(1UL << order,
					  rbull_supply_has_slack(supply));
	if (err)
		return err;
	page = alloc_pages_node(supply->node, rbull_block_gfp(what, supply->gfp),
				order);
	if (!page) {
		rbull_memory_uncharge(1UL << order);
		return !gfpflags_allow_blocking(supply->gfp) ||
		       rbull_memory_is_returning() ? -EAGAIN : -ENOMEM;
	}
	set_page_private(page, order ? RBULL_HUGE_REF : 1);
	supply->block[what] = page_address(page);
	return 0;
}

/**
 * rbull_supply_add() - allocate a block in advance
 * @supply: the supply; if it has a block of that kind already, it keeps that
 * @what: the kind; nodes and huge blocks are all zeroes, pages are not
 *
 * If there is too little memory but some is being returned, wait for that. Do
 * not wait for a huge block, nor for a block over the limit: the callers can do
 * without it.
 *
 * Context: sleeps if the supply's gfp allows it; no lock may be held then.
 * Return: 0; -ENOSPC if a memory limit is reached; -EAGAIN if there is no
 * memory now and gfp forbids waiting; -ENOMEM if there is no memory; -EINTR if
 * the caller was killed.
 */
int rbull_supply_add(struct rbull_supply *supply, enum rbull_block what)
{
	unsigned long until = jiffies + RBULL_MEMORY_PATIENCE;
	int err;

	might_sleep_if(gfpflags_allow_blocking(supply->gfp));
	do {
		int arrived = rbull_memory_arrived();

		err = rbull_supply_try_add(supply, what);
		if (err != -EAGAIN || !gfpflags_allow_blocking(supply->gfp))
			return err;
		if (supply->over_limit || what == RBULL_BLOCK_HUGE)
			return -ENOMEM;
		err = rbull_memory_wait(arrived, until);
	} while (!err);
	return err;
}

/**
 * rbull_supply_take() - use a block that was allocated in advance
 * @supply: the supply
 * @what: the kind of block
 *
 * Context: the family's lock is held.
 * Return: its address, with one reference; or NULL if there is none, or if
 * others reached the family's limit first: rbull_supply_add() returns the error
 * then.
 */
void *rbull_supply_take(struct rbull_supply *supply, enum rbull_block what)
{
	struct rbull_family *family = supply->family;
	void *address = supply->block[what];

	lockdep_assert_held(&family->lock);
	if (!address || rbull_supply_is_limited(supply, what))
		return NULL;
	supply->block[what] = NULL;
	family->charged += 1UL << rbull_block_order(what);
	if (what == RBULL_BLOCK_NODE)
		family->nodes++;
	else
		family->pages += 1UL << rbull_block_order(what);
	return address;
}

/**
 * rbull_supply_free() - free the blocks that were not used
 * @supply: the supply
 *
 * A data page may already hold the data of a write. It is cleared, so that
 * nobody else can see that data.
 *
 * Context: any.
 */
void rbull_supply_free(struct rbull_supply *supply)
{
	int i;

	for (i = 0; i < RBULL_BLOCK_NR; i++) {
		unsigned int order = rbull_block_order(i);

		if (!supply->block[i])
			continue;
		set_page_private(virt_to_page(supply->block[i]), 0);
		if (i == RBULL_BLOCK_PAGE)
			clear_page(supply->block[i]);
		free_pages((unsigned long)supply->block[i], order);
		rbull_memory_uncharge(1UL << order);
		supply->block[i] = NULL;
	}
}

/**
 * rbull_block_get() - add a reference to a node or a page of data
 * @address: address of the block
 *
 * Context: the family's lock is held.
 */
void rbull_block_get(void *address)
{
	struct page *page = virt_to_page(address);

	set_page_private(page, page_private(page) + 1);
}

/* Return: true if this was the last reference. */
static bool rbull_block_put(struct page *page, unsigned long refs)
{
	set_page_private(page, page_private(page) - refs);
	return !page_private(page);
}

/**
 * rbull_block_put_page() - drop a reference to a page of data
 * @address: address of the page
 * @family: the family of the page
 * @garbage: collects the page if this was its last reference
 *
 * Context: the family's lock is held.
 */
void rbull_block_put_page(void *address, struct rbull_family *family,
			  struct rbull_garbage *garbage)
{
	struct page *page = virt_to_page(address);

	if (!rbull_block_put(page, 1))
		return;
	rbull_garbage_add(garbage, family, page, false);
	family->pages--;
}

/**
 * rbull_block_put_node() - drop a reference to a node
 * @address: address of the node
 * @family: the family of the node
 * @garbage: collects the node if this was its last reference
 *
 * Context: the family's lock is held.
 * Return: true if this was the last reference: the caller must drop the
 * references that the node's entries hold.
 */
bool rbull_block_put_node(void *address, struct rbull_family *family,
			  struct rbull_garbage *garbage)
{
	struct page *page = virt_to_page(address);

	if (!rbull_block_put(page, 1))
		return false;
	rbull_garbage_add(garbage, family, page, false);
	family->nodes--;
	return true;
}

/**
 * rbull_block_is_shared() - check whether a node has more than one reference
 * @address: address of the node
 *
 * Context: the family's lock is held.
 * Return: true if it has.
 */
bool rbull_block_is_shared(void *address)
{
	return page_private(virt_to_page(address)) > 1;
}

/**
 * rbull_block_get_huge() - add a reference to a huge block
 * @address: address of the block
 *
 * Context: the family's lock is held.
 */
void rbull_block_get_huge(void *address)
{
	struct page *page = virt_to_page(address);

	set_page_private(page, page_private(page) + RBULL_HUGE_REF);
}

/**
 * rbull_block_put_huge() - drop a reference to a huge block
 * @address: address of the block
 * @family: the family of the block
 * @garbage: if this was the last reference: collects the block or, if it is
 *	split, its pages that have no other references
 *
 * Context: the family's lock is held.
 */
void rbull_block_put_huge(void *address, struct rbull_family *family,
			  struct rbull_garbage *garbage)
{
	struct page *page = virt_to_page(address);
	unsigned int i;

	if (rbull_block_put(page, RBULL_HUGE_REF)) {
		rbull_garbage_add(garbage, family, page, true);
		family->pages -= RBULL_LEAF_PAGES;
		return;
	}
	if (RBULL_HUGE_REFS(page_private(page)))
		return;
	for (i = 0; i < RBULL_LEAF_PAGES; i++)
		rbull_block_put_page(address + i * PAGE_SIZE, family, garbage);
}

/**
 * rbull_block_split_huge() - give the pages of a huge block their own counts
 * @address: address of the block
 *
 * Each page then has one reference, which the huge block holds until its own
 * last reference is dropped. Does nothing if the block is already split.
 *
 * Context: the family's lock is held.
 */
void rbull_block_split_huge(void *address)
{
	struct page *page = virt_to_page(address);
	unsigned int i;

	if (RBULL_PAGE_REFS(page_private(page)))
		return;
	split_page(page, RBULL_LEAF_ORDER);
	set_page_private(page, page_private(page) + 1);
	for (i = 1; i < RBULL_LEAF_PAGES; i++)
		set_page_private(page + i, 1);
}
