// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue_mode=mq: requests come in from blk-mq, one by one or in lists.
 */
#include <linux/blk-mq.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include "compat/ops.h"
#include "compat/requests.h"
#include "config.h"
#include "queue/finish.h"
#include "queue/mq.h"
#include "queue/op.h"
#include "queue/queue.h"
#include "queue/stats.h"
#include "queue/workers.h"

/* Copying a larger request takes long. Bytes. */
#define RBULL_MQ_LARGE	SZ_256K

/**
 * struct rbull_mq_command - this driver's part of a request
 * @work: carries out the request where sleeping is allowed
 */
struct rbull_mq_command {
	struct work_struct work;
};

static __always_inline int rbull_mq_do(struct rbull_queue *queue,
				       struct request *rq, gfp_t gfp)
{
	u64 pos = (u64)blk_rq_pos(rq) << SECTOR_SHIFT;
	compat_req_op op = req_op(rq);
	struct bio *bio;
	int err;

	if (unlikely(op != REQ_OP_READ && op != REQ_OP_WRITE))
		return rbull_op_run(queue, rq->cmd_flags, pos,
				    blk_rq_bytes(rq), gfp);
	err = rbull_op_check(queue, op == REQ_OP_WRITE, pos, blk_rq_bytes(rq));
	if (err)
		return err;
	__rq_for_each_bio(bio, rq) {
		err = rbull_op_copy(queue, op == REQ_OP_WRITE, bio, pos,
				    rbull_op_gfp(bio, gfp),
				    RBULL_MAX_REQUEST_SIZE);
		if (err)
			return err;
		pos += bio->bi_iter.bi_size;
	}
	return 0;
}

/*
 * There is not enough room for a write with several bios, which may belong to
 * different users. End each bio on its own: some have their memory already, and
 * those that keep a file system alive may use the slack.
 */
static void rbull_mq_end_singly(struct rbull_queue *queue, struct request *rq)
{
	u64 pos = (u64)blk_rq_pos(rq) << SECTOR_SHIFT;
	struct bio *bio;
	int err;

	rbull_stats_count_any(&queue->stats, RBULL_STAT_ERROR, 0);
	do {
		bio = rq->bio;
		err = rbull_op_copy(queue, true, bio, pos,
				    rbull_op_gfp(bio, RBULL_GFP_WAIT),
				    RBULL_MAX_REQUEST_SIZE);
		pos += bio->bi_iter.bi_size;
	} while (rbull_finish_bio(rq, err));
}

static void rbull_mq_work(struct work_struct *work)
{
	struct rbull_mq_command *command =
		container_of(work, struct rbull_mq_command, work);
	struct request *rq = blk_mq_rq_from_pdu(command);
	struct rbull_queue *queue = rq->q->queuedata;
	int err = rbull_mq_do(queue, rq, RBULL_GFP_WAIT);

	if (err == -ENOSPC && req_op(rq) == REQ_OP_WRITE &&
	    rq->bio != rq->biotail)
		rbull_mq_end_singly(queue, rq);
	else
		rbull_finish(queue, rq, err, NULL);
}

/*
 * Check whether a second attempt makes sense for any bio of a request. Bios are
 * merged whether they may wait or not, and whatever their purpose, but a
 * request only has the flags of its first bio. (FUA writes and write zeroes are
 * never merged, so their flags are reliable.)
 */
static bool rbull_mq_retries(const struct request *rq, int err)
{
	const struct bio *bio;

	__rq_for_each_bio(bio, rq)
		if (rbull_op_retries(bio, err))
			return true;
	return false;
}

static void rbull_mq_defer(struct request *rq)
{
	struct rbull_mq_command *command = blk_mq_rq_to_pdu(rq);

	INIT_WORK(&command->work, rbull_mq_work);
	queue_work(rbull_workers, &command->work);
}

/*
 * A plug may hold hundreds of MiB. It is emptied under RCU, where this CPU
 * cannot be yielded. So leave a large request to a worker if another task wants
 * the CPU.
 */
static noinline bool rbull_mq_is_handed_over(struct request *rq)
{
	if (!need_resched() || !rbull_mq_retries(rq, -EAGAIN))
		return false;
	rbull_mq_defer(rq);
	return true;
}

/* Leave a request that did not succeed at once to a worker, or fail it. */
static noinline void rbull_mq_failed(struct rbull_queue *queue,
				     struct request *rq, int err)
{
	if (rbull_mq_retries(rq, err))
		rbull_mq_defer(rq);
	else
		rbull_finish(queue, rq, err, NULL);
}

