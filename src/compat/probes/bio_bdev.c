// SPDX-License-Identifier: GPL-2.0-only
// A bio points to its block device, not to its disk. Since 5.12.
#include <linux/blkdev.h>

struct gendisk *probe_bio_bdev(struct bio *bio)
{
	return bio->bi_bdev->bd_disk;
}
