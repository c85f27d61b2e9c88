// SPDX-License-Identifier: GPL-2.0-only
// A disk has the block devices of the whole and of partitions, counts those that are
// open, and has a lock for opening. Since 5.14.
#include <linux/blkdev.h>

unsigned int probe(struct gendisk *disk)
{
	lockdep_assert_held(&disk->open_mutex);
	return disk->open_partitions + !!xa_load(&disk->part_tbl, 0);
}
