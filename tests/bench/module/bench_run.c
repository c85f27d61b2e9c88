// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run a job: threads, buffers, samples and their summary.
 *
 * A sample is the time of some batches. Interrupts and other users of the CPU
 * do not affect the median of the samples, and in an emulator that counts
 * instructions it is the same on every run.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>

#include "bench.h"
#include "bench_stats.h"

static __always_inline u64 rbull_bench_now(const struct rbull_bench_job *job)
{
	return job->clock == RBULL_BENCH_CYCLES ? get_cycles() : ktime_get_ns();
}

static int rbull_bench_thread(void *data)
{
	struct rbull_bench_worker *worker = data;
	const struct rbull_bench_job *job = worker->job;
	unsigned int sample, i;
	u64 begin = rbull_bench_now(job), end;

	for (sample = 0; sample < job->samples; sample++) {
		for (i = 0; i < job->batches; i++)
			job->target->batch(worker);
		end = rbull_bench_now(job);
		worker->taken[sample] = end - begin;
		cond_resched();
		begin = rbull_bench_now(job);
	}
	complete(&worker->ended);
	return 0;
}

static unsigned int rbull_bench_buffer_order(const struct rbull_bench_job *job)
{
	return get_order(job->block << job->scattered);
}

static int rbull_bench_io_init(struct rbull_bench_io *io,
			       const struct rbull_bench_job *job)
{
	unsigned int pages = job->scattered ? job->block / PAGE_SIZE : 1, i;

	io->pages = alloc_pages(GFP_KERNEL, rbull_bench_buffer_order(job));
	io->vecs = kcalloc(pages, sizeof(*io->vecs), GFP_KERNEL);
	if (!io->pages || !io->vecs)
		return -ENOMEM;
	get_random_bytes(page_address(io->pages),
			 PAGE_SIZE << rbull_bench_buffer_order(job));
	io->nr_vecs = pages;
	for (i = 0; i < pages; i++) {
		io->vecs[i].bv_page = io->pages + 2 * i;
		io->vecs[i].bv_len = job->block / pages;
	}
	bio_init(&io->bio, job->bdev, io->vecs, pages, 0);
	return 0;
}

static void rbull_bench_io_exit(struct rbull_bench_io *io,
				const struct rbull_bench_job *job)
{
	if (io->nr_vecs)
		bio_uninit(&io->bio);
	kfree(io->vecs);
	if (io->pages)
		__free_pages(io->pages, rbull_bench_buffer_order(job));
}

static void rbull_bench_worker_exit(struct rbull_bench_worker *worker)
{
	unsigned int i;

	for (i = 0; worker->ios && i < worker->job->batch; i++)
		rbull_bench_io_exit(&worker->ios[i], worker->job);
	kvfree(worker->ios);
	kvfree(worker->taken);
}

/* Wait until the thread, if there is one, has ended. */
static void rbull_bench_worker_stop(struct rbull_bench_worker *worker)
{
	if (!worker->task)
		return;
	kthread_stop(worker->task);
	put_task_struct(worker->task);
}

static int rbull_bench_worker_init(struct rbull_bench_worker *worker,
				   const struct rbull_bench_job *job,
				   unsigned int index)
{
	struct task_struct *task;
	unsigned int i;
	int err;

	worker->job = job;
	worker->random = 2463534242U + index * 88675123U;
	if (job->order == RBULL_BENCH_SEQUENTIAL)
		worker->at = div_u64(job->blocks, job->threads) * index;
	init_completion(&worker->ended);
	init_completion(&worker->done);
	worker->taken = kvcalloc(job->samples, sizeof(u64), GFP_KERNEL);
	worker->ios = kvcalloc(job->batch, sizeof(*worker->ios), GFP_KERNEL);
	if (!worker->taken || !worker->ios)
		return -ENOMEM;
	for (i = 0; i < job->batch; i++) {
		err = rbull_bench_io_init(&worker->ios[i], job);
		if (err)
			return err;
	}
	task = kthread_create(rbull_bench_thread, worker, "rbull_bench/%u",
			      index);
	if (IS_ERR(task))
		return PTR_ERR(task);
	/* The thread may end before kthread_stop(): keep a reference. */
	worker->task = get_task_struct(task);
	kthread_bind(task, cpumask_nth(index % num_online_cpus(),
				       cpu_online_mask));
	return 0;
}

static int rbull_bench_worker_report(struct rbull_bench_worker *worker,
				     unsigned int index, char *report,
				     size_t size)
{
	const struct rbull_bench_job *job = worker->job;
	int at = scnprintf(report, size, "thread=%u failed=%d ", index,
			   atomic_read(&worker->failed));

	at += rbull_bench_summarize(report + at, size - at, worker->taken,
				    job->samples, job->batch * job->batches);
	return at + scnprintf(report + at, size - at, "\n");
}

static int rbull_bench_measure(const struct rbull_bench_job *job,
			       struct rbull_bench_worker *workers,
			       char *report, size_t size)
{
	unsigned int made, i;
	int err = 0, at = 0;

	for (made = 0; made < job->threads && !err; made++)
		err = rbull_bench_worker_init(&workers[made], job, made);
	for (i = 0; i < made && !err; i++)
		wake_up_process(workers[i].task);
	for (i = 0; i < made && !err; i++)
		wait_for_completion(&workers[i].ended);
	for (i = 0; i < made; i++)
		rbull_bench_worker_stop(&workers[i]);
	for (i = 0; i < made && !err; i++) {
		at += rbull_bench_worker_report(&workers[i], i, report + at,
						size - at);
		if (atomic_read(&workers[i].failed))
			err = -EIO;
	}
	/* Remove the last newline: showing the report adds it. */
	if (at)
		report[at - 1] = '\0';
	for (i = 0; i < made; i++)
		rbull_bench_worker_exit(&workers[i]);
	return err;
}

static int rbull_bench_discard(const struct rbull_bench_job *job, char *report,
			       size_t size)
{
	u64 begin = rbull_bench_now(job), taken;
	int err;

	if (!job->target->discard)
		return -EOPNOTSUPP;
	err = job->target->discard(job);
	taken = rbull_bench_now(job) - begin;
	if (err)
		return err;
	rbull_bench_summarize(report, size, &taken, 1, 1);
	return 0;
}

/**
 * rbull_bench_run() - run a job
 * @job: the job
 * @report: gets a line per thread
 * @size: size of @report in bytes
 *
 * Context: may sleep; waits until all I/O is done.
 * Return: 0, or a negative errno; -EIO if an I/O failed.
 */
int rbull_bench_run(struct rbull_bench_job *job, char *report, size_t size)
{
	struct rbull_bench_worker *workers;
	int err;

	err = job->target->open(job);
	if (err)
		return err;
	workers = kcalloc(job->threads, sizeof(*workers), GFP_KERNEL);
	if (!workers)
		err = -ENOMEM;
	else if (!job->blocks || (job->order == RBULL_BENCH_SHUFFLED &&
				  !is_power_of_2(job->blocks)))
		err = -EINVAL;
	else if (job->op == RBULL_BENCH_DISCARD)
		err = rbull_bench_discard(job, report, size);
	else
		err = rbull_bench_measure(job, workers, report, size);
	kfree(workers);
	job->target->close(job);
	return err;
}
