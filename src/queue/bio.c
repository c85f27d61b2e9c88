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
#include <linux/workqueue.h>

#include "compat/requests.h"
#include "disk/disk.h"
#include "queue/op.h"
#include "queue/queue.h"

/**
 * struct rbull_bio_note - a bio that a worker is to carry out
 * @list: its place among those of the disk
 * @bio: the bio
 * @start: when it began, as bio_start_io_acct() has it
 * @start_ns: the same of ktime_get_ns(); 0: nobody wants to know
 */
struct rbull_bio_note {
	struct list_head list;
	struct bio *bio;
	unsigned long start;
	u64 start_ns;
};

/* So many can be had where there is no memory. */
#define RBULL_BIO_NOTES	64

static mempool_t *rbull_bio_notes;

/* Carry out what comes after a flush, if that was asked for too. */
static __always_inline int rbull_bio_do(struct rbull_disk *disk,
					struct bio *bio, gfp_t gfp)
{
	u64 pos = (u64)bio->bi_iter.bi_sector << SECTOR_SHIFT;
	unsigned int len = bio->bi_iter.bi_size;
	compat_req_op op = bio_op(bio);
	int err;

	if (unlikely(op != REQ_OP_READ && op != REQ_OP_WRITE))
		return rbull_op_run(disk, bio->bi_opf, pos, len, gfp);
	err = rbull_op_check(disk, op == REQ_OP_WRITE, pos, len);
	if (err)
		return err;
	return rbull_op_copy(disk, op == REQ_OP_WRITE, bio, pos,
			     rbull_op_gfp(bio, gfp));
}

static __always_inline void rbull_bio_end(struct rbull_disk *disk,
					  struct bio *bio, int err)
{
	if (likely(!err)) {
		rbull_op_count(disk, bio_op(bio), bio->bi_iter.bi_size,
			       bio->bi_opf & REQ_FUA);
		if (unlikely(bio->bi_opf & REQ_PREFLUSH))
			rbull_op_count(disk, REQ_OP_FLUSH, 0, false);
		return;
	}
	if (err != -EAGAIN)
		rbull_stats_count(&disk->stats, RBULL_STAT_ERROR, 0);
	bio->bi_status = rbull_op_status(err);
}

static void rbull_bio_defer(struct rbull_disk *disk, struct bio *bio)
{
	spin_lock(&disk->deferred_lock);
	bio_list_add(&disk->deferred, bio);
	spin_unlock(&disk->deferred_lock);
	queue_work(rbull_queue_workers, &disk->deferred_work);
}

static struct bio *rbull_bio_next(struct rbull_disk *disk)
{
	struct bio *bio;

	spin_lock(&disk->deferred_lock);
	bio = bio_list_pop(&disk->deferred);
	spin_unlock(&disk->deferred_lock);
	return bio;
}

/*
 * A bio has no room for when it began. Without a note it counts as if it had
 * ended here: there is no memory, and that shall not keep it waiting longer.
 */
static void rbull_bio_defer_accounted(struct rbull_disk *disk, struct bio *bio,
				      unsigned long start, u64 start_ns)
{
	struct rbull_bio_note *note = mempool_alloc(rbull_bio_notes,
						    RBULL_GFP_NOWAIT);

	if (!note) {
		bio_end_io_acct(bio, start);
		rbull_bio_defer(disk, bio);
		return;
	}
	note->bio = bio;
	note->start = start;
	note->start_ns = start_ns;
	spin_lock(&disk->deferred_lock);
	list_add_tail(&note->list, &disk->deferred_accounted);
	spin_unlock(&disk->deferred_lock);
	queue_work(rbull_queue_workers, &disk->deferred_work);
}

static struct rbull_bio_note *rbull_bio_next_accounted(struct rbull_disk *disk)
{
	struct rbull_bio_note *note;

	spin_lock(&disk->deferred_lock);
	note = list_first_entry_or_null(&disk->deferred_accounted,
					struct rbull_bio_note, list);
	if (note)
		list_del(&note->list);
	spin_unlock(&disk->deferred_lock);
	return note;
}

