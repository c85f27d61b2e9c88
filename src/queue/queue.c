// SPDX-License-Identifier: GPL-2.0-only
/*
 * Setup that all queues share, and the hooks of a queue.
 */
#include <linux/compiler.h>

#include "queue/bio.h"
#include "queue/queue.h"
#include "queue/workers.h"

/**
 * rbull_queue_init() - set up what all queues need
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_queue_init(void)
{
	int err = rbull_workers_init();

	if (err)
		return err;
	err = rbull_bio_init();
	if (err)
		rbull_workers_exit();
	return err;
}

/**
 * rbull_queue_exit() - undo rbull_queue_init()
 *
 * Context: module exit; there are no disks any more.
 */
void rbull_queue_exit(void)
{
	rbull_bio_exit();
	rbull_workers_exit();
}

static void rbull_queue_set_hook(struct rbull_queue *queue, unsigned int hook)
{
	/* Publish the hook's data with it: see rbull_queue_has_hook(). */
	smp_store_release(&queue->hooks, queue->hooks | hook);
}

static void rbull_queue_clear_hook(struct rbull_queue *queue, unsigned int hook)
{
	WRITE_ONCE(queue->hooks, queue->hooks & ~hook);
}

/**
 * rbull_queue_keep_latency() - start recording latencies, from zero, or stop
 * @queue: the queue
 * @on: start
 *
 * Operations that complete meanwhile may be counted or lost.
 *
 * Context: may sleep; nobody else may switch hooks at the same time.
 * Return: 0 or -ENOMEM.
 */
int rbull_queue_keep_latency(struct rbull_queue *queue, bool on)
{
	int err;

	rbull_queue_clear_hook(queue, RBULL_HOOK_LATENCY);
	if (!on)
		return 0;
	err = rbull_latency_reset(&queue->latency);
	if (!err)
		rbull_queue_set_hook(queue, RBULL_HOOK_LATENCY);
	return err;
}
