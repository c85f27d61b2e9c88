// SPDX-License-Identifier: GPL-2.0-only
// A flag enables extended minors. Until 5.16.
#include <linux/blkdev.h>
#if __has_include(<linux/genhd.h>)
#include <linux/genhd.h>
#endif

unsigned int probe_ext_devt_flag = GENHD_FL_EXT_DEVT;
