// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue_mode=mq: requests come in from blk-mq, one by one or in lists.
 */
#include <linux/blk-mq.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include "compat/ops.h"
#include "compat/requests.h"
#include "config.h"
#include "disk/disk.h"
#include "queue/op.h"
#include "queue/queue.h"

/* A request of more takes long to copy. Bytes. */
#define RBULL_MQ_LARGE	SZ_256K

/**
 * struct rbull_mq_command - what a request has of ours
 * @work: carries the request out where sleeping is possible
 */
struct rbull_mq_command {
	struct work_struct work;
};

static __always_inline int rbull_mq_do(struct rbull_disk *disk,
				       struct request *rq, gfp_t gfp)
{
	u64 pos = (u64)blk_rq_pos(rq) << SECTOR_SHIFT;
	compat_req_op op = req_op(rq);
	struct bio *bio;
	int err;

	if (unlikely(op != REQ_OP_READ && op != REQ_OP_WRITE))
		return rbull_op_run(disk, rq->cmd_flags, pos,
				    blk_rq_bytes(rq), gfp);
	err = rbull_op_check(disk, op == REQ_OP_WRITE, pos, blk_rq_bytes(rq));
	if (err)
		return err;
	__rq_for_each_bio(bio, rq) {
		err = rbull_op_copy(disk, op == REQ_OP_WRITE, bio, pos,
				    rbull_op_gfp(bio, gfp));
		if (err)
			return err;
		pos += bio->bi_iter.bi_size;
	}
	return 0;
}

static void rbull_mq_count(struct rbull_disk *disk, struct request *rq)
{
	rbull_op_count(disk, req_op(rq), blk_rq_bytes(rq),
		       rq->cmd_flags & REQ_FUA);
	/* The block layer has no start where queue/iostats is 0. */
	rbull_latency_count(&disk->latency, req_op(rq), rq->start_time_ns);
}

static void rbull_mq_end(struct rbull_disk *disk, struct request *rq, int err)
{
	if (likely(!err))
		rbull_mq_count(disk, rq);
	else if (err != -EAGAIN)
		rbull_stats_count(&disk->stats, RBULL_STAT_ERROR, 0);
	blk_mq_end_request(rq, rbull_op_status(err));
}

/*
 * There is no room for all of a write whose bios may be of different users: some
 * have theirs already, and what keeps a file system alive may have more.
 */
static void rbull_mq_end_singly(struct rbull_disk *disk, struct request *rq)
{
	u64 pos = (u64)blk_rq_pos(rq) << SECTOR_SHIFT;
	blk_status_t status;
	bool more;

	rbull_stats_count(&disk->stats, RBULL_STAT_ERROR, 0);
	do {
		struct bio *bio = rq->bio;
		unsigned int len = bio->bi_iter.bi_size;

		status = rbull_op_status(rbull_op_copy(disk, true, bio, pos,
						       rbull_op_gfp(bio,
								    RBULL_GFP_WAIT)));
		pos += len;
		more = blk_update_request(rq, status, len);
	} while (more);
	__blk_mq_end_request(rq, status);
}

static void rbull_mq_work(struct work_struct *work)
{
	struct rbull_mq_command *command =
		container_of(work, struct rbull_mq_command, work);
	struct request *rq = blk_mq_rq_from_pdu(command);
	struct rbull_disk *disk = rq->q->queuedata;
	int err = rbull_mq_do(disk, rq, RBULL_GFP_WAIT);

	if (err == -ENOSPC && req_op(rq) == REQ_OP_WRITE &&
	    rq->bio != rq->biotail)
		rbull_mq_end_singly(disk, rq);
	else
		rbull_mq_end(disk, rq, err);
}

/*
 * Whether one of those who wait for a request would have it tried again. Bios are
 * merged whether they may wait or not, and whatever they are for, and the flags of
 * the request are those of its first. (Not so FUA, which is never merged, nor what
 * write zeroes may do.)
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
	queue_work(rbull_queue_workers, &command->work);
}

/*
 * A plug may hold hundreds of MiB, and is emptied under RCU, where others cannot
 * be let in. So a large request is a worker's while somebody wants this CPU.
 */
static noinline bool rbull_mq_is_handed_over(struct request *rq)
{
	if (!need_resched() || !rbull_mq_retries(rq, -EAGAIN))
		return false;
	rbull_mq_defer(rq);
	return true;
}

/* A request that did not succeed at once: the worker's, or refused. */
static noinline void rbull_mq_failed(struct rbull_disk *disk,
				     struct request *rq, int err)
{
	if (rbull_mq_retries(rq, err)) {
		rbull_mq_defer(rq);
		return;
	}
	/* An answer that was asked for is nothing for the kernel log. */
	if (err == -EAGAIN)
		rq->rq_flags |= RQF_QUIET;
	rbull_mq_end(disk, rq, err);
}

