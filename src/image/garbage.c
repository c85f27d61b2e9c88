// SPDX-License-Identifier: GPL-2.0-only
/*
 * Garbage: blocks whose last reference was dropped, and how they are freed.
 *
 * They were unlinked from all trees before. When an RCU grace period later nobody
 * can be using them any more, a worker frees them; until then they stay charged.
 * It takes what there is, waits, frees that, and begins again if there is more:
 * however often blocks are given back, a family has one grace period under way
 * at a time. Nothing is done in RCU callbacks, since a disk may give back more
 * than should be freed, let alone overwritten, in one go.
 *
 * As the count of a block is not needed any more, the private member of its
 * struct page links it to the next piece of garbage; bit 0 says that this one is
 * huge, bit 1 that nobody waits for it. So nothing need be allocated.
 *
 * Who erases for security collects his own garbage and waits himself: he must not
 * say that he is done before it is overwritten. That cannot be earlier, as
 * somebody might be reading the block, or writing to it, until the grace period
 * is over.
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

/* What is freed is made known after so many pages: those who wait need few. */
#define RBULL_GARBAGE_BATCH	RBULL_LEAF_PAGES

static struct workqueue_struct *rbull_garbage_workers;

/**
 * rbull_garbage_init() - get ready for garbage
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_garbage_init(void)
{
	/* Writers wait for it, and reclaim may wait for them. */
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
 * rbull_garbage_add() - put a block to the garbage
 * @garbage: the garbage
 * @family: whose block it is
 * @page: its first page
 * @huge: it is a huge block, in one piece
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

/* Put the chain of one before that of another, which takes all. */
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
 * rbull_garbage_free() - free garbage once nobody can be using it
 * @garbage: the garbage; is empty afterwards
 * @family: whose it is
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

/* @returned: those of the @freed pages that were waited for. */
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

/* Free a chain that nobody can be using any more. */
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
 * rbull_garbage_wipe() - overwrite garbage and free it, now
 * @garbage: the garbage; is empty afterwards
 * @family: whose it is
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

/* Return: whether there is something; if not, the family may be gone. */
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
 * rbull_garbage_init_family() - get a family ready for garbage
 * @family: the family
 */
void rbull_garbage_init_family(struct rbull_family *family)
{
	INIT_WORK(&family->garbage_work, rbull_garbage_work);
}
