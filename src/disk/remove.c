// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removing disks.
 *
 * A disk cannot be removed before the I/O in flight has ended, and a cgroup
 * controller such as io.cost can hold I/O back without limit. The block layer's
 * wait for that cannot be interrupted. So a worker removes the disk, and user
 * space only waits for the worker: a program that is killed ends at once, and
 * the removal goes on.
 */
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "disk/disk.h"
#include "disk/disks.h"
#include "disk/open.h"
#include "disk/remove.h"
#include "reason.h"

/*
 * How long to wait for the disks of a program that ends. No signal reaches it
 * any more, so this wait must end by itself.
 */
#define RBULL_REMOVE_PATIENCE	(10 * HZ)

static struct workqueue_struct *rbull_remove_workers;

/**
 * rbull_remove_init() - set up what removing needs
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_remove_init(void)
{
	rbull_remove_workers = alloc_workqueue("rbull_remove", WQ_UNBOUND, 0);
	return rbull_remove_workers ? 0 : -ENOMEM;
}

/**
 * rbull_remove_exit() - wait until all removals that have begun are done
 *
 * Context: module exit; no removal can begin any more. May sleep. This cannot
 * be interrupted, as module exit must not fail.
 */
void rbull_remove_exit(void)
{
	destroy_workqueue(rbull_remove_workers);
}

static void rbull_remove_work(struct work_struct *work)
{
	struct rbull_disk *disk = container_of(work, struct rbull_disk,
					       remove_work);

	rbull_disks_take_out(disk);
	complete_all(&disk->removed);
	rbull_disk_put(disk);
}

/* Let a worker remove a disk, unless one does so already. */
static void rbull_remove_begin(struct rbull_disk *disk)
{
	if (test_and_set_bit(0, &disk->is_removing))
		return;
	rbull_disk_get(disk);
	INIT_WORK(&disk->remove_work, rbull_remove_work);
	queue_work(rbull_remove_workers, &disk->remove_work);
}

/**
 * rbull_remove_disk() - remove a disk
 * @disk: the disk; the caller has a reference
 * @force: remove it even if it is open; its openers get errors from now on
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if it is open; -ENODEV if it is being removed already;
 * -EINTR if the caller was killed, before the removal began or afterwards: then
 * the removal goes on.
 */
int rbull_remove_disk(struct rbull_disk *disk, bool force,
		      struct rbull_reason *reason)
{
	int err = rbull_disk_lock_or_refuse(disk, reason);

	if (err)
		return err;
	err = rbull_disk_close(disk, force, reason);
	rbull_disk_unlock(disk);
	if (err)
		return err;
	rbull_remove_begin(disk);
	return wait_for_completion_killable(&disk->removed) ? -EINTR : 0;
}

/**
 * rbull_remove_owned() - remove the disks of an owner
 * @owner: the owner, which adds no more disks
 *
 * The disks of a program that is killed must be removed, too. If this takes
 * longer than RBULL_REMOVE_PATIENCE, it goes on after the return.
 *
 * Context: may sleep, for RBULL_REMOVE_PATIENCE at most.
 */
void rbull_remove_owned(const void *owner)
{
	long left = RBULL_REMOVE_PATIENCE;
	unsigned long index = 0;
	struct rbull_disk *disk;

	while ((disk = rbull_disks_from(index, owner))) {
		index = disk->index + 1;
		rbull_remove_begin(disk);
		rbull_disk_put(disk);
	}
	index = 0;
	while (left > 0 && (disk = rbull_disks_from(index, owner))) {
		index = disk->index + 1;
		left = wait_for_completion_killable_timeout(&disk->removed,
							    left);
		rbull_disk_put(disk);
	}
	rbull_disks_orphan(owner);
}
