// SPDX-License-Identifier: GPL-2.0-only
// queue_rqs() queues a list of requests, a request pointer. 5.17 to 6.12.
#include <linux/blk-mq.h>

static void probe_queue_rqs_pointer(struct request **list)
{
}

struct blk_mq_ops probe_queue_rqs_pointer_ops = { .queue_rqs = probe_queue_rqs_pointer };
