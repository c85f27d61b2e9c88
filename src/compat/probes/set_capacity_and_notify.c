// SPDX-License-Identifier: GPL-2.0-only
// set_capacity_and_notify() sets a size and notifies user space. Since 5.11,
// and in later updates of 5.10.
#include <linux/blkdev.h>

bool probe_set_capacity_and_notify(struct gendisk *disk)
{
	return set_capacity_and_notify(disk, 8);
}
