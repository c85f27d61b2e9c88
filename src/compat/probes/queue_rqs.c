// SPDX-License-Identifier: GPL-2.0-only
// queue_rqs() queues a list of requests, a struct rq_list. Since 6.13.
#include <linux/blk-mq.h>

static void probe_queue_rqs(struct rq_list *list)
{
}

struct blk_mq_ops probe_queue_rqs_ops = { .queue_rqs = probe_queue_rqs };
