// SPDX-License-Identifier: GPL-2.0-only
// A flag enables extended minors. Until 5.16.
#include <linux/blkdev.h>
#include <linux/genhd.h>

unsigned int probe = GENHD_FL_EXT_DEVT;
