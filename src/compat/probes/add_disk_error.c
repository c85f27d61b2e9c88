// SPDX-License-Identifier: GPL-2.0-only
// device_add_disk() returns an error on failure. Since 5.15.
#include <linux/blkdev.h>

int probe_add_disk_error(struct gendisk *disk)
{
	return device_add_disk(NULL, disk, NULL);
}
