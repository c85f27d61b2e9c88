// SPDX-License-Identifier: GPL-2.0-only
// Must not compile: proves that a 'yes' of the others means something.
#include <linux/blkdev.h>

bool probe(struct gendisk *disk)
{
	return get_capacity(disk, "no such argument") == 0;
}
