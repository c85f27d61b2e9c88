// SPDX-License-Identifier: GPL-2.0-only
// Must compile: otherwise the other probes fail for a wrong reason.
#include <linux/blkdev.h>

bool probe_canary_compiles(struct gendisk *disk)
{
	return get_capacity(disk) == 0;
}
