// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changing the contents of a disk as a whole, or its size, while it is in use.
 *
 * All I/O is held up for that, for as long as it takes to let what is under way
 * finish and to change a few members. Memory is allocated before and freed after.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/percpu-refcount.h>

#include "compat/contents.h"
#include "compat/disk.h"
#include "config.h"
#include "disk/contents.h"
#include "disk/disk.h"
#include "disk/open.h"
#include "image/erase.h"
#include "image/image.h"
#include "image/size.h"
#include "queue/op.h"
#include "queue/queue.h"
#include "reason.h"

/**
 * struct rbull_quiesce - I/O being held up
 * @memflags: what the block layer wants to have back
 * @start: since when, ns
 */
struct rbull_quiesce {
	unsigned int memflags;
	u64 start;
};

/*
 * From here on nothing is under way, not even with a worker. To freeze a queue
 * is to switch its counter from per-CPU to atomic, which takes an RCU grace
 * period, tens of milliseconds; so it is switched before, while I/O goes on.
 */
static void rbull_contents_quiesce(struct rbull_disk *disk,
				   struct rbull_quiesce *quiesce)
{
	struct request_queue *queue = disk->gendisk->queue;

	percpu_ref_switch_to_atomic_sync(&queue->q_usage_counter);
	quiesce->start = ktime_get_ns();
	quiesce->memflags = compat_freeze_queue(queue);
	rbull_bio_drain(disk);
}

static void rbull_contents_resume(struct rbull_disk *disk,
				  struct rbull_quiesce *quiesce,
				  u64 *quiesced_ns)
{
	struct request_queue *queue = disk->gendisk->queue;

	compat_unfreeze_queue(queue, quiesce->memflags);
	*quiesced_ns = ktime_get_ns() - quiesce->start;
	percpu_ref_switch_to_percpu(&queue->q_usage_counter);
}

/* Tell user space and the caches that another size, or other data, is there. */
static void rbull_contents_announce(struct rbull_disk *disk, bool is_other)
{
	set_capacity_and_notify(disk->gendisk, disk->size >> SECTOR_SHIFT);
	if (!is_other)
		return;
	compat_change_media(disk->gendisk);
	kobject_uevent(&disk_to_dev(disk->gendisk)->kobj, KOBJ_CHANGE);
}

static struct rbull_image *
rbull_contents_exchange(struct rbull_disk *disk, struct rbull_image *image,
			u64 *quiesced_ns)
{
	struct rbull_image *old = disk->image;
	struct rbull_quiesce quiesce;

	lockdep_assert_held(&disk->contents_lock);
	rbull_contents_quiesce(disk, &quiesce);
	disk->image = image;
	disk->size = rbull_image_size(image);
	rbull_contents_resume(disk, &quiesce, quiesced_ns);
	return old;
}

/**
 * rbull_contents_replace() - give a disk another image
 * @disk: the disk, locked by rbull_disk_lock()
 * @image: the image; belongs to the disk from now on, even in case of failure
 * @force: even if the disk is open for writing
 * @quiesced_ns: where to say how long I/O had to wait
 * @reason: where to say why not
 *
 * Nobody opens the disk between the question whether it is open and the end,
 * unless somebody has it open already. What is cached goes to the old image,
 * but for what is written while this goes on, which is in the new one.
 *
 * Context: may sleep.
 * Return: 0 or -EBUSY.
 */
int rbull_contents_replace(struct rbull_disk *disk, struct rbull_image *image,
			   bool force, u64 *quiesced_ns,
			   struct rbull_reason *reason)
{
	bool busy, is_open;

	if (force)
		compat_forget_cache(disk->gendisk, true);
	mutex_lock(&disk->open_lock);
	busy = !force && rbull_disk_is_writable(disk);
	if (!busy)
		image = rbull_contents_exchange(disk, image, quiesced_ns);
	/*
	 * Who has it open may be asked for open_lock when it is announced, and
	 * may have something in a cache; the last one to close it has not.
	 */
	is_open = disk->opens;
	if (!busy && !is_open)
		rbull_contents_announce(disk, true);
	mutex_unlock(&disk->open_lock);
	rbull_image_free(image);
	if (busy)
		return rbull_refuse(reason, -EBUSY,
				    "rbull%u is open for writing or mounted: close or unmount it first",
				    disk->index);
	if (is_open) {
		compat_forget_cache(disk->gendisk, false);
		rbull_contents_announce(disk, true);
	}
	return 0;
}

