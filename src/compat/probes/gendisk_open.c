// SPDX-License-Identifier: GPL-2.0-only
// open() and release() take the gendisk. Since 6.5.
#include <linux/blkdev.h>

static int probe_gendisk_open(struct gendisk *disk, blk_mode_t mode)
{
	return 0;
}

const struct block_device_operations probe_gendisk_open_ops = { .open = probe_gendisk_open };
