// SPDX-License-Identifier: GPL-2.0-only
// A disk has a table of its block devices, a count of its open partitions, and
// a lock for opening. Since 5.14.
#include <linux/blkdev.h>

unsigned int probe_open_partitions(struct gendisk *disk)
{
	lockdep_assert_held(&disk->open_mutex);
	return disk->open_partitions + !!xa_load(&disk->part_tbl, 0);
}
