// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads at work on one image while it is cloned.
 *
 * A writer writes to its own blocks in turn and numbers its writes, so that the
 * contents of an image tell how far the writer got. A clone must contain a
 * writer's work up to some point: nothing from after this point, and nothing
 * missing before it. The point must lie between the writes that were complete
 * when cloning began and those that had begun when it ended. It must not change
 * later.
 *
 * The blocks of all writers, and the pages that are erased, are in the same
 * leaves.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kunit_helpers.h"

#define RBULL_RACE_SIZE		(4 * RBULL_TEST_LEAF)
#define RBULL_RACE_BLOCKS	96
#define RBULL_RACE_WRITERS	5
#define RBULL_RACE_CLONES	3
#define RBULL_RACE_ENOUGH	50

static unsigned int rbull_race_seconds = 5;
module_param_named(seconds, rbull_race_seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long threads race, in each test (5)");

/**
 * struct rbull_writer - a writer
 * @race: the race
 * @name: name for messages
 * @base: position of its first block
 * @stride: distance from one block to the next, in bytes
 * @size: bytes of a block, which does not cross the end of a page
 * @batch: number of blocks to write at once, if they are adjacent
 * @begun: number of the last write that has begun; a word, for others to read
 * @done: number of the last write that is complete; likewise
 * @error: what went wrong, or NULL
 * @task: its thread
 */
struct rbull_writer {
	struct rbull_race *race;
	const char *name;
	u64 base;
	u64 stride;
	size_t size;
	unsigned int batch;
	unsigned long begun;
	unsigned long done;
	const char *error;
	struct task_struct *task;
};

/**
 * struct rbull_race - a race
 * @image: the image that all use
 * @writers: the writers
 * @helpers: other threads
 * @clones: number of clones that were made
 * @error: what a helper found wrong, or NULL
 */
struct rbull_race {
	struct rbull_image *image;
	struct rbull_writer writers[RBULL_RACE_WRITERS];
	struct task_struct *helpers[3];
	unsigned int clones;
	const char *error;
};

static const struct rbull_writer rbull_writers[RBULL_RACE_WRITERS] = {
	/* Every eighth page of the first leaf and half of the second. */
	{ .name = "pages", .base = SZ_32K, .stride = SZ_32K, .size = SZ_4K,
	  .batch = 1 },
	/* Across the edge of the second and third leaf, eight to a page. */
	{ .name = "sectors", .base = 2 * RBULL_TEST_LEAF - SZ_32K,
	  .stride = 512, .size = 512, .batch = 1 },
	/* Two writers that share pages. */
	{ .name = "most of a page", .base = SZ_4M - SZ_512K, .stride = SZ_4K,
	  .size = SZ_4K - 512, .batch = 1 },
	{ .name = "the rest", .base = SZ_4M - SZ_512K + SZ_4K - 512,
	  .stride = SZ_4K, .size = 512, .batch = 1 },
	/* Many pages at once, across the edge of the third and fourth leaf. */
	{ .name = "extents", .base = 3 * RBULL_TEST_LEAF - SZ_128K,
	  .stride = SZ_4K, .size = SZ_4K, .batch = 32 },
};

/* Pages that only the eraser writes to. */
#define RBULL_ERASER_BASE	SZ_16K
#define RBULL_ERASER_STRIDE	SZ_64K

static bool rbull_eraser_owns(u64 pos)
{
	const struct rbull_writer *writer = rbull_writers;
	u64 end;

	for (; writer < rbull_writers + RBULL_RACE_WRITERS; writer++) {
		end = writer->base + RBULL_RACE_BLOCKS * writer->stride;
		if (writer->stride <= PAGE_SIZE && pos < end &&
		    pos + PAGE_SIZE > writer->base)
			return false;
	}
	return pos + PAGE_SIZE <= RBULL_RACE_SIZE;
}

static void rbull_block_fill(u64 *block, size_t size, u64 number)
{
	memset64(block, number, size / sizeof(*block));
}

/* Return: the number of the write that filled a block, U64_MAX if mixed. */
static u64 rbull_block_number(const u64 *block, size_t size)
{
	size_t i;

	for (i = 1; i < size / sizeof(*block); i++)
		if (block[i] != block[0])
			return U64_MAX;
	return block[0];
}

/* Return: the last write up to @point that went to block @i; 0 if none did. */
static u64 rbull_writer_expected(unsigned int i, u64 point)
{
	u64 laps;

	if (point < i + 1)
		return 0;
	laps = div_u64(point - i - 1, RBULL_RACE_BLOCKS);
	return laps * RBULL_RACE_BLOCKS + i + 1;
}

/*
 * Find the point up to which an image contains a writer's work.
 * Return: the point, or U64_MAX if there is none.
 */
static u64 rbull_writer_point(const struct rbull_writer *writer,
			      struct rbull_image *image, u64 *block)
{
	u64 number[RBULL_RACE_BLOCKS], point = 0;
	unsigned int i;

	for (i = 0; i < RBULL_RACE_BLOCKS; i++) {
		rbull_image_read(image, writer->base + i * writer->stride,
				 block, writer->size);
		number[i] = rbull_block_number(block, writer->size);
		if (number[i] == U64_MAX)
			return U64_MAX;
		point = max(point, number[i]);
	}
	for (i = 0; i < RBULL_RACE_BLOCKS; i++)
		if (number[i] != rbull_writer_expected(i, point))
			return U64_MAX;
	return point;
}

static void rbull_writer_lap(struct rbull_writer *writer, u64 *data)
{
	struct rbull_image *image = writer->race->image;
	unsigned int i, j;

	for (i = 0; i < RBULL_RACE_BLOCKS; i += writer->batch) {
		unsigned long done = writer->done;

		for (j = 0; j < writer->batch; j++)
			rbull_block_fill((void *)data + j * writer->size,
					 writer->size, done + j + 1);
		WRITE_ONCE(writer->begun, done + writer->batch);
		/* Whoever sees the data must see that it has begun. */
		smp_wmb();
		if (rbull_test_write(image, writer->base + i * writer->stride,
				     data, writer->batch * writer->size))
			writer->error = "a write failed";
		/* Whoever sees this must see the data. */
		smp_store_release(&writer->done, done + writer->batch);
	}
	/* All that it wrote is there, whatever others do. */
	if (rbull_writer_point(writer, image, data) != writer->done)
		writer->error = "its own writes are not all there";
}

static int rbull_writer_thread(void *arg)
{
	struct rbull_writer *writer = arg;
	u64 *data = kmalloc_array(writer->batch, writer->size, GFP_KERNEL);

	if (!data)
		writer->error = "no memory";
	while (!kthread_should_stop()) {
		if (!writer->error)
			rbull_writer_lap(writer, data);
		else
			schedule_timeout_interruptible(1);
		cond_resched();
	}
	kfree(data);
	return 0;
}

/* Write and erase pages in the leaves that others write to. */
static int rbull_eraser_thread(void *arg)
{
	struct rbull_race *race = arg;
	u8 *page = kmalloc(PAGE_SIZE, GFP_KERNEL);
	struct rnd_state rnd;

	if (!page)
		race->error = "no memory";
	prandom_seed_state(&rnd, 7);
	while (!kthread_should_stop()) {
		u32 which = prandom_u32_state(&rnd) %
			    (RBULL_RACE_SIZE / RBULL_ERASER_STRIDE);
		u64 pos = RBULL_ERASER_BASE + which * RBULL_ERASER_STRIDE;
		const u8 *data = rbull_test_data(prandom_u32_state(&rnd));

		cond_resched();
		if (race->error || !rbull_eraser_owns(pos))
			continue;
		if (rbull_test_write(race->image, pos, data, PAGE_SIZE))
			race->error = "a write failed";
		rbull_image_read(race->image, pos, page, PAGE_SIZE);
		if (memcmp(page, data, PAGE_SIZE))
			race->error = "what was written is not there";
		if (rbull_image_erase(race->image, pos, PAGE_SIZE, which & 1,
				      RBULL_TEST_WAIT))
			race->error = "an erase failed";
		rbull_image_read(race->image, pos, page, PAGE_SIZE);
		if (memchr_inv(page, 0, PAGE_SIZE))
			race->error = "what was erased is still there";
	}
	kfree(page);
	return 0;
}

/* If this reads memory that was freed, the kernel reports it (KASAN). */
static int rbull_reader_thread(void *arg)
{
	struct rbull_race *race = arg;
	u8 *data = kmalloc(SZ_32K, GFP_KERNEL);
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 8);
	while (!kthread_should_stop()) {
		u64 pos = prandom_u32_state(&rnd) % (RBULL_RACE_SIZE - SZ_32K);

		if (data)
			rbull_image_read(race->image, pos, data, SZ_32K);
		cond_resched();
	}
	kfree(data);
	return 0;
}

