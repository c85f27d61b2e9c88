// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replacing the contents of a disk in use by zeroes, or by the contents of a
 * snapshot.
 *
 * The disk is quiesced only while the contents are exchanged. Memory is
 * allocated before and freed after that.
 */
#include <linux/blkdev.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mutex.h>

#include "compat/contents.h"
#include "disk/announce.h"
#include "disk/cache.h"
#include "disk/disk.h"
#include "disk/open.h"
#include "disk/quiesce.h"
#include "disk/replace.h"
#include "disk/snapshot.h"
#include "image/contents.h"
#include "reason.h"

/* Exchange the contents of a disk; on failure nothing changes. */
static int rbull_disk_exchange(struct rbull_disk *disk,
			       struct rbull_contents *contents,
			       u64 *quiesced_ns, struct rbull_reason *reason)
{
	struct rbull_quiesce quiesce;
	int err;

	lockdep_assert_held(&disk->contents_lock);
	err = rbull_quiesce_begin(&quiesce, disk, reason);
	if (err)
		return err;
	swap(disk->queue.contents, *contents);
	*quiesced_ns = rbull_quiesce_end(&quiesce, disk);
	return 0;
}

/*
 * Replace the contents of a disk. open_lock keeps the disk from being opened
 * between the check for openers and the exchange. With @force, dirty caches are
 * first written back to the old contents. Data that is still dirty after the
 * exchange goes to the new contents. Frees the old contents on success, and
 * @contents on failure.
 *
 * After the exchange, caches must be dropped and others told: that cannot be
 * undone, so it cannot be interrupted either. It waits for openers of the disk,
 * which may be reading its partition table, and on some kernels for the
 * writeback of what was written to the cache meanwhile.
 */
static int rbull_disk_replace(struct rbull_disk *disk,
			      struct rbull_contents *contents, bool force,
			      u64 *quiesced_ns, struct rbull_reason *reason)
{
	bool is_open;
	int err;

	err = force ? rbull_cache_forget(disk, MAX_SCHEDULE_TIMEOUT, reason) : 0;
	if (err) {
		rbull_contents_free(contents);
		return err;
	}
	mutex_lock(&disk->open_lock);
	if (!force && rbull_disk_is_writable(disk))
		err = rbull_refuse(reason, -EBUSY,
				   "rbull%u is open for writing or mounted: close or unmount it first",
				   disk->index);
	else
		err = rbull_disk_exchange(disk, contents, quiesced_ns, reason);
	/*
	 * Announce an open disk without open_lock: announcing may wait for an
	 * opener that waits for open_lock. If the disk is closed, keep
	 * open_lock, so that the next opener finds the disk announced. A closed
	 * disk has no cached data.
	 */
	is_open = disk->opens;
	if (!err && !is_open)
		rbull_disk_announce(disk, true);
	mutex_unlock(&disk->open_lock);
	rbull_contents_free(contents);
	if (!err && is_open) {
		compat_forget_cache(disk->queue.gendisk, false);
		rbull_disk_announce(disk, true);
	}
	return err;
}

/**
 * rbull_disk_reset() - reset a disk to all zeroes
 * @disk: the disk, locked by rbull_disk_lock()
 * @force: reset the disk even if it is open for writing
 * @quiesced_ns: receives the time that I/O was held up, ns
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0, -EBUSY, -ENOMEM or -EMLINK; -EINTR if the caller was killed before
 * anything changed.
 */
int rbull_disk_reset(struct rbull_disk *disk, bool force, u64 *quiesced_ns,
		     struct rbull_reason *reason)
{
	struct rbull_contents zeroes;
	int err = rbull_contents_alloc_like(&zeroes, &disk->queue.contents);

	return err ?: rbull_disk_replace(disk, &zeroes, force, quiesced_ns,
					 reason);
}

/**
 * rbull_disk_rewind() - restore the contents and the size of a snapshot
 * @disk: the disk, locked by rbull_disk_lock()
 * @snapshot: name of the snapshot, not empty
 * @force: restore them even if the disk is open for writing
 * @quiesced_ns: receives the time that I/O was held up, ns
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0, or -ENOENT, -EBUSY, -ENOMEM or -EMLINK; -EINTR if the caller was
 * killed before anything changed.
 */
int rbull_disk_rewind(struct rbull_disk *disk, const char *snapshot, bool force,
		      u64 *quiesced_ns, struct rbull_reason *reason)
{
	struct rbull_contents clone;
	int err = rbull_snapshot_clone(disk, snapshot, &clone, reason);

	return err ?: rbull_disk_replace(disk, &clone, force, quiesced_ns,
					 reason);
}
