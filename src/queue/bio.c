// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue_mode=bio: bios come in as they were submitted, without requests, tags
 * or batches.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mempool.h>
#include <linux/sizes.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "compat/requests.h"
#include "queue/bio.h"
#include "queue/op.h"
#include "queue/queue.h"
#include "queue/workers.h"

/**
 * struct rbull_bio_note - a bio for a worker, with its start time
 * @list: entry in the queue's deferred_accounted
 * @bio: the bio
 * @start: start time, of bio_start_io_acct()
 * @start_ns: start time, of ktime_get_ns(); 0 if not needed
 */
struct rbull_bio_note {
	struct list_head list;
	struct bio *bio;
	unsigned long start;
	u64 start_ns;
};

/*
 * Yield the CPU after a larger bio. Direct I/O submits one after another, and
 * nothing else yields between them where tasks are not preempted. Bytes.
 */
#define RBULL_BIO_AT_ONCE	SZ_512K

/* Number of notes that are reserved for when there is no memory. */
#define RBULL_BIO_NOTES	64

static mempool_t *rbull_bio_notes;

/* Carry out a bio. A flush before it (REQ_PREFLUSH) needs no work. */
static __always_inline int rbull_bio_do(struct rbull_queue *queue,
					struct bio *bio, gfp_t gfp)
{
	u64 pos = (u64)bio->bi_iter.bi_sector << SECTOR_SHIFT;
	unsigned int len = bio->bi_iter.bi_size;
	compat_req_op op = bio_op(bio);
	int err;

	if (unlikely(op != REQ_OP_READ && op != REQ_OP_WRITE))
		return rbull_op_run(queue, bio->bi_opf, pos, len, gfp);
	err = rbull_op_check(queue, op == REQ_OP_WRITE, pos, len);
	if (err)
		return err;
	return rbull_op_copy(queue, op == REQ_OP_WRITE, bio, pos,
			     rbull_op_gfp(bio, gfp), RBULL_BIO_AT_ONCE);
}

static __always_inline void rbull_bio_end(struct rbull_queue *queue,
					  struct bio *bio, int err)
{
	if (likely(!err)) {
		rbull_op_count(queue, bio_op(bio), bio->bi_iter.bi_size,
			       bio->bi_opf & REQ_FUA);
		if (unlikely(bio->bi_opf & REQ_PREFLUSH))
			rbull_op_count(queue, REQ_OP_FLUSH, 0, false);
		return;
	}
	if (err != -EAGAIN)
		rbull_stats_count(&queue->stats, RBULL_STAT_ERROR, 0);
	bio->bi_status = rbull_op_status(err);
}

static void rbull_bio_defer(struct rbull_queue *queue, struct bio *bio)
{
	spin_lock(&queue->deferred_lock);
	bio_list_add(&queue->deferred, bio);
	queue->nr_deferred++;
	spin_unlock(&queue->deferred_lock);
	queue_work(rbull_workers, &queue->deferred_work);
}

/* Note that a deferred bio has ended. */
static void rbull_bio_deferred_ended(struct rbull_queue *queue)
{
	bool last;

	spin_lock(&queue->deferred_lock);
	WRITE_ONCE(queue->nr_deferred, queue->nr_deferred - 1);
	last = !queue->nr_deferred;
	spin_unlock(&queue->deferred_lock);
	if (last)
		wake_up_all(&queue->drained);
}

static struct bio *rbull_bio_next(struct rbull_queue *queue)
{
	struct bio *bio;

	spin_lock(&queue->deferred_lock);
	bio = bio_list_pop(&queue->deferred);
	spin_unlock(&queue->deferred_lock);
	return bio;
}

/*
 * A bio has no room for its start time, so that is kept in a note. Without
 * memory for a note, account the bio as ended here, rather than delay it
 * further.
 */
static void rbull_bio_defer_accounted(struct rbull_queue *queue, struct bio *bio,
				      unsigned long start, u64 start_ns)
{
	struct rbull_bio_note *note = mempool_alloc(rbull_bio_notes,
						    RBULL_GFP_NOWAIT);

	if (!note) {
		bio_end_io_acct(bio, start);
		rbull_bio_defer(queue, bio);
		return;
	}
	note->bio = bio;
	note->start = start;
	note->start_ns = start_ns;
	spin_lock(&queue->deferred_lock);
	list_add_tail(&note->list, &queue->deferred_accounted);
	queue->nr_deferred++;
	spin_unlock(&queue->deferred_lock);
	queue_work(rbull_workers, &queue->deferred_work);
}

static struct rbull_bio_note *rbull_bio_next_accounted(struct rbull_queue *queue)
{
	struct rbull_bio_note *note;

	spin_lock(&queue->deferred_lock);
	note = list_first_entry_or_null(&queue->deferred_accounted,
					struct rbull_bio_note, list);
	if (note)
		list_del(&note->list);
	spin_unlock(&queue->deferred_lock);
	return note;
}

