/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_FINISH_H
#define RBULL_QUEUE_FINISH_H

#include <linux/blk-mq.h>
#include <linux/types.h>

#include "compat/requests.h"
#include "queue/op.h"
#include "queue/queue.h"

struct io_comp_batch;

void rbull_finish(struct rbull_queue *queue, struct request *rq, int err,
		  struct io_comp_batch *batch);
bool rbull_finish_bio(struct request *rq, int err);

/**
 * rbull_finish_plain() - rbull_finish() for the most usual case
 * @queue: the queue, which had no hooks when the request came in
 * @rq: the request, which succeeded in the submitter's context
 * @batch: the batch that it may complete with, or NULL
 *
 * Context: process context.
 */
static __always_inline void rbull_finish_plain(struct rbull_queue *queue,
					       struct request *rq,
					       struct io_comp_batch *batch)
{
	rbull_op_count(queue, req_op(rq), blk_rq_bytes(rq),
		       rq->cmd_flags & REQ_FUA);
	if (!batch || !blk_mq_add_to_batch(rq, batch, false,
					   blk_mq_end_request_batch))
		blk_mq_end_request(rq, BLK_STS_OK);
}

#endif /* RBULL_QUEUE_FINISH_H */
