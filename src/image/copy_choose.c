// SPDX-License-Identifier: GPL-2.0-only
/*
 * Choosing the best way to copy: all are measured once, in a few milliseconds,
 * as the kernel does for its RAID6 and XOR functions.
 *
 * The data of an image usually is in no cache; the buffer of a user usually is.
 * So each sample copies between a small buffer and a new part of a memory area
 * that was flushed from the cache before. The ways take turns, so that other
 * load on the machine affects them alike. The median of each way counts, so
 * that disturbed samples do not matter. A way is only used if it is clearly
 * better than the default one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "image/copy.h"

#ifdef RBULL_COPY_HAS_CHOICE
/* The memory that represents an image, and how much of it a sample copies. */
#define RBULL_CHOOSE_ORDER	(get_order(SZ_4M))
#define RBULL_CHOOSE_MEMORY	SZ_4M
#define RBULL_CHOOSE_SAMPLE	SZ_128K

/*
 * How much of a sample to copy at a time, while preemption is disabled, and the
 * size of a large piece: no more than the driver copies at once.
 */
#define RBULL_CHOOSE_STEP	min(RBULL_CHOOSE_SAMPLE, RBULL_COPY_AT_ONCE)

/* Samples of each way if there is time, and the fewest for a useful median. */
#define RBULL_CHOOSE_ROUNDS	31
#define RBULL_CHOOSE_ROUNDS_MIN	3

/* Time limit, in case the machine is slow or busy. Nanoseconds. */
#define RBULL_CHOOSE_TIME	(6 * NSEC_PER_MSEC)

/* Maximum time of a better way, in percent of the default way's time. */
#define RBULL_CHOOSE_MARGIN	92

/**
 * struct rbull_choose - state of a measurement
 * @memory: represents an image
 * @buffer: represents a user's buffer
 * @next: where in @memory the next sample begins, bytes
 * @stop: when to stop, ns
 * @rounds: number of samples of each way so far
 * @ns: times of the samples
 */
struct rbull_choose {
	void *memory;
	void *buffer;
	size_t next;
	u64 stop;
	unsigned int rounds;
	u64 ns[RBULL_COPY_WAYS][RBULL_CHOOSE_ROUNDS];
};

/* Size of the pieces of a use, bytes. */
static size_t rbull_choose_piece(enum rbull_copy_use use)
{
	return use == RBULL_COPY_SMALL ?
	       min_t(size_t, PAGE_SIZE, RBULL_CHOOSE_STEP) : RBULL_CHOOSE_STEP;
}

/*
 * A reader will probably use the data next and needs it in the cache. The same
 * holds for anybody who waits for a small piece.
 */
static bool rbull_choose_is_candidate(enum rbull_copy_use use,
				      enum rbull_copy_way way)
{
	if (!rbull_copy_function(way))
		return false;
	switch (way) {
	case RBULL_COPY_NONTEMPORAL:
		return use == RBULL_COPY_WRITE;
	case RBULL_COPY_PREFETCH:
		return use != RBULL_COPY_SMALL;
	default:
		return true;
	}
}

/* Flush memory from the cache, where implemented; else its size must do. */
static void rbull_choose_chill(void *memory, size_t len)
{
#ifdef RBULL_COPY_X86
	void *end = memory + len;

	for (; memory < end; memory += 64)
		asm volatile("clflush %0" : "+m" (*(char *)memory));
	asm volatile("mfence" : : : "memory");
#endif
}

/* Copy a step, piece by piece. Return: the time it takes, ns. */
static u64 rbull_choose_step(rbull_copy_fn *copy, void *to, const void *from,
			     size_t piece)
{
	u64 start, end;
	size_t at;

	preempt_disable();
	start = ktime_get_ns();
	for (at = 0; at < RBULL_CHOOSE_STEP; at += piece)
		copy(to + at, from + at, piece);
	end = ktime_get_ns();
	preempt_enable();
	return end - start;
}

static u64 rbull_choose_sample(struct rbull_choose *choose,
			       rbull_copy_fn *copy, bool write, size_t piece)
{
	void *memory = choose->memory + choose->next;
	u64 ns = 0;
	size_t at;

	choose->next = (choose->next + RBULL_CHOOSE_SAMPLE) &
		       (RBULL_CHOOSE_MEMORY - 1);
	rbull_choose_chill(memory, RBULL_CHOOSE_SAMPLE);
	for (at = 0; at < RBULL_CHOOSE_SAMPLE; at += RBULL_CHOOSE_STEP)
		ns += write ?
		      rbull_choose_step(copy, memory + at, choose->buffer + at,
					piece) :
		      rbull_choose_step(copy, choose->buffer + at, memory + at,
					piece);
	return ns;
}

