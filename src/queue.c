// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a request: it comes in from blk-mq, is checked, carried out and
 * completed, all in the submitter's context if nothing has to be waited for.
 * Otherwise a worker carries it out a second time, from its start.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blk-mq.h>
#include <linux/errno.h>
#include <linux/workqueue.h>

#include "compat/requests.h"
#include "config.h"
#include "discard.h"
#include "disk.h"
#include "image.h"
#include "queue.h"

/*
 * How to allocate in the submitter's context, which may not sleep, and in the
 * worker's. Neither may touch the reserves, which writeback of other disks
 * needs, nor call the OOM killer; GFP_NOIO because reclaim might write to us.
 */
#define RBULL_GFP_NOWAIT	(GFP_NOWAIT | __GFP_NOMEMALLOC | __GFP_NOWARN)
#define RBULL_GFP_WAIT		(GFP_NOIO | __GFP_RETRY_MAYFAIL | \
				 __GFP_NOMEMALLOC | __GFP_NOWARN)

/**
 * struct rbull_queue_command - what a request has of ours
 * @work: carries the request out where sleeping is possible
 */
struct rbull_queue_command {
	struct work_struct work;
};

static struct workqueue_struct *rbull_queue_workers;

/*
 * A vector may span pages that are neighbours in memory. Where all memory is
 * mapped they are copied in one go; high memory is mapped page by page.
 */
#ifdef CONFIG_HIGHMEM
#define rbull_queue_for_each_vec rq_for_each_segment
#else
#define rbull_queue_for_each_vec rq_for_each_bvec
#endif

/* For machines where user space may see the pages through another cache line. */
static void rbull_queue_flush_dcache(const struct bio_vec *vec)
{
	unsigned int offset;

	if (!ARCH_IMPLEMENTS_FLUSH_DCACHE_PAGE)
		return;
	for (offset = 0; offset < vec->bv_offset + vec->bv_len;
	     offset += PAGE_SIZE)
		flush_dcache_page(vec->bv_page + offset / PAGE_SIZE);
}

static int rbull_queue_copy(struct rbull_disk *disk, struct request *rq,
			    u64 pos, gfp_t gfp)
{
	bool write = rq_data_dir(rq) == WRITE;
	struct req_iterator iter;
	struct bio_vec vec;
	int err = 0;

	rbull_queue_for_each_vec(vec, rq, iter) {
		void *data = bvec_kmap_local(&vec);

		if (write) {
			err = rbull_image_write(disk->image, pos, data,
						vec.bv_len, gfp);
		} else {
			rbull_image_read(disk->image, pos, data, vec.bv_len);
			rbull_queue_flush_dcache(&vec);
		}
		kunmap_local(data);
		if (err)
			break;
		pos += vec.bv_len;
	}
	return err;
}

/*
 * The block layer has checked all this, unless someone below a partition table
 * or in another driver got it wrong, or runs on a kernel that lets a write to a
 * read-only disk pass with a warning.
 */
static int rbull_queue_check(struct rbull_disk *disk, struct request *rq,
			     u64 pos, u64 len)
{
	if (pos > disk->size || len > disk->size - pos)
		return -EIO;
	if ((pos | len) & disk->block_mask)
		return -EIO;
	if (op_is_write(req_op(rq)) && get_disk_ro(disk->gendisk))
		return -EIO;
	return 0;
}

static int rbull_queue_do(struct rbull_disk *disk, struct request *rq,
			  gfp_t gfp)
{
	u64 pos = (u64)blk_rq_pos(rq) << SECTOR_SHIFT;
	unsigned int len = blk_rq_bytes(rq);
	int err;

	if (req_op(rq) == REQ_OP_FLUSH)
		return rbull_discard_flush(disk);
	if (blk_rq_is_passthrough(rq))
		return -EOPNOTSUPP;
	err = rbull_queue_check(disk, rq, pos, len);
	if (err)
		return err;
	switch (req_op(rq)) {
	case REQ_OP_READ:
	case REQ_OP_WRITE:
		return rbull_queue_copy(disk, rq, pos, gfp);
	case REQ_OP_DISCARD:
		return rbull_discard(disk, pos, len, gfp);
	case REQ_OP_SECURE_ERASE:
		return rbull_discard_secure(disk, pos, len, gfp);
	case REQ_OP_WRITE_ZEROES:
		return rbull_discard_write_zeroes(disk, pos, len, gfp);
	default:
		return -EOPNOTSUPP;
	}
}

