// SPDX-License-Identifier: GPL-2.0-only
// BLKROSET asks the driver by way of set_read_only(). Since 5.11, and in 5.10's
// later updates.
#include <linux/blkdev.h>

static int probe_set_read_only(struct block_device *bdev, bool ro)
{
	return 0;
}

const struct block_device_operations probe = {
	.set_read_only = probe_set_read_only,
};
