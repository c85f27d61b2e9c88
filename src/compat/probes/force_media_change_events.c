// SPDX-License-Identifier: GPL-2.0-only
// disk_force_media_change() has an argument for the event. From 5.15 to 6.5.
#include <linux/blkdev.h>

void probe_force_media_change_events(struct gendisk *disk)
{
	disk_force_media_change(disk, DISK_EVENT_MEDIA_CHANGE);
}
