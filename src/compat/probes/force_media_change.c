// SPDX-License-Identifier: GPL-2.0-only
// disk_force_media_change() has only one argument, the disk. Since 6.6.
#include <linux/blkdev.h>

void probe_force_media_change(struct gendisk *disk)
{
	disk_force_media_change(disk);
}
