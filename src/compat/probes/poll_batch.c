// SPDX-License-Identifier: GPL-2.0-only
// poll() may complete requests in a batch. Since 5.16.
#include <linux/blk-mq.h>

static int probe_poll_batch(struct blk_mq_hw_ctx *queue, struct io_comp_batch *batch)
{
	return 0;
}

struct blk_mq_ops probe_poll_batch_ops = { .poll = probe_poll_batch };
