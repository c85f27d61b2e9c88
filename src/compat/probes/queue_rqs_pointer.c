// SPDX-License-Identifier: GPL-2.0-only
// A list of requests is queued at once; it is a request pointer. 5.17 to 6.12.
#include <linux/blk-mq.h>

static void probe_queue_rqs(struct request **list)
{
}

struct blk_mq_ops probe = { .queue_rqs = probe_queue_rqs };