static void rbull_bio_end_accounted(struct rbull_queue *queue, struct bio *bio,
				    unsigned long start, u64 start_ns)
{
	if (!bio->bi_status &&
	    rbull_queue_has_hook(queue, RBULL_HOOK_LATENCY))
		rbull_latency_add(&queue->latency, bio_op(bio), start_ns);
	bio_end_io_acct(bio, start);
	bio_endio(bio);
}

static void rbull_bio_work(struct work_struct *work)
{
	struct rbull_queue *queue = container_of(work, struct rbull_queue,
						 deferred_work);
	struct rbull_bio_note *note;
	struct bio *bio;

	while ((bio = rbull_bio_next(queue))) {
		rbull_bio_end(queue, bio, rbull_bio_do(queue, bio,
						       RBULL_GFP_WAIT));
		bio_endio(bio);
		rbull_bio_deferred_ended(queue);
	}
	while ((note = rbull_bio_next_accounted(queue))) {
		rbull_bio_end(queue, note->bio, rbull_bio_do(queue, note->bio,
							     RBULL_GFP_WAIT));
		rbull_bio_end_accounted(queue, note->bio, note->start,
					note->start_ns);
		mempool_free(note, rbull_bio_notes);
		rbull_bio_deferred_ended(queue);
	}
}

/*
 * Carry out a bio if that is possible without sleeping. Return: true if it is
 * done and can be ended.
 */
static __always_inline bool rbull_bio_try(struct rbull_queue *queue,
					  struct bio *bio)
{
	int err = rbull_bio_do(queue, bio, RBULL_GFP_NOWAIT);

	if (unlikely(err) && rbull_op_retries(bio, err))
		return false;
	rbull_bio_end(queue, bio, err);
	return true;
}

/* Submit a bio while queue/iostats is on. */
static noinline void rbull_bio_submit_accounted(struct rbull_queue *queue,
						struct bio *bio)
{
	unsigned long start = bio_start_io_acct(bio);
	u64 start_ns = rbull_queue_has_hook(queue, RBULL_HOOK_LATENCY) ?
		       ktime_get_ns() : 0;

	if (rbull_bio_try(queue, bio))
		rbull_bio_end_accounted(queue, bio, start, start_ns);
	else
		rbull_bio_defer_accounted(queue, bio, start, start_ns);
}

/**
 * rbull_bio_submit() - submit a bio to a disk
 * @bio: the bio
 *
 * I/O accounting follows queue/iostats. It is off unless the user switches it
 * on, since it would cost more than a small read.
 *
 * Context: process context; does not sleep.
 */
void rbull_bio_submit(struct bio *bio)
{
	struct gendisk *gendisk = compat_bio_disk(bio);
	struct rbull_queue *queue = gendisk->private_data;

	/* A flush is an empty write with REQ_PREFLUSH. */
	if (unlikely(bio->bi_opf & REQ_PREFLUSH) && !bio->bi_iter.bi_size) {
		rbull_op_count(queue, REQ_OP_FLUSH, 0, false);
		bio_endio(bio);
		return;
	}
	if (unlikely(blk_queue_io_stat(gendisk->queue)))
		rbull_bio_submit_accounted(queue, bio);
	else if (rbull_bio_try(queue, bio))
		bio_endio(bio);
	else
		rbull_bio_defer(queue, bio);
}

/**
 * rbull_bio_init() - set up what the bios of all disks need
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_bio_init(void)
{
	rbull_bio_notes = mempool_create_kmalloc_pool(RBULL_BIO_NOTES,
						      sizeof(struct rbull_bio_note));
	return rbull_bio_notes ? 0 : -ENOMEM;
}

/**
 * rbull_bio_exit() - undo rbull_bio_init()
 *
 * Context: module exit; there are no disks any more.
 */
void rbull_bio_exit(void)
{
	mempool_destroy(rbull_bio_notes);
}

/**
 * rbull_bio_init_queue() - set up a queue for bios
 * @queue: the queue
 */
void rbull_bio_init_queue(struct rbull_queue *queue)
{
	spin_lock_init(&queue->deferred_lock);
	init_waitqueue_head(&queue->drained);
	INIT_LIST_HEAD(&queue->deferred_accounted);
	INIT_WORK(&queue->deferred_work, rbull_bio_work);
}

/**
 * rbull_bio_drain() - wait for deferred bios
 * @queue: the queue; no more bios come in
 * @timeout: how long to wait at most, jiffies
 *
 * Context: may sleep.
 * Return: 0 if none are left; -EBUSY after @timeout; -EINTR if the caller was
 * killed.
 */
int rbull_bio_drain(struct rbull_queue *queue, unsigned long timeout)
{
	long left = wait_event_killable_timeout(queue->drained,
						!READ_ONCE(queue->nr_deferred),
						timeout);

	if (left < 0)
		return -EINTR;
	return left ? 0 : -EBUSY;
}

/**
 * rbull_bio_flush() - wait until the worker has returned
 * @queue: the queue, which is to be freed; no more bios come in
 *
 * Context: may sleep.
 */
void rbull_bio_flush(struct rbull_queue *queue)
{
	flush_work(&queue->deferred_work);
}
