// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounting of the RAM that the contents of all disks take together.
 *
 * There are two bounds. Users set the limit, and reaching it is normal. The
 * reserve protects the machine from a limit that is too high. Pages of a RAM
 * disk can be neither swapped nor reclaimed: without a reserve they could take
 * all memory, and the OOM killer would kill program after program without
 * getting any of it back.
 *
 * Released pages are freed only after their last readers are done, and stay
 * charged until then. So a charge that fails may succeed soon. While such pages
 * are returning, a charge fails with -EAGAIN, and callers that can sleep wait.
 */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/wait.h>

#include "memory.h"

/* Check available memory once per so many pages: it is a sum over all zones. */
#define RBULL_MEMORY_CHECK_PAGES	(SZ_1M / PAGE_SIZE)

static unsigned long rbull_memory_limit_pages;
static unsigned long rbull_memory_reserve_pages;
static atomic_long_t rbull_memory_charged_pages;
/* Of these, the pages that are returning. */
static atomic_long_t rbull_memory_returning_pages;
/* Number of images that will release more pages. */
static atomic_t rbull_memory_sources;
/* Number of rbull_memory_announce() calls, and the tasks that wait for one. */
static atomic_t rbull_memory_arrivals;
static DECLARE_WAIT_QUEUE_HEAD(rbull_memory_arrival);
/*
 * The last check found too little memory: check each time until there is more.
 */
static bool rbull_memory_scarce;

/**
 * rbull_memory_init() - set the bounds
 * @limit_mb: limit for all contents, MiB; 0: half of RAM, as for tmpfs
 *
 * Return: the limit in force, MiB.
 */
u64 rbull_memory_init(u64 limit_mb)
{
	const unsigned int mb_shift = 20 - PAGE_SHIFT;
	unsigned long ram = totalram_pages();

	if (!limit_mb)
		limit_mb = max(ram / 2 >> mb_shift, 1UL);
	rbull_memory_limit_pages = min_t(u64, limit_mb << mb_shift, LONG_MAX);
	rbull_memory_reserve_pages = clamp(ram / 32, SZ_32M / PAGE_SIZE,
					   SZ_1G / PAGE_SIZE);
	return limit_mb;
}

/**
 * rbull_memory_exit() - check for leaks
 *
 * Context: module exit, or failed module init; after all images and all garbage
 * are freed.
 */
void rbull_memory_exit(void)
{
	long charged = atomic_long_read(&rbull_memory_charged_pages);

	WARN(charged, "rbull: leak: %ld pages are still charged\n", charged);
}

/**
 * rbull_memory_used() - get the RAM of all contents, without returning pages
 *
 * Context: any.
 * Return: number of pages.
 */
unsigned long rbull_memory_used(void)
{
	long returning = atomic_long_read(&rbull_memory_returning_pages);

	/*
	 * In this order a freed page never counts as used: pages are uncharged
	 * before they stop returning. The difference may be too low, even
	 * negative, between these two steps.
	 */
	smp_rmb();
	return max(atomic_long_read(&rbull_memory_charged_pages) - returning,
		   0L);
}

/**
 * rbull_memory_returning() - get the released memory that is not freed yet
 *
 * Context: any.
 * Return: number of pages.
 */
unsigned long rbull_memory_returning(void)
{
	return atomic_long_read(&rbull_memory_returning_pages);
}

/**
 * rbull_memory_limit() - get the limit for all contents
 *
 * Context: any.
 * Return: number of pages.
 */
unsigned long rbull_memory_limit(void)
{
	return rbull_memory_limit_pages;
}

/* Check the reserve, for a charge of @nr_pages that has made the sum @used. */
static bool rbull_memory_is_scarce(unsigned long used, unsigned long nr_pages,
				   bool slack)
{
	unsigned long reserve = rbull_memory_reserve_pages;
	long available;

	if (likely(!READ_ONCE(rbull_memory_scarce) &&
		   used % RBULL_MEMORY_CHECK_PAGES >= nr_pages))
		return false;
	available = si_mem_available();
	WRITE_ONCE(rbull_memory_scarce, available < (long)(reserve + nr_pages));
	/*
	 * The reserve has a slack, too. It is smaller than what running
	 * programs need.
	 */
	if (slack)
		reserve -= reserve / 4;
	return available < (long)(reserve + nr_pages);
}

static int rbull_memory_try_charge(unsigned long nr_pages, bool slack)
{
	unsigned long limit = rbull_memory_bound(rbull_memory_limit_pages,
						 slack);
	long charged = atomic_long_read(&rbull_memory_charged_pages);

	/* Never exceed the limit, even briefly: other charges could fail. */
	do {
		if (charged + nr_pages > limit)
			return -ENOSPC;
	} while (!atomic_long_try_cmpxchg(&rbull_memory_charged_pages, &charged,
					  charged + nr_pages));
	if (likely(!rbull_memory_is_scarce(charged + nr_pages, nr_pages,
					   slack)))
		return 0;
	rbull_memory_uncharge(nr_pages);
	return -ENOSPC;
}

