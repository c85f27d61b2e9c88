// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much RAM the contents of all disks may take together.
 *
 * Two bounds. The limit is the user's: reaching it is normal life. The reserve
 * protects the machine from a limit that was set too high: pages of a RAM disk
 * can be neither swapped nor reclaimed, so the last of them would leave nothing
 * for the programs, and the OOM killer would end those in turn without getting
 * anything back.
 *
 * What is given back is freed when nobody can be using it any more, and charged
 * until then. So a charge that fails may succeed soon: as long as memory is on
 * its way back, the answer is -EAGAIN, and who can sleep waits.
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

/* Asking for available memory sums over all zones: once in so many pages. */
#define RBULL_MEMORY_CHECK_PAGES	(SZ_1M / PAGE_SIZE)

static unsigned long rbull_memory_limit_pages;
static unsigned long rbull_memory_reserve_pages;
static atomic_long_t rbull_memory_charged_pages;
/* Of those: what is on its way back. */
static atomic_long_t rbull_memory_returning_pages;
/* Images from which more will come. */
static atomic_t rbull_memory_sources;
/* How often something came back, and who waits for that. */
static atomic_t rbull_memory_arrivals;
static DECLARE_WAIT_QUEUE_HEAD(rbull_memory_arrival);
/* The last look found too little available: look each time until it is better. */
static bool rbull_memory_scarce;

/**
 * rbull_memory_init() - set the bounds
 * @limit_mb: what all contents may take, MiB; 0: half of RAM, as for tmpfs
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
 * rbull_memory_exit() - check that all was given back
 *
 * Context: module exit, or init that failed; all images and all garbage are gone.
 */
void rbull_memory_exit(void)
{
	long charged = atomic_long_read(&rbull_memory_charged_pages);

	WARN(charged, "rbull: leak: %ld pages are still charged\n", charged);
}

/**
 * rbull_memory_used() - what all contents take, without what is on its way back
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_memory_used(void)
{
	long returning = atomic_long_read(&rbull_memory_returning_pages);

	/* In this order never too little, as pages cease to be charged first. */
	smp_rmb();
	return max(atomic_long_read(&rbull_memory_charged_pages) - returning,
		   0L);
}

/**
 * rbull_memory_returning() - what was given back and is not freed yet
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_memory_returning(void)
{
	return atomic_long_read(&rbull_memory_returning_pages);
}

/**
 * rbull_memory_limit() - what all contents may take
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_memory_limit(void)
{
	return rbull_memory_limit_pages;
}

/* For a charge of @nr_pages that made it @used in all. */
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
	/* There is a slack here too: less than what programs need to go on. */
	if (slack)
		reserve -= reserve / 4;
	return available < (long)(reserve + nr_pages);
}

static int rbull_memory_try_charge(unsigned long nr_pages, bool slack)
{
	unsigned long limit = rbull_memory_bound(rbull_memory_limit_pages,
						 slack);
	long charged = atomic_long_read(&rbull_memory_charged_pages);

	/* Never more than the limit, so that others see what is left. */
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
 * rbull_memory_charge() - ask leave to allocate
 * @nr_pages: how many pages
 * @slack: they may lie in the slack beyond the limit
 *
 * Context: any; does not sleep.
 * Return: 0; -ENOSPC if the limit is reached or the machine is short of RAM;
 * -EAGAIN if it is, but memory is on its way back.
 */
int rbull_memory_charge(unsigned long nr_pages, bool slack)
{
	int err = rbull_memory_try_charge(nr_pages, slack);

	if (likely(!err))
		return 0;
	if (rbull_memory_is_returning())
		return -EAGAIN;
	/* What was returning then may have come back since. */
	return rbull_memory_try_charge(nr_pages, slack);
}

/**
 * rbull_memory_charge_over_limit() - announce an allocation that frees more
 * @nr_pages: how many pages
 *
 * Context: any; does not sleep.
 */
void rbull_memory_charge_over_limit(unsigned long nr_pages)
{
	atomic_long_add(nr_pages, &rbull_memory_charged_pages);
}

/**
 * rbull_memory_uncharge() - give leave back
 * @nr_pages: how many pages
 *
 * Context: any; does not sleep.
 */
void rbull_memory_uncharge(unsigned long nr_pages)
{
	atomic_long_sub(nr_pages, &rbull_memory_charged_pages);
}

/**
 * rbull_memory_source_add() - announce that an image will give memory back
 *
 * Context: any; does not sleep.
 */
void rbull_memory_source_add(void)
{
	atomic_inc(&rbull_memory_sources);
}

/**
 * rbull_memory_source_del() - all that an image had to give is on its way
 *
 * Context: any; does not sleep.
 */
void rbull_memory_source_del(void)
{
	/* After what it gave: see rbull_memory_is_returning(). */
	smp_mb__before_atomic();
	atomic_dec(&rbull_memory_sources);
	rbull_memory_announce();
}

/**
 * rbull_memory_return() - announce that pages will be freed
 * @nr_pages: how many pages
 *
 * Context: any; does not sleep.
 */
void rbull_memory_return(unsigned long nr_pages)
{
	atomic_long_add(nr_pages, &rbull_memory_returning_pages);
}

/**
 * rbull_memory_returned() - pages that were announced are freed
 * @nr_pages: how many pages
 *
 * Who waits for them learns of it by rbull_memory_announce().
 *
 * Context: any; does not sleep.
 */
void rbull_memory_returned(unsigned long nr_pages)
{
	rbull_memory_uncharge(nr_pages);
	/* Who sees that nothing is returning sees what there is. */
	smp_mb__before_atomic();
	atomic_long_sub(nr_pages, &rbull_memory_returning_pages);
}

/**
 * rbull_memory_is_returning() - whether memory is on its way back
 *
 * Context: any.
 * Return: true if so; false if all that was given back before can be charged.
 */
bool rbull_memory_is_returning(void)
{
	/* In the order in which memory goes from one to the next. */
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
 * rbull_memory_announce() - let those who wait for memory try again
 *
 * Context: any; does not sleep.
 */
void rbull_memory_announce(void)
{
	atomic_inc(&rbull_memory_arrivals);
	/* Pairs with the one in wait_event(). */
	smp_mb__after_atomic();
	wake_up_all(&rbull_memory_arrival);
}

/**
 * rbull_memory_arrived() - how often rbull_memory_announce() was called
 *
 * Context: any.
 * Return: a number for rbull_memory_wait(), to be asked for before one tries.
 */
int rbull_memory_arrived(void)
{
	return atomic_read_acquire(&rbull_memory_arrivals);
}

/**
 * rbull_memory_is_awaited() - whether somebody waits for memory to come back
 *
 * Context: any.
 * Return: true if so.
 */
bool rbull_memory_is_awaited(void)
{
	return wq_has_sleeper(&rbull_memory_arrival);
}

/**
 * rbull_memory_wait() - wait until something has come back
 * @arrived: what rbull_memory_arrived() said before the attempt that failed
 * @until: when to give up, jiffies
 *
 * Context: may sleep.
 * Return: 0; -ENOSPC if it is too late; -EINTR if the caller was killed.
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