/**
 * rbull_contents_reset() - make a disk all zeroes
 * @disk: the disk, locked by rbull_disk_lock()
 * @force: even if it is open for writing
 * @quiesced_ns: where to say how long I/O had to wait
 * @reason: where to say why not
 *
 * Context: may sleep.
 * Return: 0, -EBUSY, -ENOMEM or -EMLINK.
 */
int rbull_contents_reset(struct rbull_disk *disk, bool force, u64 *quiesced_ns,
			 struct rbull_reason *reason)
{
	struct rbull_image *image = rbull_image_alloc_like(disk->image);

	if (IS_ERR(image))
		return PTR_ERR(image);
	return rbull_contents_replace(disk, image, force, quiesced_ns, reason);
}

/*
 * What was beyond the end is erased when nobody can reach it any more, and until
 * then nobody can make the disk grow again.
 */
static int rbull_contents_shrink(struct rbull_disk *disk, u64 size,
				 u64 *quiesced_ns)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
	struct rbull_image *image = disk->image;
	struct rbull_quiesce quiesce;
	u64 old = disk->size;
	int err;

	rbull_contents_quiesce(disk, &quiesce);
	rbull_image_cut(image, size);
	disk->size = size;
	rbull_contents_resume(disk, &quiesce, quiesced_ns);
	rbull_contents_announce(disk, false);
	/* What is cached from beyond the end would be seen if it grew again. */
	compat_forget_cache(disk->gendisk, true);

	err = rbull_image_erase(image, size, round_up(old, PAGE_SIZE) - size,
				RBULL_ERASE_FREE, gfp);
	if (!err)
		return 0;
	/* Better too large than with something beyond the end. */
	rbull_contents_quiesce(disk, &quiesce);
	rbull_image_cut(image, old);
	disk->size = old;
	rbull_contents_resume(disk, &quiesce, quiesced_ns);
	rbull_contents_announce(disk, false);
	return err;
}

/* Take the RAM of a disk that has all of it; if that fails, undo all. */
static int rbull_contents_populate(struct rbull_disk *disk, u64 size,
				   u64 *quiesced_ns)
{
	struct rbull_image *image = disk->image;
	struct rbull_quiesce quiesce;
	u64 old = disk->size;
	int err;

	err = rbull_image_populate(image, size);
	rbull_contents_quiesce(disk, &quiesce);
	if (err)
		rbull_image_cut(image, old);
	else
		disk->size = size;
	rbull_contents_resume(disk, &quiesce, quiesced_ns);
	if (err)
		rbull_image_erase(image, old, size - old, RBULL_ERASE_FREE,
				  RBULL_GFP_WAIT);
	return err;
}

static int rbull_contents_extend(struct rbull_disk *disk, u64 size,
				 u64 *quiesced_ns)
{
	bool populate = disk->config.populate;
	struct rbull_growth *growth;
	struct rbull_quiesce quiesce;
	int err = 0;

	growth = rbull_growth_alloc(disk->image, size, RBULL_GFP_WAIT);
	if (IS_ERR(growth))
		return PTR_ERR(growth);
	rbull_contents_quiesce(disk, &quiesce);
	rbull_growth_apply(growth);
	if (!populate)
		disk->size = size;
	rbull_contents_resume(disk, &quiesce, quiesced_ns);
	rbull_growth_free(growth);
	if (populate)
		err = rbull_contents_populate(disk, size, quiesced_ns);
	if (!err)
		rbull_contents_announce(disk, false);
	return err;
}

/**
 * rbull_contents_resize() - give a disk another size
 * @disk: the disk, locked by rbull_disk_lock()
 * @size: the size, bytes
 * @quiesced_ns: where to say how long I/O had to wait
 * @reason: where to say why not
 *
 * What is cut off is freed, and reads as zeroes if the disk grows again. If it
 * cannot be freed, as a snapshot shares it and there is no RAM for nodes, the
 * disk keeps its size, and some of what was to be cut off is lost.
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL, -ENOMEM, or as of rbull_image_populate().
 */
int rbull_contents_resize(struct rbull_disk *disk, u64 size, u64 *quiesced_ns,
			  struct rbull_reason *reason)
{
	struct rbull_config config = disk->config;
	int err;

	*quiesced_ns = 0;
	config.disk_size = size;
	err = rbull_config_validate(&config, reason);
	if (err)
		return err;
	if (size < disk->size)
		err = rbull_contents_shrink(disk, size, quiesced_ns);
	else if (size > disk->size)
		err = rbull_contents_extend(disk, size, quiesced_ns);
	if (err)
		rbull_refuse(reason, err,
			     "rbull%u cannot be made %llu bytes long for want of memory: error %d",
			     disk->index, size, err);
	return err;
}
