// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much RAM the contents of all disks may take together.
 *
 * Two bounds. The limit is the user's: reaching it is normal life. The reserve
 * protects the machine from a limit that was set too high: pages of a RAM disk
 * can be neither swapped nor reclaimed, so the last of them would leave nothing
 * for the programs, and the OOM killer would end those in turn without getting
 * anything back.
 */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>

#include "memory.h"

/* Asking for available memory sums over all zones: once in so many pages. */
#define RBULL_MEMORY_CHECK_PAGES	(SZ_1M / PAGE_SIZE)

static unsigned long rbull_memory_limit_pages;
static unsigned long rbull_memory_reserve_pages;
static atomic_long_t rbull_memory_used_pages;
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
 * rbull_memory_exit() - wait until all is freed, check that all was given back
 *
 * Context: may sleep; module exit, or init that failed.
 */
void rbull_memory_exit(void)
{
	/* Erased pages are freed after a grace period, by code of this module. */
	rcu_barrier();
	WARN(rbull_memory_used(), "rbull: leak: %lu pages are still charged\n",
	     rbull_memory_used());
}

/**
 * rbull_memory_used() - what all contents take now
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_memory_used(void)
{
	return atomic_long_read(&rbull_memory_used_pages);
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
static bool rbull_memory_is_scarce(unsigned long used, unsigned long nr_pages)
{
	bool scarce = READ_ONCE(rbull_memory_scarce);

	if (likely(!scarce && used % RBULL_MEMORY_CHECK_PAGES >= nr_pages))
		return false;
	scarce = si_mem_available() <
		 (long)(rbull_memory_reserve_pages + nr_pages);
	WRITE_ONCE(rbull_memory_scarce, scarce);
	return scarce;
}

/**
 * rbull_memory_charge() - ask leave to allocate
 * @nr_pages: how many pages
 *
 * Context: any; does not sleep.
 * Return: 0, or -ENOSPC if the limit is reached or the machine is short of RAM.
 */
int rbull_memory_charge(unsigned long nr_pages)
{
	long used = atomic_long_read(&rbull_memory_used_pages);

	/* Never more than the limit, so that others see what is left. */
	do {
		if (used + nr_pages > rbull_memory_limit_pages)
			return -ENOSPC;
	} while (!atomic_long_try_cmpxchg(&rbull_memory_used_pages, &used,
					  used + nr_pages));
	if (likely(!rbull_memory_is_scarce(used + nr_pages, nr_pages)))
		return 0;
	rbull_memory_uncharge(nr_pages);
	return -ENOSPC;
}

/**
 * rbull_memory_charge_over_limit() - announce an allocation that frees more
 * @nr_pages: how many pages
 *
 * Context: any; does not sleep.
 */
void rbull_memory_charge_over_limit(unsigned long nr_pages)
{
	atomic_long_add(nr_pages, &rbull_memory_used_pages);
}

/**
 * rbull_memory_uncharge() - give leave back
 * @nr_pages: how many pages
 *
 * Context: any; does not sleep.
 */
void rbull_memory_uncharge(unsigned long nr_pages)
{
	atomic_long_sub(nr_pages, &rbull_memory_used_pages);
}
