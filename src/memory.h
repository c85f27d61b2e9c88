/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_MEMORY_H
#define RBULL_MEMORY_H

#include <linux/types.h>

u64 rbull_memory_init(u64 limit_mb);
void rbull_memory_exit(void);
unsigned long rbull_memory_used(void);
unsigned long rbull_memory_limit(void);
int rbull_memory_charge(unsigned long nr_pages);
void rbull_memory_charge_over_limit(unsigned long nr_pages);
void rbull_memory_uncharge(unsigned long nr_pages);

#endif /* RBULL_MEMORY_H */
