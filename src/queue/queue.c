// SPDX-License-Identifier: GPL-2.0-only
/*
 * What both ways into a disk, queue/mq.c and queue/bio.c, have in common.
 *
 * An operation is carried out in the submitter's context, which may not sleep.
 * If it fails because it would have to, a worker carries it out a second time,
 * from its start.
 */
#include <linux/errno.h>
#include <linux/workqueue.h>

#include "queue/queue.h"

struct workqueue_struct *rbull_queue_workers;

/**
 * rbull_queue_init() - get ready for operations
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_queue_init(void)
{
	/* Reclaim may wait for our writes: there must always be a worker. */
	rbull_queue_workers = alloc_workqueue(KBUILD_MODNAME, WQ_MEM_RECLAIM |
					      WQ_UNBOUND, 0);
	if (!rbull_queue_workers)
		return -ENOMEM;
	if (!rbull_bio_init_notes())
		return 0;
	destroy_workqueue(rbull_queue_workers);
	return -ENOMEM;
}

/**
 * rbull_queue_exit() - undo rbull_queue_init()
 *
 * Context: module exit; there are no disks any more.
 */
void rbull_queue_exit(void)
{
	rbull_bio_exit_notes();
	destroy_workqueue(rbull_queue_workers);
}
