// SPDX-License-Identifier: GPL-2.0-only
// blk_mq_freeze_queue() returns flags for blk_mq_unfreeze_queue(). Since 6.14.
#include <linux/blk-mq.h>

void probe_freeze_memflags(struct request_queue *queue)
{
	unsigned int memflags = blk_mq_freeze_queue(queue);

	blk_mq_unfreeze_queue(queue, memflags);
}