/**
 * struct rbull_race_clone - a clone that was made during a race
 * @image: the clone
 * @point: the point up to which it contains each writer's work
 */
struct rbull_race_clone {
	struct rbull_image *image;
	u64 point[RBULL_RACE_WRITERS];
};

static const char *rbull_race_clone(struct rbull_race *race,
				    struct rbull_race_clone *clone, u64 *block)
{
	u64 least[RBULL_RACE_WRITERS], most;
	unsigned int i;

	for (i = 0; i < RBULL_RACE_WRITERS; i++)
		/* Pairs with rbull_writer_lap(): complete writes so far. */
		least[i] = smp_load_acquire(&race->writers[i].done);
	clone->image = rbull_image_clone(race->image);
	if (IS_ERR(clone->image)) {
		clone->image = NULL;
		return "a clone failed";
	}
	for (i = 0; i < RBULL_RACE_WRITERS; i++) {
		const struct rbull_writer *writer = &race->writers[i];

		/* Cloning took locks: all that the clone contains has begun. */
		most = READ_ONCE(writer->begun);
		clone->point[i] = rbull_writer_point(writer, clone->image,
						     block);
		if (clone->point[i] == U64_MAX)
			return "a clone contains later writes without earlier ones";
		if (clone->point[i] < least[i])
			return "a clone lacks a write that was complete before";
		if (clone->point[i] > most)
			return "a clone contains a write that came after it";
	}
	race->clones++;
	return NULL;
}