static void rbull_choose_round(struct rbull_choose *choose,
			       enum rbull_copy_use use)
{
	size_t piece = rbull_choose_piece(use);
	enum rbull_copy_way way;

	for (way = RBULL_COPY_MEMCPY; way < RBULL_COPY_WAYS; way++) {
		rbull_copy_fn *copy = rbull_copy_function(way);
		u64 *ns = &choose->ns[way][choose->rounds];

		*ns = 0;
		if (!rbull_choose_is_candidate(use, way))
			continue;
		if (use != RBULL_COPY_WRITE)
			*ns += rbull_choose_sample(choose, copy, false, piece);
		if (use != RBULL_COPY_READ)
			*ns += rbull_choose_sample(choose, copy, true, piece);
	}
	choose->rounds++;
}

static int rbull_choose_compare(const void *a, const void *b)
{
	u64 left = *(const u64 *)a, right = *(const u64 *)b;

	return left < right ? -1 : left > right;
}

/* Find the best way, by the medians. */
static enum rbull_copy_way rbull_choose_best(struct rbull_choose *choose,
					     enum rbull_copy_use use)
{
	enum rbull_copy_way way, best = rbull_copy_default(use);
	unsigned int middle = choose->rounds / 2;
	u64 least;

	for (way = RBULL_COPY_MEMCPY; way < RBULL_COPY_WAYS; way++)
		sort(choose->ns[way], choose->rounds, sizeof(u64),
		     rbull_choose_compare, NULL);
	least = choose->ns[best][middle] * RBULL_CHOOSE_MARGIN / 100;
	for (way = RBULL_COPY_MEMCPY; way < RBULL_COPY_WAYS; way++) {
		u64 ns = choose->ns[way][middle];

		if (!rbull_choose_is_candidate(use, way) || !ns || ns >= least)
			continue;
		least = ns;
		best = way;
	}
	return best;
}

static enum rbull_copy_way rbull_choose_way(struct rbull_choose *choose,
					    enum rbull_copy_use use)
{
	choose->rounds = 0;
	while (choose->rounds < RBULL_CHOOSE_ROUNDS &&
	       ktime_get_ns() < choose->stop)
		rbull_choose_round(choose, use);
	return choose->rounds < RBULL_CHOOSE_ROUNDS_MIN ?
	       rbull_copy_default(use) : rbull_choose_best(choose, use);
}

static void *rbull_choose_alloc(unsigned int order)
{
	return (void *)__get_free_pages(GFP_KERNEL | __GFP_NORETRY |
					__GFP_NOWARN | __GFP_ZERO, order);
}

/* Without memory to measure with, the defaults stay. */
static void rbull_choose_all(void)
{
	struct rbull_choose *choose = kzalloc(sizeof(*choose), GFP_KERNEL);
	enum rbull_copy_use use;
	u64 start;

	if (!choose)
		return;
	choose->memory = rbull_choose_alloc(RBULL_CHOOSE_ORDER);
	choose->buffer = rbull_choose_alloc(get_order(RBULL_CHOOSE_SAMPLE));
	start = ktime_get_ns();
	for (use = 0; choose->memory && choose->buffer && use < RBULL_COPY_USES;
	     use++) {
		/* Each use gets an equal share of the time. */
		choose->stop = start + (use + 1) *
			       (RBULL_CHOOSE_TIME / RBULL_COPY_USES);
		rbull_copy_take(use, rbull_choose_way(choose, use));
	}
	free_pages((unsigned long)choose->memory, RBULL_CHOOSE_ORDER);
	free_pages((unsigned long)choose->buffer,
		   get_order(RBULL_CHOOSE_SAMPLE));
	kfree(choose);
}
#else
static void rbull_choose_all(void)
{
}
#endif

/**
 * rbull_copy_init() - choose how to copy
 * @pinned: the way to use for everything, which must have a function; or
 *	%RBULL_COPY_AUTO to measure
 *
 * Context: module init, before there are images; may sleep. Takes less than
 * 10 ms; preemption is disabled for RBULL_COPY_AT_ONCE at most.
 */
void rbull_copy_init(enum rbull_copy_way pinned)
{
	enum rbull_copy_use use;

	if (pinned == RBULL_COPY_AUTO) {
		rbull_choose_all();
		return;
	}
	for (use = 0; use < RBULL_COPY_USES; use++)
		rbull_copy_take(use, pinned);
}

/**
 * rbull_copy_log() - log how data is copied
 *
 * Context: module init.
 */
void rbull_copy_log(void)
{
	pr_info("copying: small pieces by %s, large reads by %s, large writes by %s\n",
		rbull_copy_names[rbull_copy_in_use(RBULL_COPY_SMALL)],
		rbull_copy_names[rbull_copy_in_use(RBULL_COPY_READ)],
		rbull_copy_names[rbull_copy_in_use(RBULL_COPY_WRITE)]);
}