static blk_status_t rbull_mq_queue_rq(struct blk_mq_hw_ctx *hctx,
				      const struct blk_mq_queue_data *data)
{
	struct rbull_disk *disk = hctx->queue->queuedata;
	struct request *rq = data->rq;
	int err;

	blk_mq_start_request(rq);
	if (unlikely(blk_rq_bytes(rq) > RBULL_MQ_LARGE) &&
	    rbull_mq_is_handed_over(rq))
		return BLK_STS_OK;
	err = rbull_mq_do(disk, rq, RBULL_GFP_NOWAIT);
	if (unlikely(err)) {
		rbull_mq_failed(disk, rq, err);
		return BLK_STS_OK;
	}
	rbull_mq_count(disk, rq);
	blk_mq_end_request(rq, BLK_STS_OK);
	return BLK_STS_OK;
}

#ifdef compat_queue_rqs
/* All requests of the list are for one queue, and leave together. */
static void rbull_mq_queue_rqs(compat_rq_list *list)
{
	struct io_comp_batch batch = {};
	struct request *rq;

	while ((rq = rq_list_pop(list))) {
		struct rbull_disk *disk = rq->q->queuedata;
		int err;

		blk_mq_start_request(rq);
		if (unlikely(blk_rq_bytes(rq) > RBULL_MQ_LARGE) &&
		    rbull_mq_is_handed_over(rq))
			continue;
		err = rbull_mq_do(disk, rq, RBULL_GFP_NOWAIT);
		if (unlikely(err)) {
			rbull_mq_failed(disk, rq, err);
			continue;
		}
		rbull_mq_count(disk, rq);
		if (!blk_mq_add_to_batch(rq, &batch, false,
					 blk_mq_end_request_batch))
			blk_mq_end_request(rq, BLK_STS_OK);
	}
	if (batch.complete)
		blk_mq_end_request_batch(&batch);
}
#endif

/* Requests complete on their way in, or in a worker: never by being polled. */
static int rbull_mq_poll(struct blk_mq_hw_ctx *hctx,
			 struct io_comp_batch *batch)
{
	return 0;
}

/* A kernel that was booted to save a dump has one hardware queue, for all. */
static unsigned int rbull_mq_poll_queues(const struct blk_mq_tag_set *set,
					 unsigned int wish)
{
	return set->nr_maps > HCTX_TYPE_POLL ?
	       min(wish, set->nr_hw_queues - 1) : 0;
}

/* The last hardware queues are for polling, the others for all the rest. */
static void rbull_mq_map_queues(struct blk_mq_tag_set *set)
{
	struct rbull_disk *disk = container_of(set, struct rbull_disk, tag_set);
	unsigned int poll_queues = rbull_mq_poll_queues(set,
							disk->poll_queues);
	unsigned int queues = set->nr_hw_queues - poll_queues;
	struct blk_mq_queue_map *map = set->map;

	if (set->nr_maps > HCTX_TYPE_POLL) {
		map[HCTX_TYPE_READ].nr_queues = 0;
		map[HCTX_TYPE_POLL].nr_queues = poll_queues;
		map[HCTX_TYPE_POLL].queue_offset = queues;
		/* blk-mq polls nothing where there is no queue. */
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
 * @disk: the disk
 * @config: a valid configuration
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; to be undone by blk_mq_free_tag_set().
 */
int rbull_mq_alloc_tags(struct rbull_disk *disk,
			const struct rbull_config *config)
{
	struct blk_mq_tag_set *set = &disk->tag_set;
	const size_t command_size = sizeof(struct rbull_mq_command);
	int err;

	set->ops = &rbull_mq_ops;
	set->nr_hw_queues = rbull_config_hw_queues(config, command_size +
						   sizeof(struct request));
	if (config->poll_queues) {
		disk->poll_queues = config->poll_queues;
		set->nr_maps = HCTX_MAX_TYPES;
		set->nr_hw_queues += config->poll_queues;
	}
	set->queue_depth = config->queue_depth;
	set->numa_node = config->numa_node;
	set->cmd_size = command_size;
	/* Sorting and delaying requests is lost time where nothing moves. */
	set->flags = COMPAT_MQ_F_SHOULD_MERGE | BLK_MQ_F_NO_SCHED_BY_DEFAULT;
	err = blk_mq_alloc_tag_set(set);
	if (!err)
		disk->poll_queues = rbull_mq_poll_queues(set,
							 disk->poll_queues);
	return err;
}
