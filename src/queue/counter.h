/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_COUNTER_H
#define RBULL_QUEUE_COUNTER_H

/*
 * Counters of 64 bits for each CPU. A 32-bit machine writes such a counter in
 * two halves. There, a sequence count keeps readers from seeing only one of
 * them. It takes no room and no instruction on 64-bit machines.
 */
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

/**
 * rbull_counter_add() - add to the counter of this CPU
 * @sync: the &struct u64_stats_sync of its readers, per CPU
 * @counter: the counter, per CPU
 * @n: how much to add
 *
 * Context: any, interrupts too.
 */
#ifdef CONFIG_64BIT
#define rbull_counter_add(sync, counter, n)	this_cpu_add(counter, n)
#else
#define rbull_counter_add(sync, counter, n)				\
do {									\
	struct u64_stats_sync *sync__;					\
	unsigned long flags__;						\
									\
	local_irq_save(flags__);					\
	sync__ = this_cpu_ptr(&(sync));					\
	u64_stats_update_begin(sync__);					\
	__this_cpu_add(counter, n);					\
	u64_stats_update_end(sync__);					\
	local_irq_restore(flags__);					\
} while (0)
#endif

/**
 * rbull_counter_read() - read the counter of any CPU
 * @sync: its &struct u64_stats_sync
 * @counter: the counter
 *
 * Context: process context.
 * Return: its value, as it was before or after any addition.
 */
static inline u64 rbull_counter_read(const struct u64_stats_sync *sync,
				     const u64 *counter)
{
	unsigned int start;
	u64 value;

	do {
		start = u64_stats_fetch_begin(sync);
		value = READ_ONCE(*counter);
	} while (u64_stats_fetch_retry(sync, start));
	return value;
}

#endif /* RBULL_QUEUE_COUNTER_H */
