// SPDX-License-Identifier: GPL-2.0-only
/*
 * The openers of a disk, and the changes that they prevent.
 */
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>

#include "compat/contents.h"
#include "compat/disk.h"
#include "compat/ops.h"
#include "disk/disk.h"
#include "disk/open.h"
#include "reason.h"

/**
 * rbull_disk_count_open() - count an opener of a disk
 * @disk: the disk
 * @mode: mode of the open
 *
 * Context: may sleep, to wait while the contents of the disk are being
 * replaced.
 * Return: 0; -ENXIO if the disk is being removed; -EINTR if the caller was
 * killed.
 */
int rbull_disk_count_open(struct rbull_disk *disk, blk_mode_t mode)
{
	int err = mutex_lock_killable(&disk->open_lock);

	if (err)
		return err;
	if (disk->is_removed) {
		err = -ENXIO;
	} else {
		disk->opens++;
		/* A read-only mount can turn writable without a new open. */
		if (mode & (BLK_OPEN_WRITE | BLK_OPEN_EXCL))
			disk->is_writable = true;
	}
	mutex_unlock(&disk->open_lock);
	return err;
}

/**
 * rbull_disk_count_release() - undo rbull_disk_count_open()
 * @disk: the disk
 *
 * The block layer does not report here whether this opener could write.
 *
 * Context: may sleep. This cannot be interrupted, as the last close of a file
 * must not fail. It ends when rbull_disk_replace() does: after
 * RBULL_QUIESCE_TIMEOUT at most if the I/O in flight does not end.
 */
void rbull_disk_count_release(struct rbull_disk *disk)
{
	mutex_lock(&disk->open_lock);
	if (!--disk->opens)
		disk->is_writable = false;
	mutex_unlock(&disk->open_lock);
}

/**
 * rbull_disk_is_writable() - check whether an opener may be writing
 * @disk: the disk
 *
 * Older kernels report only the first opener of a partition. So treat every
 * opener of a partition as a writer.
 *
 * Context: @disk->open_lock is held.
 * Return: true if the disk, or one of its partitions, may be written to.
 */
bool rbull_disk_is_writable(const struct rbull_disk *disk)
{
	lockdep_assert_held(&disk->open_lock);
	return disk->is_writable || compat_open_partitions(disk->queue.gendisk);
}

/**
 * rbull_disk_set_ro() - make a disk read-only, or writable
 * @disk: the disk
 * @ro: true: read-only; false: writable
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if an opener may be writing; -EINTR if the caller was
 * killed.
 */
int rbull_disk_set_ro(struct rbull_disk *disk, bool ro,
		      struct rbull_reason *reason)
{
	int err = mutex_lock_killable(&disk->open_lock);

	if (err)
		return rbull_refuse(reason, err, "ro=%d: rbull%u is busy", ro,
				    disk->index);
	if (get_disk_ro(disk->queue.gendisk) == ro)
		goto out;
	if (ro && rbull_disk_is_writable(disk)) {
		err = rbull_refuse(reason, -EBUSY,
				   "ro=1: rbull%u is open for writing or mounted: close or unmount it first",
				   disk->index);
		goto out;
	}
	set_disk_ro(disk->queue.gendisk, ro);
	if (!ro)
		compat_clear_bdev_ro(disk->queue.gendisk);
out:
	mutex_unlock(&disk->open_lock);
	return err;
}

/*
 * Check whether a partition is claimed, as by a file system, or has another
 * opener while an opener of the disk may write. The caller itself is one of the
 * openers of the partition.
 */
static bool rbull_disk_is_partition_writable(const struct rbull_disk *disk,
					     struct block_device *bdev)
{
	lockdep_assert_held(&disk->open_lock);
	return bdev->bd_holder ||
	       (disk->is_writable && compat_bdev_openers(bdev) > 1);
}

/*
 * Check whether a partition may become read-only. Its flag is kept by the block
 * layer.
 */
static int rbull_disk_judge_partition_ro(struct rbull_disk *disk,
					 struct block_device *bdev,
					 struct rbull_reason *reason)
{
	int err = mutex_lock_killable(&disk->open_lock);

	if (err)
		return err;
	if (rbull_disk_is_partition_writable(disk, bdev))
		err = rbull_refuse(reason, -EBUSY,
				   "ro=1: %pg is open for writing or mounted: close or unmount it first",
				   bdev);
	mutex_unlock(&disk->open_lock);
	return err;
}

/**
 * rbull_disk_set_read_only() - carry out BLKROSET
 * @bdev: the disk, or a partition of it; the caller has it open
 * @ro: true: read-only; false: writable
 *
 * BLKROSET returns only an errno, so the reason for a refusal goes to the
 * kernel log.
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if an opener may be writing; -EINTR if the caller was
 * killed.
 */
int rbull_disk_set_read_only(struct block_device *bdev, bool ro)
{
	struct rbull_disk *disk = rbull_disk_of(bdev->bd_disk);
	struct rbull_reason reason = {};
	int err = 0;

	if (!bdev_is_partition(bdev))
		err = rbull_disk_set_ro(disk, ro, &reason);
	else if (ro)
		err = rbull_disk_judge_partition_ro(disk, bdev, &reason);
	if (*reason.text)
		dev_err_ratelimited(disk_to_dev(bdev->bd_disk), "%s\n",
				    reason.text);
	return err;
}

/**
 * rbull_disk_close() - prevent all further opens and changes of a disk
 * @disk: the disk, locked by rbull_disk_lock()
 * @force: close the disk even if it is open
 * @reason: receives the reason on failure
 *
 * The caller then removes the disk, which cannot fail any more.
 *
 * Context: may sleep, but not for long: only those who have locked the disk
 * wait while they hold open_lock.
 * Return: 0, or -EBUSY if it is open.
 */
int rbull_disk_close(struct rbull_disk *disk, bool force,
		     struct rbull_reason *reason)
{
	int err = 0;

	lockdep_assert_held(&disk->contents_lock);
	mutex_lock(&disk->open_lock);
	if (disk->opens && !force)
		err = rbull_refuse(reason, -EBUSY,
				   "rbull%u is open: close or unmount it first",
				   disk->index);
	else
		WRITE_ONCE(disk->is_removed, true);
	mutex_unlock(&disk->open_lock);
	return err;
}
