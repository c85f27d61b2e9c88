// SPDX-License-Identifier: GPL-2.0-only
// Must compile: proves that a 'no' of the others means something.
#include <linux/blkdev.h>

bool probe(struct gendisk *disk)
{
	return get_capacity(disk) == 0;
}
