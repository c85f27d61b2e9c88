// SPDX-License-Identifier: GPL-2.0-only
// A disk has the block device of the whole, and counts open partitions. Since 5.14.
#include <linux/blkdev.h>

unsigned int probe(struct gendisk *disk)
{
	return disk->part0->bd_disk->open_partitions;
}
