// SPDX-License-Identifier: GPL-2.0-only
// map_queues() has no result. Since 6.1.
#include <linux/blk-mq.h>

static void probe_void_map_queues(struct blk_mq_tag_set *set)
{
}

struct blk_mq_ops probe_void_map_queues_ops = { .map_queues = probe_void_map_queues };
