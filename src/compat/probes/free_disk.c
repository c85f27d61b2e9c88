// SPDX-License-Identifier: GPL-2.0-only
// free_disk() tells the driver that a gendisk is freed. Since 5.18.
#include <linux/blkdev.h>

static void probe_free_disk(struct gendisk *disk)
{
}

const struct block_device_operations probe_free_disk_ops = { .free_disk = probe_free_disk };
