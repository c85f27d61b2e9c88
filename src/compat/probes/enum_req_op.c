// SPDX-License-Identifier: GPL-2.0-only
// The operation of a request has a type of its own. Since 6.0.
#include <linux/blkdev.h>

enum req_op probe_enum_req_op = REQ_OP_READ;
