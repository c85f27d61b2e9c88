// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quiescing a disk, so that its contents or its size can be changed.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/percpu-refcount.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "compat/contents.h"
#include "disk/disk.h"
#include "disk/quiesce.h"
#include "memory.h"
#include "queue/bio.h"
#include "reason.h"

/*
 * How often to look for SIGKILL meanwhile. The block layer's wait cannot be
 * interrupted.
 */
#define RBULL_QUIESCE_SLICE	(HZ / 10)

/* Wait for the I/O in flight, while new I/O is held up. */
static int rbull_quiesce_wait(struct rbull_disk *disk)
{
	struct request_queue *queue = disk->queue.gendisk->queue;
	unsigned long until = jiffies + RBULL_QUIESCE_TIMEOUT;

	while (!blk_mq_freeze_queue_wait_timeout(queue, RBULL_QUIESCE_SLICE)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (time_after_eq(jiffies, until))
			return -EBUSY;
	}
	return rbull_bio_drain(&disk->queue,
			       max_t(long, until - jiffies, 1));
}

/**
 * rbull_quiesce_begin() - wait for the I/O in flight, and hold up new I/O
 * @quiesce: receives the state for rbull_quiesce_end()
 * @disk: the disk, locked by rbull_disk_lock()
 * @reason: receives the reason on failure
 *
 * On success, no worker holds deferred I/O either. Freezing a queue switches
 * its usage counter from per-CPU to atomic mode, which takes an RCU grace
 * period of tens of milliseconds. So the counter is switched first, while I/O
 * goes on.
 *
 * Allocate memory before quiescing, and free it afterwards: reclaim may wait
 * for a write to this disk.
 *
 * Context: may sleep, for RBULL_QUIESCE_TIMEOUT and an RCU grace period at
 * most.
 * Return: 0; -EBUSY if the I/O in flight does not end; -EINTR if the caller was
 * killed. On failure, I/O goes on.
 */
int rbull_quiesce_begin(struct rbull_quiesce *quiesce, struct rbull_disk *disk,
			struct rbull_reason *reason)
{
	struct request_queue *queue = disk->queue.gendisk->queue;
	int err;

	rbull_disk_abort(disk);
	percpu_ref_switch_to_atomic_sync(&queue->q_usage_counter);
	quiesce->start = ktime_get_ns();
	quiesce->memflags = memalloc_noio_save();
	blk_freeze_queue_start(queue);
	err = rbull_quiesce_wait(disk);
	if (!err)
		return 0;
	rbull_quiesce_end(quiesce, disk);
	if (err == -EINTR)
		return err;
	return rbull_refuse(reason, err,
			    "rbull%u has I/O in flight that did not complete within %u s",
			    disk->index, RBULL_QUIESCE_TIMEOUT / HZ);
}

/**
 * rbull_quiesce_end() - resume I/O
 * @quiesce: the state from rbull_quiesce_begin()
 * @disk: the disk
 *
 * Context: process context.
 * Return: the time that I/O was held up, ns.
 */
u64 rbull_quiesce_end(struct rbull_quiesce *quiesce, struct rbull_disk *disk)
{
	struct request_queue *queue = disk->queue.gendisk->queue;
	u64 took;

	compat_unfreeze_queue(queue, quiesce->memflags);
	took = ktime_get_ns() - quiesce->start;
	percpu_ref_switch_to_percpu(&queue->q_usage_counter);
	return took;
}
