// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measure copying alone: the same buffers, but memory instead of a disk. The
 * memory is in pieces of RBULL_BENCH_PIECE bytes.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bench.h"

#define RBULL_BENCH_PIECE	SZ_2M

static void **rbull_bench_pieces;
static unsigned int rbull_bench_nr_pieces;

static int rbull_bench_memory_open(struct rbull_bench_job *job)
{
	if (!rbull_bench_nr_pieces || job->op == RBULL_BENCH_DISCARD ||
	    job->scattered || RBULL_BENCH_PIECE % job->block)
		return -EINVAL;
	job->blocks = (u64)rbull_bench_nr_pieces *
		      (RBULL_BENCH_PIECE / job->block);
	return 0;
}

static void rbull_bench_memory_close(struct rbull_bench_job *job)
{
}

static void rbull_bench_memory_batch(struct rbull_bench_worker *worker)
{
	const struct rbull_bench_job *job = worker->job;
	unsigned int i;

	for (i = 0; i < job->batch; i++) {
		u64 pos = rbull_bench_next(worker) * job->block;
		void *piece = rbull_bench_pieces[pos / RBULL_BENCH_PIECE] +
			      pos % RBULL_BENCH_PIECE;
		void *buffer = page_address(worker->ios[i].pages);

		if (job->op == RBULL_BENCH_WRITE)
			memcpy(piece, buffer, job->block);
		else
			memcpy(buffer, piece, job->block);
	}
}

const struct rbull_bench_target rbull_bench_memory = {
	.open = rbull_bench_memory_open,
	.close = rbull_bench_memory_close,
	.batch = rbull_bench_memory_batch,
};

/**
 * rbull_bench_memory_init() - allocate the memory
 * @size_mb: size in MiB; rounded up to pieces
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_bench_memory_init(unsigned int size_mb)
{
	unsigned int nr = DIV_ROUND_UP(size_mb, RBULL_BENCH_PIECE / SZ_1M);

	if (!nr)
		return 0;
	rbull_bench_pieces = kvcalloc(nr, sizeof(*rbull_bench_pieces),
				      GFP_KERNEL);
	if (!rbull_bench_pieces)
		return -ENOMEM;
	while (rbull_bench_nr_pieces < nr) {
		void *piece = (void *)__get_free_pages(GFP_KERNEL | __GFP_NOWARN,
						       get_order(RBULL_BENCH_PIECE));

		if (!piece) {
			rbull_bench_memory_exit();
			return -ENOMEM;
		}
		memset(piece, 0x5a, RBULL_BENCH_PIECE);
		rbull_bench_pieces[rbull_bench_nr_pieces++] = piece;
	}
	return 0;
}

/**
 * rbull_bench_memory_exit() - undo rbull_bench_memory_init()
 *
 * Context: may sleep.
 */
void rbull_bench_memory_exit(void)
{
	while (rbull_bench_nr_pieces)
		free_pages((unsigned long)rbull_bench_pieces[--rbull_bench_nr_pieces],
			   get_order(RBULL_BENCH_PIECE));
	kvfree(rbull_bench_pieces);
}