/* Check that a clone is unchanged. Then write to it, which affects no other. */
static const char *rbull_race_recheck(struct rbull_race *race,
				      struct rbull_race_clone *clone,
				      u64 *block)
{
	unsigned int i;

	for (i = 0; i < RBULL_RACE_WRITERS; i++)
		if (rbull_writer_point(&race->writers[i], clone->image,
				       block) != clone->point[i])
			return "a clone changed";
	for (i = 0; i < RBULL_RACE_WRITERS; i++)
		if (rbull_test_write(clone->image,
				     race->writers[i].base +
				     race->clones % 7 * race->writers[i].stride,
				     rbull_test_data(race->clones), 512))
			return "a write to a clone failed";
	return NULL;
}

static void rbull_race_drop(struct rbull_race_clone *clone)
{
	if (clone->image)
		rbull_image_free(clone->image);
	clone->image = NULL;
}

static const char *rbull_race_go(struct rbull_race *race, u64 *block)
{
	struct rbull_race_clone clones[RBULL_RACE_CLONES] = {}, *clone;
	unsigned long end = jiffies + rbull_race_seconds * HZ;
	/* A busy machine may take longer to make enough clones. */
	unsigned long late = end + 30 * HZ;
	const char *error = NULL;
	unsigned int i;

	while (!error && (time_before(jiffies, end) ||
			  (race->clones < RBULL_RACE_ENOUGH &&
			   time_before(jiffies, late)))) {
		clone = &clones[race->clones % RBULL_RACE_CLONES];
		if (clone->image)
			error = rbull_race_recheck(race, clone, block);
		rbull_race_drop(clone);
		if (!error)
			error = rbull_race_clone(race, clone, block);
		/* Now and then, leave the image without clones. */
		if (race->clones % 8 == 0)
			for (i = 0; i < RBULL_RACE_CLONES; i++)
				rbull_race_drop(&clones[i]);
		schedule_timeout_interruptible(race->clones % 4);
	}
	for (i = 0; i < RBULL_RACE_CLONES; i++)
		rbull_race_drop(&clones[i]);
	return error;
}

