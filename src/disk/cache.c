// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing back and dropping the page cache of a disk.
 *
 * The kernel's wait for writeback cannot be interrupted, and a cgroup
 * controller can hold writes back without limit. So a worker waits for
 * writeback, and user space waits for the worker.
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "compat/contents.h"
#include "disk/cache.h"
#include "disk/disk.h"

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
 * rbull_cache_forget() - write back and drop the page cache of a disk
 * @disk: the disk, locked by rbull_disk_lock()
 *
 * This includes its partitions. Pages that are in use stay.
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM; -EINTR if the caller was killed: then the cache will be
 * written back and dropped later.
 */
int rbull_cache_forget(struct rbull_disk *disk)
{
	struct rbull_cache_job *job = kmalloc(sizeof(*job), GFP_KERNEL);
	int err;

	if (!job)
		return -ENOMEM;
	INIT_WORK(&job->work, rbull_cache_work);
	init_completion(&job->done);
	refcount_set(&job->refs, 2);
	job->disk = disk;
	rbull_disk_get(disk);
	rbull_disk_queue_work(&job->work);
	err = wait_for_completion_killable(&job->done) ? -EINTR : 0;
	rbull_cache_put(job);
	return err;
}
