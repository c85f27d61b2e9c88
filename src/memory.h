/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_MEMORY_H
#define RBULL_MEMORY_H

#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/types.h>

/*
 * What keeps a file system alive may go this part beyond a limit, when all else
 * fails there.
 */
#define RBULL_MEMORY_SLACK	64

/* So long who can sleep waits for memory that is on its way back, jiffies. */
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
 * rbull_memory_bound() - up to where one may charge
 * @limit: the limit, pages
 * @slack: the slack beyond it may be used
 *
 * Return: the number of pages.
 */
static inline unsigned long rbull_memory_bound(unsigned long limit, bool slack)
{
	unsigned long more = slack ? limit / RBULL_MEMORY_SLACK : 0;

	return limit > ULONG_MAX - more ? ULONG_MAX : limit + more;
}

#endif /* RBULL_MEMORY_H */
