// SPDX-License-Identifier: GPL-2.0-only
// The number of openers of a block device is an atomic_t. Since 6.0.
#include <linux/blkdev.h>

int probe_atomic_openers(struct block_device *bdev)
{
	return atomic_read(&bdev->bd_openers);
}