/**
 * rbull_memory_charge() - charge pages before their allocation
 * @nr_pages: number of pages
 * @slack: allow the slack beyond the limit
 *
 * Context: any; does not sleep.
 * Return: 0; -ENOSPC if the limit is reached or the machine is short of RAM;
 * -EAGAIN instead if memory is returning.
 */
int rbull_memory_charge(unsigned long nr_pages, bool slack)
{
	int err = rbull_memory_try_charge(nr_pages, slack);

	if (likely(!err))
		return 0;
	if (rbull_memory_is_returning())
		return -EAGAIN;
	/* Memory that was returning at that time may have been freed since. */
	return rbull_memory_try_charge(nr_pages, slack);
}

/**
 * rbull_memory_charge_over_limit() - charge pages regardless of the limit
 * @nr_pages: number of pages
 *
 * For allocations that help to free more memory, or that must not fail.
 *
 * Context: any; does not sleep.
 */
void rbull_memory_charge_over_limit(unsigned long nr_pages)
{
	atomic_long_add(nr_pages, &rbull_memory_charged_pages);
}

/**
 * rbull_memory_uncharge() - uncharge pages
 * @nr_pages: number of pages
 *
 * Context: any; does not sleep.
 */
void rbull_memory_uncharge(unsigned long nr_pages)
{
	atomic_long_sub(nr_pages, &rbull_memory_charged_pages);
}

/**
 * rbull_memory_source_add() - count an image that will release memory
 *
 * Context: any; does not sleep.
 */
void rbull_memory_source_add(void)
{
	atomic_inc(&rbull_memory_sources);
}

/**
 * rbull_memory_source_del() - uncount an image that has released all its memory
 *
 * Context: any; does not sleep.
 */
void rbull_memory_source_del(void)
{
	/* Count the released pages first: see rbull_memory_is_returning(). */
	smp_mb__before_atomic();
	atomic_dec(&rbull_memory_sources);
	rbull_memory_announce();
}

/**
 * rbull_memory_return() - count pages that will be freed
 * @nr_pages: number of pages
 *
 * Context: any; does not sleep.
 */
void rbull_memory_return(unsigned long nr_pages)
{
	atomic_long_add(nr_pages, &rbull_memory_returning_pages);
}

/**
 * rbull_memory_returned() - count returning pages as freed
 * @nr_pages: number of pages
 *
 * Call rbull_memory_announce() to wake up the tasks that wait for them.
 *
 * Context: any; does not sleep.
 */
void rbull_memory_returned(unsigned long nr_pages)
{
	rbull_memory_uncharge(nr_pages);
	/*
	 * A reader that sees no returning pages must see that they are
	 * uncharged.
	 */
	smp_mb__before_atomic();
	atomic_long_sub(nr_pages, &rbull_memory_returning_pages);
}

/**
 * rbull_memory_is_returning() - check whether memory is returning
 *
 * Context: any.
 * Return: true if so; false if all memory released before can be charged again.
 */
bool rbull_memory_is_returning(void)
{
	/* Check in the order in which memory goes through these states. */
	if (atomic_read(&rbull_memory_sources))
		return true;
	/* Pairs with rbull_memory_source_del(). */
	smp_rmb();
	if (atomic_long_read(&rbull_memory_returning_pages))
		return true;
	/* Pairs with rbull_memory_returned(), before the next charge. */
	smp_rmb();
	return false;
}

/**
 * rbull_memory_announce() - wake up the tasks that wait for memory
 *
 * Context: any; does not sleep.
 */
void rbull_memory_announce(void)
{
	atomic_inc(&rbull_memory_arrivals);
	/* Pairs with the barrier in wait_event(). */
	smp_mb__after_atomic();
	wake_up_all(&rbull_memory_arrival);
}

/**
 * rbull_memory_arrived() - get the number of rbull_memory_announce() calls
 *
 * Context: any.
 * Return: a number for rbull_memory_wait(); get it before the attempt to
 * charge.
 */
int rbull_memory_arrived(void)
{
	return atomic_read_acquire(&rbull_memory_arrivals);
}

/**
 * rbull_memory_is_awaited() - check whether a task waits for returning memory
 *
 * Context: any.
 * Return: true if so.
 */
bool rbull_memory_is_awaited(void)
{
	return wq_has_sleeper(&rbull_memory_arrival);
}

/**
 * rbull_memory_wait() - wait until returning memory has arrived
 * @arrived: result of rbull_memory_arrived() from before the failed attempt
 * @until: when to give up, jiffies
 *
 * Context: may sleep.
 * Return: 0; -ENOSPC after @until; -EINTR if the caller was killed.
 */
int rbull_memory_wait(int arrived, unsigned long until)
{
	long left = until - jiffies;

	if (left <= 0)
		return -ENOSPC;
	left = wait_event_killable_timeout(rbull_memory_arrival,
					   rbull_memory_arrived() != arrived,
					   left);
	if (left < 0)
		return -EINTR;
	return left ? 0 : -ENOSPC;
}
