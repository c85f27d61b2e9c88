// SPDX-License-Identifier: GPL-2.0-only
// getgeo() takes the gendisk. Since 6.18.
#include <linux/blkdev.h>
#include <linux/hdreg.h>

static int probe_gendisk_getgeo(struct gendisk *disk, struct hd_geometry *geo)
{
	return 0;
}

const struct block_device_operations probe_gendisk_getgeo_ops = { .getgeo = probe_gendisk_getgeo };
