// SPDX-License-Identifier: GPL-2.0-only
// Must not compile: otherwise the success of the other probes proves nothing.
#include <linux/blkdev.h>

bool probe_canary_fails(struct gendisk *disk)
{
	return get_capacity(disk, "no such argument") == 0;
}