static __always_inline void rbull_mq_try(struct rbull_queue *queue,
					 struct request *rq,
					 struct io_comp_batch *batch,
					 bool hooked)
{
	int err;

	blk_mq_start_request(rq);
	if (unlikely(blk_rq_bytes(rq) > RBULL_MQ_LARGE) &&
	    rbull_mq_is_handed_over(rq))
		return;
	err = rbull_mq_do(queue, rq, RBULL_GFP_NOWAIT);
	if (unlikely(err))
		rbull_mq_failed(queue, rq, err);
	else if (hooked)
		rbull_finish(queue, rq, 0, batch);
	else
		rbull_finish_plain(queue, rq, batch);
}

/* Try a request while hooks are on. */
static noinline void rbull_mq_hooked(struct rbull_queue *queue,
				     struct request *rq,
				     struct io_comp_batch *batch)
{
	rbull_mq_try(queue, rq, batch, true);
}

static __always_inline void rbull_mq_run(struct request *rq,
					 struct io_comp_batch *batch)
{
	struct rbull_queue *queue = rq->q->queuedata;

	if (unlikely(READ_ONCE(queue->hooks)))
		rbull_mq_hooked(queue, rq, batch);
	else
		rbull_mq_try(queue, rq, batch, false);
}

static blk_status_t rbull_mq_queue_rq(struct blk_mq_hw_ctx *hctx,
				      const struct blk_mq_queue_data *data)
{
	rbull_mq_run(data->rq, NULL);
	return BLK_STS_OK;
}

#ifdef compat_queue_rqs
/* All requests of the list are for one queue. Complete them together. */
static void rbull_mq_queue_rqs(compat_rq_list *list)
{
	struct io_comp_batch batch = {};
	struct request *rq;

	while ((rq = rq_list_pop(list)))
		rbull_mq_run(rq, &batch);
	if (batch.complete)
		blk_mq_end_request_batch(&batch);
}
#endif

/* Polling finds nothing: the submitter or a worker completes all requests. */
static int rbull_mq_poll(struct blk_mq_hw_ctx *hctx,
			 struct io_comp_batch *batch)
{
	return 0;
}

/* The last hardware queues are for polling, the others for everything else. */
static void rbull_mq_map_queues(struct blk_mq_tag_set *set)
{
	struct rbull_queue *queue = container_of(set, struct rbull_queue, tag_set);
	unsigned int poll_queues = rbull_mq_poll_queues(set,
							queue->poll_queues);
	unsigned int queues = set->nr_hw_queues - poll_queues;
	struct blk_mq_queue_map *map = set->map;

	if (set->nr_maps > HCTX_TYPE_POLL) {
		map[HCTX_TYPE_READ].nr_queues = 0;
		map[HCTX_TYPE_POLL].nr_queues = poll_queues;
		map[HCTX_TYPE_POLL].queue_offset = queues;
		/* blk-mq does not poll a map without queues. */
		if (poll_queues)
			blk_mq_map_queues(&map[HCTX_TYPE_POLL]);
	}
	map[HCTX_TYPE_DEFAULT].nr_queues = queues;
	blk_mq_map_queues(&map[HCTX_TYPE_DEFAULT]);
}

COMPAT_POLL(rbull_mq_poll)
COMPAT_MAP_QUEUES(rbull_mq_map_queues)

static const struct blk_mq_ops rbull_mq_ops = {
	.queue_rq = rbull_mq_queue_rq,
#ifdef compat_queue_rqs
	.compat_queue_rqs = rbull_mq_queue_rqs,
#endif
	.poll = compat_ops(rbull_mq_poll),
	.map_queues = compat_ops(rbull_mq_map_queues),
};

/**
 * rbull_mq_alloc_tags() - allocate the requests of a disk
 * @queue: the queue
 * @config: a valid configuration
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; to be undone by blk_mq_free_tag_set().
 */
int rbull_mq_alloc_tags(struct rbull_queue *queue,
			const struct rbull_config *config)
{
	struct blk_mq_tag_set *set = &queue->tag_set;
	const size_t command_size = sizeof(struct rbull_mq_command);
	int err;

	set->ops = &rbull_mq_ops;
	set->nr_hw_queues = rbull_config_hw_queues(config, command_size +
						   sizeof(struct request));
	if (config->poll_queues) {
		queue->poll_queues = config->poll_queues;
		set->nr_maps = HCTX_MAX_TYPES;
		set->nr_hw_queues += config->poll_queues;
	}
	set->queue_depth = config->queue_depth;
	set->numa_node = config->numa_node;
	set->cmd_size = command_size;
	/* RAM has no seek times: an I/O scheduler would only cost time. */
	set->flags = COMPAT_MQ_F_SHOULD_MERGE | BLK_MQ_F_NO_SCHED_BY_DEFAULT;
	err = blk_mq_alloc_tag_set(set);
	if (!err)
		queue->poll_queues = rbull_mq_poll_queues(set,
							  queue->poll_queues);
	return err;
}
