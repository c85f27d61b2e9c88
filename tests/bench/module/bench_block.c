// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O to a block device.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>

#include "bench.h"

/* Open it as user space does: lower functions often change their names. */
static int rbull_bench_block_open(struct rbull_bench_job *job)
{
	int flags = job->op == RBULL_BENCH_READ ? O_RDONLY : O_RDWR;
	struct file *file = filp_open(job->device, flags | O_LARGEFILE, 0);

	if (IS_ERR(file))
		return PTR_ERR(file);
	if (!S_ISBLK(file_inode(file)->i_mode)) {
		fput(file);
		return -ENOTBLK;
	}
	job->file = file;
	job->bdev = I_BDEV(file->f_mapping->host);
	job->blocks = div_u64(bdev_nr_bytes(job->bdev), job->block);
	return 0;
}

static void rbull_bench_block_close(struct rbull_bench_job *job)
{
	fput(job->file);
}

static void rbull_bench_block_end(struct bio *bio)
{
	struct rbull_bench_worker *worker = bio->bi_private;

	if (unlikely(bio->bi_status))
		atomic_inc(&worker->failed);
	if (atomic_dec_and_test(&worker->pending))
		complete(&worker->done);
}

static void rbull_bench_block_submit(struct rbull_bench_worker *worker,
				     struct rbull_bench_io *io)
{
	const struct rbull_bench_job *job = worker->job;
	struct bio *bio = &io->bio;

	bio_reset(bio, job->bdev, job->op == RBULL_BENCH_WRITE ?
		  REQ_OP_WRITE | REQ_SYNC | REQ_IDLE : REQ_OP_READ);
	bio->bi_iter.bi_sector = rbull_bench_next(worker) *
				 (job->block >> SECTOR_SHIFT);
	bio->bi_iter.bi_size = job->block;
	bio->bi_vcnt = io->nr_vecs;
	bio->bi_end_io = rbull_bench_block_end;
	bio->bi_private = worker;
	submit_bio(bio);
}

static void rbull_bench_block_batch(struct rbull_bench_worker *worker)
{
	unsigned int i, batch = worker->job->batch;
	struct blk_plug plug;

	reinit_completion(&worker->done);
	atomic_set(&worker->pending, batch);
	if (batch == 1) {
		rbull_bench_block_submit(worker, &worker->ios[0]);
	} else {
		blk_start_plug(&plug);
		for (i = 0; i < batch; i++)
			rbull_bench_block_submit(worker, &worker->ios[i]);
		blk_finish_plug(&plug);
	}
	wait_for_completion_io(&worker->done);
}

static int rbull_bench_block_discard(const struct rbull_bench_job *job)
{
	return blkdev_issue_discard(job->bdev, 0, bdev_nr_sectors(job->bdev),
				    GFP_KERNEL);
}

const struct rbull_bench_target rbull_bench_block = {
	.open = rbull_bench_block_open,
	.close = rbull_bench_block_close,
	.batch = rbull_bench_block_batch,
	.discard = rbull_bench_block_discard,
};
