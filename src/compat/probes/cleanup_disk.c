// SPDX-License-Identifier: GPL-2.0-only
// blk_cleanup_disk() undoes the allocation of a disk. 5.14 to 5.19.
#include <linux/blkdev.h>

void probe_cleanup_disk(struct gendisk *disk)
{
	blk_cleanup_disk(disk);
}
