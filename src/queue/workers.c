// SPDX-License-Identifier: GPL-2.0-only
/*
 * What queue/mq.c and queue/bio.c have in common: workers for a second attempt.
 *
 * An operation is carried out in the submitter's context, which must not sleep.
 * If it fails and rbull_op_retries() allows it, a worker carries it out again,
 * from its start, and may sleep.
 */
#include <linux/errno.h>
#include <linux/workqueue.h>

#include "queue/workers.h"

struct workqueue_struct *rbull_workers;

/**
 * rbull_workers_init() - create the workqueue
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_workers_init(void)
{
	/* Reclaim may wait for our writes: there must always be a worker. */
	rbull_workers = alloc_workqueue(KBUILD_MODNAME, WQ_MEM_RECLAIM |
					      WQ_UNBOUND, 0);
	return rbull_workers ? 0 : -ENOMEM;
}

/**
 * rbull_workers_exit() - undo rbull_workers_init()
 *
 * Context: module exit; there are no disks any more.
 */
void rbull_workers_exit(void)
{
	destroy_workqueue(rbull_workers);
}
