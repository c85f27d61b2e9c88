// SPDX-License-Identifier: GPL-2.0-only
// submit_bio() has no result. Since 5.16.
#include <linux/blkdev.h>

static void probe_void_submit_bio(struct bio *bio)
{
}

struct block_device_operations probe_void_submit_bio_ops = { .submit_bio = probe_void_submit_bio };
