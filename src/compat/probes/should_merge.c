// SPDX-License-Identifier: GPL-2.0-only
// A flag enables merging. Until 6.13.
#include <linux/blk-mq.h>

unsigned int probe_should_merge = BLK_MQ_F_SHOULD_MERGE;
