// SPDX-License-Identifier: GPL-2.0-only
// struct queue_limits can say that write zeroes frees the blocks. Since 6.17.
#include <linux/blkdev.h>

struct queue_limits probe_limits_wzeroes_unmap = { .max_hw_wzeroes_unmap_sectors = 8 };
