// SPDX-License-Identifier: GPL-2.0-only
// blk_mq_alloc_disk() takes queue limits. Since 6.9.
#include <linux/blk-mq.h>

struct gendisk *probe_alloc_disk_limits(struct blk_mq_tag_set *set, struct queue_limits *limits)
{
	return blk_mq_alloc_disk(set, limits, NULL);
}
