// SPDX-License-Identifier: GPL-2.0-only
// BLKROSET calls set_read_only() of the driver. Since 5.11, and in later
// updates of 5.10.
#include <linux/blkdev.h>

static int probe_set_read_only(struct block_device *bdev, bool ro)
{
	return 0;
}

const struct block_device_operations probe_set_read_only_ops = {
	.set_read_only = probe_set_read_only,
};
