// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing back and dropping the page cache of a disk.
 *
 * The kernel's wait for writeback cannot be interrupted, and a cgroup
 * controller can hold writes back without limit. So a worker waits for
 * writeback, and user space waits for the worker. Until the worker is done,
 * nobody can open or close the disk on kernels with an open_mutex, even if
 * user space has given up.
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "compat/contents.h"
#include "disk/cache.h"
#include "disk/disk.h"
#include "reason.h"

/*
 * Not for reclaim: the job of one disk may wait for the memory of another,
 * which the workers of disk/disk.c free.
 */
static struct workqueue_struct *rbull_cache_workers;

/**
 * struct rbull_cache_job - a worker's job
 * @work: carries it out
 * @done: it is done
 * @refs: references: one of the worker, one of the task that waits
 * @disk: the disk, with a reference
 */
struct rbull_cache_job {
	struct work_struct work;
	struct completion done;
	refcount_t refs;
	struct rbull_disk *disk;
};

static void rbull_cache_put(struct rbull_cache_job *job)
{
	if (refcount_dec_and_test(&job->refs))
		kfree(job);
}

static void rbull_cache_work(struct work_struct *work)
{
	struct rbull_cache_job *job = container_of(work, struct rbull_cache_job,
						   work);
	struct rbull_disk *disk = job->disk;

	compat_forget_cache(disk->queue.gendisk, true);
	complete(&job->done);
	rbull_cache_put(job);
	rbull_disk_put(disk);
}

/**
 * rbull_cache_init() - set up what dropping caches needs
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_cache_init(void)
{
	rbull_cache_workers = alloc_workqueue("rbull_cache", WQ_UNBOUND, 0);
	return rbull_cache_workers ? 0 : -ENOMEM;
}

/**
 * rbull_cache_exit() - wait until the workers have ended
 *
 * Context: module exit, after rbull_disk_exit(): the jobs have references to
 * disks.
 */
void rbull_cache_exit(void)
{
	destroy_workqueue(rbull_cache_workers);
}

/**
 * rbull_cache_forget() - write back and drop the page cache of a disk
 * @disk: the disk, locked by rbull_disk_lock()
 * @timeout: how long to wait at most, jiffies
 * @reason: receives the reason on failure
 *
 * This includes its partitions. Pages that are in use stay.
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM; -EBUSY after @timeout; -EINTR if the caller was killed.
 * After the last two the cache will be written back and dropped later.
 */
int rbull_cache_forget(struct rbull_disk *disk, unsigned long timeout,
		       struct rbull_reason *reason)
{
	struct rbull_cache_job *job = kmalloc(sizeof(*job), GFP_KERNEL);
	long left;

	if (!job)
		return rbull_refuse(reason, -ENOMEM,
				    "no memory to write back the caches of rbull%u",
				    disk->index);
	INIT_WORK(&job->work, rbull_cache_work);
	init_completion(&job->done);
	refcount_set(&job->refs, 2);
	job->disk = disk;
	rbull_disk_get(disk);
	queue_work(rbull_cache_workers, &job->work);
	left = wait_for_completion_killable_timeout(&job->done, timeout);
	rbull_cache_put(job);
	if (left < 0)
		return -EINTR;
	return left ? 0 :
	       rbull_refuse(reason, -EBUSY,
			    "the caches of rbull%u were not written back within %u s",
			    disk->index, jiffies_to_msecs(timeout) / 1000);
}