static void rbull_race_start(struct kunit *test, struct rbull_race *race)
{
	int (*const helpers[])(void *) = {
		rbull_eraser_thread, rbull_reader_thread, rbull_reader_thread,
	};
	unsigned int i;

	for (i = 0; i < RBULL_RACE_WRITERS; i++) {
		race->writers[i] = rbull_writers[i];
		race->writers[i].race = race;
		race->writers[i].task = kthread_run(rbull_writer_thread,
						    &race->writers[i],
						    "rbull_writer/%u", i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(race->writers[i].task));
	}
	for (i = 0; i < ARRAY_SIZE(helpers); i++) {
		race->helpers[i] = kthread_run(helpers[i], race,
					       "rbull_helper/%u", i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(race->helpers[i]));
	}
}

static void rbull_race_stop(struct kunit *test, struct rbull_race *race)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(race->helpers); i++)
		if (!IS_ERR(race->helpers[i]))
			kthread_stop(race->helpers[i]);
	for (i = 0; i < RBULL_RACE_WRITERS; i++) {
		struct rbull_writer *writer = &race->writers[i];

		if (!IS_ERR(writer->task))
			kthread_stop(writer->task);
		if (writer->error)
			KUNIT_FAIL(test, "%s: %s", writer->name, writer->error);
		KUNIT_EXPECT_GT(test, writer->done, RBULL_RACE_BLOCKS);
	}
	if (race->error)
		KUNIT_FAIL(test, "erase: %s", race->error);
}

/* Start with no data, or with huge leaves that the threads have to split. */
static void rbull_race_run(struct kunit *test, bool huge)
{
	struct rbull_race *race = kunit_kzalloc(test, sizeof(*race),
						GFP_KERNEL);
	u64 *block = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	void *zeroes = rbull_test_vmalloc(test, RBULL_RACE_SIZE);
	const char *error;
	u64 writes = 0;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, race);
	KUNIT_ASSERT_NOT_NULL(test, block);
	race->image = rbull_test_alloc(test, RBULL_RACE_SIZE);
	if (huge)
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_write(race->image, 0, zeroes,
						  RBULL_RACE_SIZE,
						  RBULL_TEST_WAIT));
	rbull_race_start(test, race);
	error = rbull_race_go(race, block);
	rbull_race_stop(test, race);
	if (error)
		KUNIT_FAIL(test, "%s", error);
	KUNIT_EXPECT_GT(test, race->clones, 0);
	for (i = 0; i < RBULL_RACE_WRITERS; i++)
		writes += race->writers[i].done;
	kunit_info(test, "%u clones, %llu writes\n", race->clones, writes);
	rbull_test_exact(test, race->image);
}

static void rbull_test_race_absent(struct kunit *test)
{
	rbull_race_run(test, false);
}

static void rbull_test_race_huge(struct kunit *test)
{
	rbull_race_run(test, true);
}

static struct kunit_case rbull_kunit_races_cases[] = {
	KUNIT_CASE_SLOW(rbull_test_race_absent),
	KUNIT_CASE_SLOW(rbull_test_race_huge),
	{}
};

struct kunit_suite rbull_kunit_races = {
	.name = "rbull_races",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_races_cases,
};
