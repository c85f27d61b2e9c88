// SPDX-License-Identifier: GPL-2.0-only
/*
 * Announcing a new size or new contents of a disk.
 */
#include <linux/blkdev.h>
#include <linux/device.h>

#include "compat/contents.h"
#include "compat/disk.h"
#include "disk/announce.h"
#include "disk/disk.h"

/**
 * rbull_disk_announce() - announce a change of a disk to caches and user space
 * @disk: the disk, locked by rbull_disk_lock()
 * @is_other: the data has changed, not only the size
 *
 * Context: may sleep.
 */
void rbull_disk_announce(struct rbull_disk *disk, bool is_other)
{
	struct gendisk *gendisk = disk->queue.gendisk;

	set_capacity_and_notify(gendisk,
				disk->queue.contents.size >> SECTOR_SHIFT);
	if (!is_other)
		return;
	compat_change_media(gendisk);
	kobject_uevent(&disk_to_dev(gendisk)->kobj, KOBJ_CHANGE);
}
