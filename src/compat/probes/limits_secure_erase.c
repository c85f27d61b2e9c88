// SPDX-License-Identifier: GPL-2.0-only
// struct queue_limits has a separate limit for secure erase. Since 5.19.
#include <linux/blkdev.h>

struct queue_limits probe_limits_secure_erase = { .max_secure_erase_sectors = 8 };
