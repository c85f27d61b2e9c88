// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a request ends, whoever carried it out and wherever that was: it is
 * counted, its time is noted, and the block layer gets it back.
 */
#include <linux/blk-mq.h>
#include <linux/errno.h>

#include "compat/requests.h"
#include "queue/finish.h"
#include "queue/latency.h"
#include "queue/op.h"
#include "queue/queue.h"
#include "queue/stats.h"

static void rbull_finish_count(struct rbull_queue *queue, struct request *rq)
{
	rbull_stats_count_any(&queue->stats, rbull_op_stat(req_op(rq)),
			      blk_rq_bytes(rq));
	if (rq->cmd_flags & REQ_FUA)
		rbull_stats_count_any(&queue->stats, RBULL_STAT_FUA_WRITE, 0);
	/* The block layer has no start where queue/iostats is 0. */
	if (rbull_queue_has_hook(queue, RBULL_HOOK_LATENCY))
		rbull_latency_add(&queue->latency, req_op(rq),
				  rq->start_time_ns);
}

/**
 * rbull_finish() - end a request
 * @queue: the queue
 * @rq: the request
 * @err: 0 or a negative errno; -EAGAIN if it may not wait, which is no failure
 * @batch: the batch that it may complete with, or NULL
 *
 * Context: any.
 */
void rbull_finish(struct rbull_queue *queue, struct request *rq, int err,
		  struct io_comp_batch *batch)
{
	if (likely(!err))
		rbull_finish_count(queue, rq);
	else if (err == -EAGAIN)
		/* An answer that was asked for is nothing for the kernel log. */
		rq->rq_flags |= RQF_QUIET;
	else
		rbull_stats_count_any(&queue->stats, RBULL_STAT_ERROR, 0);
	if (err || !batch || !blk_mq_add_to_batch(rq, batch, false,
						  blk_mq_end_request_batch))
		blk_mq_end_request(rq, rbull_op_status(err));
}

/**
 * rbull_finish_bio() - end the first bio of a request by itself
 * @rq: the request, which as a whole is counted as failed
 * @err: 0 or a negative errno, for that bio
 *
 * Context: any.
 * Return: whether there is a next one; if not, the request has ended.
 */
bool rbull_finish_bio(struct request *rq, int err)
{
	blk_status_t status = rbull_op_status(err);

	if (blk_update_request(rq, status, rq->bio->bi_iter.bi_size))
		return true;
	__blk_mq_end_request(rq, status);
	return false;
}