static void rbull_bio_end_accounted(struct rbull_disk *disk, struct bio *bio,
				    unsigned long start, u64 start_ns)
{
	if (!bio->bi_status)
		rbull_latency_count(&disk->latency, bio_op(bio), start_ns);
	bio_end_io_acct(bio, start);
	bio_endio(bio);
}

static void rbull_bio_work(struct work_struct *work)
{
	struct rbull_disk *disk = container_of(work, struct rbull_disk,
					       deferred_work);
	struct rbull_bio_note *note;
	struct bio *bio;

	while ((bio = rbull_bio_next(disk))) {
		rbull_bio_end(disk, bio, rbull_bio_do(disk, bio,
						      RBULL_GFP_WAIT));
		bio_endio(bio);
	}
	while ((note = rbull_bio_next_accounted(disk))) {
		rbull_bio_end(disk, note->bio, rbull_bio_do(disk, note->bio,
							    RBULL_GFP_WAIT));
		rbull_bio_end_accounted(disk, note->bio, note->start,
					note->start_ns);
		mempool_free(note, rbull_bio_notes);
	}
}

/*
 * Carry a bio out, if that is possible without sleeping. Return: whether it is
 * done, and can be ended.
 */
static __always_inline bool rbull_bio_try(struct rbull_disk *disk,
					  struct bio *bio)
{
	int err = rbull_bio_do(disk, bio, RBULL_GFP_NOWAIT);

	if (unlikely(err) && rbull_op_retries(bio, err))
		return false;
	rbull_bio_end(disk, bio, err);
	return true;
}

/* queue/iostats was switched on. */
static noinline void rbull_bio_submit_accounted(struct rbull_disk *disk,
						struct bio *bio)
{
	unsigned long start = bio_start_io_acct(bio);
	u64 start_ns = READ_ONCE(disk->latency.is_on) ? ktime_get_ns() : 0;

	if (rbull_bio_try(disk, bio))
		rbull_bio_end_accounted(disk, bio, start, start_ns);
	else
		rbull_bio_defer_accounted(disk, bio, start, start_ns);
}

/**
 * rbull_bio_submit() - the way in
 * @bio: what to do
 *
 * I/O accounting follows queue/iostats, which is off unless the user switches it
 * on: it would cost more than a small read.
 *
 * Context: process context; does not sleep.
 */
void rbull_bio_submit(struct bio *bio)
{
	struct gendisk *gendisk = compat_bio_disk(bio);
	struct rbull_disk *disk = gendisk->private_data;

	/* A flush is a write of nothing that asks for a flush before it. */
	if (unlikely(bio->bi_opf & REQ_PREFLUSH) && !bio->bi_iter.bi_size) {
		rbull_op_count(disk, REQ_OP_FLUSH, 0, false);
		bio_endio(bio);
		return;
	}
	if (unlikely(blk_queue_io_stat(gendisk->queue)))
		rbull_bio_submit_accounted(disk, bio);
	else if (rbull_bio_try(disk, bio))
		bio_endio(bio);
	else
		rbull_bio_defer(disk, bio);
}

/**
 * rbull_bio_init_notes() - get ready for bios of all disks
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_bio_init_notes(void)
{
	rbull_bio_notes = mempool_create_kmalloc_pool(RBULL_BIO_NOTES,
						      sizeof(struct rbull_bio_note));
	return rbull_bio_notes ? 0 : -ENOMEM;
}

/**
 * rbull_bio_exit_notes() - undo rbull_bio_init_notes()
 *
 * Context: module exit; there are no disks any more.
 */
void rbull_bio_exit_notes(void)
{
	mempool_destroy(rbull_bio_notes);
}

/**
 * rbull_bio_init() - get a disk ready for bios
 * @disk: the disk
 */
void rbull_bio_init(struct rbull_disk *disk)
{
	spin_lock_init(&disk->deferred_lock);
	INIT_LIST_HEAD(&disk->deferred_accounted);
	INIT_WORK(&disk->deferred_work, rbull_bio_work);
}

/**
 * rbull_bio_drain() - wait for the bios that a worker has
 * @disk: the disk; no more bios come in
 *
 * Context: may sleep.
 */
void rbull_bio_drain(struct rbull_disk *disk)
{
	flush_work(&disk->deferred_work);
}
