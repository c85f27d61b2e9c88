// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a request, no matter who carried it out and where: count it, note
 * its latency, and return it to the block layer.
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
	/* The block layer notes no start time while queue/iostats is 0. */
	if (rbull_queue_has_hook(queue, RBULL_HOOK_LATENCY))
		rbull_latency_add(&queue->latency, req_op(rq),
				  rq->start_time_ns);
}

/**
 * rbull_finish() - end a request
 * @queue: the queue
 * @rq: the request
 * @err: 0 or a negative errno; -EAGAIN if it must not wait, which is no failure
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
		/* The submitter asked for this answer: do not log it. */
		rq->rq_flags |= RQF_QUIET;
	else
		rbull_stats_count_any(&queue->stats, RBULL_STAT_ERROR, 0);
	if (err || !batch || !blk_mq_add_to_batch(rq, batch, false,
						  blk_mq_end_request_batch))
		blk_mq_end_request(rq, rbull_op_status(err));
}

/**
 * rbull_finish_bio() - end the first bio of a request on its own
 * @rq: the request, which as a whole was counted as failed
 * @err: 0 or a negative errno, for that bio
 *
 * Context: any.
 * Return: true if there is another bio; if not, the request has ended.
 */
bool rbull_finish_bio(struct request *rq, int err)
{
	blk_status_t status = rbull_op_status(err);

	if (blk_update_request(rq, status, rq->bio->bi_iter.bi_size))
		return true;
	__blk_mq_end_request(rq, status);
	return false;
}
