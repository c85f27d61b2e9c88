// SPDX-License-Identifier: GPL-2.0-only
// Operations of requests have a type. Since 6.0.
#include <linux/blkdev.h>

enum req_op probe = REQ_OP_READ;
