// SPDX-License-Identifier: GPL-2.0-only
// A queue may start without I/O scheduler by a flag. Since 5.15.
#include <linux/blk-mq.h>

unsigned int probe = BLK_MQ_F_NO_SCHED_BY_DEFAULT;
