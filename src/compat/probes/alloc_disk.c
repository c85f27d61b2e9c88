// SPDX-License-Identifier: GPL-2.0-only
// blk_mq_alloc_disk() allocates disk and queue together. 5.14 to 6.8.
#include <linux/blk-mq.h>

struct gendisk *probe_alloc_disk(struct blk_mq_tag_set *set)
{
	return blk_mq_alloc_disk(set, NULL);
}