static void rbull_queue_count(struct rbull_disk *disk, struct request *rq)
{
	static const u8 stats[] = {
		[REQ_OP_READ] = RBULL_STAT_READ,
		[REQ_OP_WRITE] = RBULL_STAT_WRITE,
		[REQ_OP_FLUSH] = RBULL_STAT_FLUSH,
		[REQ_OP_DISCARD] = RBULL_STAT_DISCARD,
		[REQ_OP_SECURE_ERASE] = RBULL_STAT_SECURE_ERASE,
		[REQ_OP_WRITE_ZEROES] = RBULL_STAT_WRITE_ZEROES,
	};

	rbull_stats_count(&disk->stats, stats[(__force unsigned int)req_op(rq)],
			  blk_rq_bytes(rq));
	if (rq->cmd_flags & REQ_FUA)
		rbull_stats_count(&disk->stats, RBULL_STAT_FUA_WRITE, 0);
}

/* A request that had no RAM left for it is one for which the disk is full. */
static blk_status_t rbull_queue_status(int err)
{
	return err == -ENOMEM ? BLK_STS_NOSPC : errno_to_blk_status(err);
}

static void rbull_queue_end(struct rbull_disk *disk, struct request *rq,
			    int err)
{
	if (likely(!err))
		rbull_queue_count(disk, rq);
	else if (err != -EAGAIN)
		rbull_stats_count(&disk->stats, RBULL_STAT_ERROR, 0);
	blk_mq_end_request(rq, rbull_queue_status(err));
}

static void rbull_queue_work(struct work_struct *work)
{
	struct rbull_queue_command *command =
		container_of(work, struct rbull_queue_command, work);
	struct request *rq = blk_mq_rq_from_pdu(command);
	struct rbull_disk *disk = rq->q->queuedata;

	rbull_queue_end(disk, rq, rbull_queue_do(disk, rq, RBULL_GFP_WAIT));
}

static void rbull_queue_defer(struct request *rq)
{
	struct rbull_queue_command *command = blk_mq_rq_to_pdu(rq);

	INIT_WORK(&command->work, rbull_queue_work);
	queue_work(rbull_queue_workers, &command->work);
}

static blk_status_t rbull_queue_rq(struct blk_mq_hw_ctx *hctx,
				   const struct blk_mq_queue_data *data)
{
	struct rbull_disk *disk = hctx->queue->queuedata;
	struct request *rq = data->rq;
	int err;

	blk_mq_start_request(rq);
	err = rbull_queue_do(disk, rq, RBULL_GFP_NOWAIT);
	if (unlikely(err == -EAGAIN) && !(rq->cmd_flags & REQ_NOWAIT))
		rbull_queue_defer(rq);
	else
		rbull_queue_end(disk, rq, err);
	return BLK_STS_OK;
}

static const struct blk_mq_ops rbull_queue_ops = {
	.queue_rq = rbull_queue_rq,
};

/**
 * rbull_queue_alloc_tags() - allocate the requests of a disk
 * @set: where to
 * @config: a valid configuration
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; to be undone by blk_mq_free_tag_set().
 */
int rbull_queue_alloc_tags(struct blk_mq_tag_set *set,
			   const struct rbull_config *config)
{
	const size_t command_size = sizeof(struct rbull_queue_command);

	set->ops = &rbull_queue_ops;
	set->nr_hw_queues = rbull_config_hw_queues(config, command_size +
						   sizeof(struct request));
	set->queue_depth = config->queue_depth;
	set->numa_node = config->numa_node;
	set->cmd_size = command_size;
	/* Sorting and delaying requests is lost time where nothing moves. */
	set->flags = COMPAT_MQ_F_SHOULD_MERGE | BLK_MQ_F_NO_SCHED_BY_DEFAULT;
	return blk_mq_alloc_tag_set(set);
}

/**
 * rbull_queue_init() - get ready for requests
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_queue_init(void)
{
	/* Reclaim may wait for our writes: there must always be a worker. */
	rbull_queue_workers = alloc_workqueue(KBUILD_MODNAME, WQ_MEM_RECLAIM |
					      WQ_UNBOUND, 0);
	return rbull_queue_workers ? 0 : -ENOMEM;
}

/**
 * rbull_queue_exit() - undo rbull_queue_init()
 *
 * Context: module exit; there are no disks any more.
 */
void rbull_queue_exit(void)
{
	destroy_workqueue(rbull_queue_workers);
}
