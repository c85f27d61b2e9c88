// SPDX-License-Identifier: GPL-2.0-only
// set_capacity_and_notify() sets a size and tells user space. Since 5.11, and
// in 5.10's later updates.
#include <linux/blkdev.h>

bool probe(struct gendisk *disk)
{
	return set_capacity_and_notify(disk, 8);
}
