/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_BENCH_H
#define RBULL_BENCH_H

#include <linux/bio.h>
#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/types.h>

#define RBULL_BENCH_MAX_BLOCK	SZ_1M
#define RBULL_BENCH_MAX_BATCH	128
#define RBULL_BENCH_MAX_THREADS	16
#define RBULL_BENCH_MAX_SAMPLES	SZ_1M

enum rbull_bench_op {
	RBULL_BENCH_READ,
	RBULL_BENCH_WRITE,
	RBULL_BENCH_DISCARD,
};

/**
 * enum rbull_bench_order - which block comes next
 * @RBULL_BENCH_RANDOM: any, with repetitions
 * @RBULL_BENCH_SEQUENTIAL: the next one
 * @RBULL_BENCH_SHUFFLED: random, but no block repeats before all were used; the
 *	number of blocks must be a power of two
 */
enum rbull_bench_order {
	RBULL_BENCH_RANDOM,
	RBULL_BENCH_SEQUENTIAL,
	RBULL_BENCH_SHUFFLED,
};

/**
 * enum rbull_bench_clock - what is measured
 * @RBULL_BENCH_NS: nanoseconds
 * @RBULL_BENCH_CYCLES: the processor's cycle counter; in some emulators it
 *	counts instructions
 */
enum rbull_bench_clock {
	RBULL_BENCH_NS,
	RBULL_BENCH_CYCLES,
};

struct rbull_bench_target;

/**
 * struct rbull_bench_job - one measurement
 * @device: path of a block device; empty for bare copying in memory
 * @op: what to do, &enum rbull_bench_op
 * @order: order of the blocks, &enum rbull_bench_order
 * @clock: &enum rbull_bench_clock
 * @block: bytes of an I/O
 * @batch: I/Os that are submitted together, plugged if more than one, and then
 *	waited for
 * @batches: batches in a sample, which are timed together
 * @samples: samples to take, in each thread
 * @threads: threads, each on a CPU of its own if there are enough CPUs
 * @scattered: no two pages of a buffer are contiguous
 * @target: the operations for @device
 * @file: the open file of @device
 * @bdev: the block device in @file
 * @blocks: size of the target in blocks of @block bytes
 */
struct rbull_bench_job {
	char device[64];
	unsigned int op;
	unsigned int order;
	unsigned int clock;
	unsigned int block;
	unsigned int batch;
	unsigned int batches;
	unsigned int samples;
	unsigned int threads;
	unsigned int scattered;
	const struct rbull_bench_target *target;
	struct file *file;
	struct block_device *bdev;
	u64 blocks;
};

/**
 * struct rbull_bench_io - an I/O in flight and its buffer
 * @bio: the bio, used again and again
 * @worker: the worker that it belongs to
 * @pages: the buffer; twice as long as needed if scattered
 * @vecs: the pieces of the buffer
 * @nr_vecs: number of @vecs
 */
struct rbull_bench_io {
	struct bio bio;
	struct rbull_bench_worker *worker;
	struct page *pages;
	struct bio_vec *vecs;
	unsigned int nr_vecs;
};

/**
 * struct rbull_bench_worker - a thread that measures
 * @job: what to do
 * @task: the thread
 * @ended: completed when the thread has ended
 * @done: completed when all I/Os of a batch are done
 * @pending: I/Os of the batch that are not done
 * @failed: I/Os that failed
 * @random: state of the random numbers
 * @at: state of the other orders
 * @taken: time of each sample
 * @ios: the I/Os of a batch
 */
struct rbull_bench_worker {
	const struct rbull_bench_job *job;
	struct task_struct *task;
	struct completion ended;
	struct completion done;
	atomic_t pending;
	atomic_t failed;
	u32 random;
	u64 at;
	u64 *taken;
	struct rbull_bench_io *ios;
};

/**
 * struct rbull_bench_target - operations of a target of I/O
 * @open: open the target, set the job's @blocks
 * @close: undo @open
 * @batch: do a batch and wait for its end
 * @discard: discard the whole target; may be NULL
 */
struct rbull_bench_target {
	int (*open)(struct rbull_bench_job *job);
	void (*close)(struct rbull_bench_job *job);
	void (*batch)(struct rbull_bench_worker *worker);
	int (*discard)(const struct rbull_bench_job *job);
};

/* bench_job.c */
int rbull_bench_job_parse(struct rbull_bench_job *job, char *text);

/* bench_run.c */
int rbull_bench_run(struct rbull_bench_job *job, char *report, size_t size);

/* bench_block.c */
extern const struct rbull_bench_target rbull_bench_block;

/* bench_memory.c */
extern const struct rbull_bench_target rbull_bench_memory;
int rbull_bench_memory_init(unsigned int size_mb);
void rbull_bench_memory_exit(void);

/**
 * rbull_bench_next() - choose the block of the next I/O
 * @worker: the thread that does the I/O
 *
 * Return: the number of a block.
 */
static inline u64 rbull_bench_next(struct rbull_bench_worker *worker)
{
	const struct rbull_bench_job *job = worker->job;
	u32 x = worker->random;
	u64 at = worker->at;

	switch (job->order) {
	case RBULL_BENCH_SEQUENTIAL:
		worker->at = at + 1 < job->blocks ? at + 1 : 0;
		return at;
	case RBULL_BENCH_SHUFFLED:
		/* A congruential generator of full period. */
		worker->at = (at * 0x915f77f5 + 0x6b43a9b5) & (job->blocks - 1);
		return at;
	default:
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		worker->random = x;
		return ((u64)x * job->blocks) >> 32;
	}
}

#endif /* RBULL_BENCH_H */
