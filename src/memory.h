/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_MEMORY_H
#define RBULL_MEMORY_H

#include <linux/types.h>

u64 rbull_memory_init(u64 limit_mb);
void rbull_memory_exit(void);
int rbull_memory_charge(void);
void rbull_memory_uncharge(unsigned long nr_pages);

#endif /* RBULL_MEMORY_H */
