// SPDX-License-Identifier: GPL-2.0-only
/*
 * Garbage: blocks whose last reference was dropped, and how they are freed.
 *
 * No tree leads to these blocks any more. After an RCU grace period, nobody can
 * be using them, and a worker frees them; until then they stay charged. The
 * worker takes all garbage of a family, waits for a grace period, frees that
 * garbage, and starts again if there is more. So a family waits for one grace
 * period at a time, however often blocks are given back. RCU callbacks free
 * nothing, since a disk may give back more than should be freed, let alone
 * overwritten, in one go.
 *
 * The reference count of these blocks is no longer needed. So the private
 * member of a block's struct page links it to the next block of garbage, and
 * nothing need be allocated. Bit 0 of the link says that this block is huge,
 * bit 1 that nobody waits for it.
 *
 * A secure erase collects its own garbage and waits itself, because it must not
 * complete before the garbage is overwritten. It cannot overwrite it earlier:
 * the blocks may still be read or written to until the grace period is over.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "image/block.h"
#include "image/garbage.h"
#include "memory.h"

#define RBULL_GARBAGE_HUGE	1UL
#define RBULL_GARBAGE_UNDONE	2UL
#define RBULL_GARBAGE_BITS	3UL

/* Announce freed memory after this many pages: waiters need only a few. */
#define RBULL_GARBAGE_BATCH	RBULL_LEAF_PAGES

static struct workqueue_struct *rbull_garbage_workers;

/**
 * rbull_garbage_init() - set up what garbage needs
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_garbage_init(void)
{
	/* Reclaim may wait for writers, and these for memory freed here. */
	rbull_garbage_workers = alloc_workqueue("rbull_garbage",
						WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	return rbull_garbage_workers ? 0 : -ENOMEM;
}

/**
 * rbull_garbage_exit() - wait until all garbage is freed
 *
 * Context: module exit, or init that failed; there are no images any more.
 */
void rbull_garbage_exit(void)
{
	destroy_workqueue(rbull_garbage_workers);
}

static struct page *rbull_garbage_next(const struct page *page)
{
	return (struct page *)(page_private(page) & ~RBULL_GARBAGE_BITS);
}

static unsigned int rbull_garbage_order(const struct page *page)
{
	return page_private(page) & RBULL_GARBAGE_HUGE ? RBULL_LEAF_ORDER : 0;
}

/**
 * rbull_garbage_add() - add a block to garbage
 * @garbage: the garbage
 * @family: the family of the block
 * @page: first page of the block
 * @huge: the block is huge, and not split
 *
 * Context: the family's lock is held.
 */
void rbull_garbage_add(struct rbull_garbage *garbage,
		       struct rbull_family *family, struct page *page,
		       bool huge)
{
	unsigned long link = (unsigned long)garbage->first;
	unsigned long nr = huge ? RBULL_LEAF_PAGES : 1;

	lockdep_assert_held(&family->lock);
	if (huge)
		link |= RBULL_GARBAGE_HUGE;
	if (garbage->undone)
		link |= RBULL_GARBAGE_UNDONE;
	set_page_private(page, link);
	if (!garbage->first)
		garbage->last = page;
	garbage->first = page;
	garbage->pages += nr;
	if (garbage->undone)
		return;
	family->returning += nr;
	rbull_memory_return(nr);
}

/* Move all blocks of @from to the front of @to. */
static void rbull_garbage_splice(struct rbull_garbage *to,
				 struct rbull_garbage *from)
{
	unsigned long link = page_private(from->last) & RBULL_GARBAGE_BITS;

	set_page_private(from->last, (unsigned long)to->first | link);
	if (!to->first)
		to->last = from->last;
	to->first = from->first;
	to->pages += from->pages;
	from->first = NULL;
	from->pages = 0;
}

/**
 * rbull_garbage_free() - let a worker free garbage after a grace period
 * @garbage: the garbage; empty afterwards
 * @family: the family of the blocks
 *
 * Context: the family's lock is held.
 */
void rbull_garbage_free(struct rbull_garbage *garbage,
			struct rbull_family *family)
{
	lockdep_assert_held(&family->lock);
	if (!garbage->first)
		return;
	rbull_garbage_splice(&family->garbage, garbage);
	if (family->is_collecting)
		return;
	family->is_collecting = true;
	queue_work(rbull_garbage_workers, &family->garbage_work);
}

/* @returned: how many of the @freed pages were counted as returning. */
static void rbull_garbage_settle(struct rbull_family *family,
				 unsigned long freed, unsigned long returned)
{
	spin_lock(&family->lock);
	family->charged -= freed;
	family->returning -= returned;
	spin_unlock(&family->lock);
	rbull_memory_uncharge(freed - returned);
	rbull_memory_returned(returned);
	rbull_memory_announce();
}

/* Free a chain of blocks that nobody can be using any more. */
static void rbull_garbage_release(struct rbull_garbage *garbage,
				  struct rbull_family *family)
{
	unsigned long freed = 0, returned = 0;

	while (garbage->first) {
		struct page *page = garbage->first;
		unsigned int order = rbull_garbage_order(page);
		unsigned long link = page_private(page);

		garbage->first = rbull_garbage_next(page);
		if (garbage->wipe)
			memset(page_address(page), 0, PAGE_SIZE << order);
		set_page_private(page, 0);
		__free_pages(page, order);
		freed += 1UL << order;
		if (!(link & RBULL_GARBAGE_UNDONE))
			returned += 1UL << order;
		if (freed < RBULL_GARBAGE_BATCH && garbage->first)
			continue;
		rbull_garbage_settle(family, freed, returned);
		freed = 0;
		returned = 0;
		cond_resched();
	}
	garbage->pages = 0;
}

/**
 * rbull_garbage_wipe() - wait for a grace period, overwrite garbage and free it
 * @garbage: the garbage, with @wipe set; empty afterwards
 * @family: the family of the blocks
 *
 * Context: may sleep.
 */
void rbull_garbage_wipe(struct rbull_garbage *garbage,
			struct rbull_family *family)
{
	if (!garbage->first)
		return;
	synchronize_rcu_expedited();
	rbull_garbage_release(garbage, family);
}

/* Return: true if there is garbage. If not, the family may have been freed. */
static bool rbull_garbage_take(struct rbull_garbage *garbage,
			       struct rbull_family *family)
{
	bool last;

	spin_lock(&family->lock);
	*garbage = family->garbage;
	family->garbage = (struct rbull_garbage) {};
	family->is_collecting = garbage->first;
	last = !garbage->first && !family->nr_images;
	spin_unlock(&family->lock);
	if (last)
		kfree(family);
	return garbage->first;
}

static void rbull_garbage_work(struct work_struct *work)
{
	struct rbull_family *family = container_of(work, struct rbull_family,
						   garbage_work);
	struct rbull_garbage garbage;

	while (rbull_garbage_take(&garbage, family)) {
		if (rbull_memory_is_awaited())
			synchronize_rcu_expedited();
		else
			synchronize_rcu();
		rbull_garbage_release(&garbage, family);
	}
}

/**
 * rbull_garbage_init_family() - set up the garbage of a family
 * @family: the family
 */
void rbull_garbage_init_family(struct rbull_family *family)
{
	INIT_WORK(&family->garbage_work, rbull_garbage_work);
}
