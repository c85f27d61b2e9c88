// SPDX-License-Identifier: GPL-2.0-only
// A flag makes a queue start without I/O scheduler. Since 5.15.
#include <linux/blk-mq.h>

unsigned int probe_no_sched_by_default = BLK_MQ_F_NO_SCHED_BY_DEFAULT;
