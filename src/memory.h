/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_MEMORY_H
#define RBULL_MEMORY_H

#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/types.h>

/*
 * Writes that keep a file system alive may exceed a limit by this fraction
 * (1/64). All other writes fail at the limit.
 */
#define RBULL_MEMORY_SLACK	64

/* How long callers wait for returning memory if they can sleep, jiffies. */
#define RBULL_MEMORY_PATIENCE	(30 * HZ)

u64 rbull_memory_init(u64 limit_mb);
void rbull_memory_exit(void);
unsigned long rbull_memory_used(void);
unsigned long rbull_memory_returning(void);
unsigned long rbull_memory_limit(void);

int rbull_memory_charge(unsigned long nr_pages, bool slack);
void rbull_memory_charge_over_limit(unsigned long nr_pages);
void rbull_memory_uncharge(unsigned long nr_pages);

void rbull_memory_source_add(void);
void rbull_memory_source_del(void);
void rbull_memory_return(unsigned long nr_pages);
void rbull_memory_returned(unsigned long nr_pages);
bool rbull_memory_is_returning(void);
void rbull_memory_announce(void);
int rbull_memory_arrived(void);
bool rbull_memory_is_awaited(void);
int rbull_memory_wait(int arrived, unsigned long until);

/**
 * rbull_memory_bound() - get the largest allowed charge
 * @limit: the limit, pages
 * @slack: allow the slack beyond it
 *
 * Return: number of pages.
 */
static inline unsigned long rbull_memory_bound(unsigned long limit, bool slack)
{
	unsigned long more = slack ? limit / RBULL_MEMORY_SLACK : 0;

	return limit > ULONG_MAX - more ? ULONG_MAX : limit + more;
}

#endif /* RBULL_MEMORY_H */
