// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is being returned: it is charged until it is freed, and a writer
 * that needs it waits for it. A secure erase overwrites memory before it
 * returns.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "image/tree.h"
#include "kunit_helpers.h"

#define RBULL_RETURNS_ROUNDS	20
#define RBULL_RETURNS_PIECE	SZ_4M
/* Free memory that the rest of the kernel may take meanwhile. Pages. */
#define RBULL_RETURNS_SLOP	(SZ_8M / PAGE_SIZE)
#define RBULL_RETURNS_CLONERS	4

/**
 * enum rbull_bound - limits that keep an image from taking more memory
 * @RBULL_BOUND_ALL: the limit of all images
 * @RBULL_BOUND_OWN: the image's own limit
 * @RBULL_BOUND_NR: number of limits
 */
enum rbull_bound {
	RBULL_BOUND_ALL,
	RBULL_BOUND_OWN,
	RBULL_BOUND_NR,
};

static const int rbull_bounds[RBULL_BOUND_NR] = {
	RBULL_BOUND_ALL, RBULL_BOUND_OWN,
};

static void rbull_bound_describe(const int *bound, char *to)
{
	strscpy(to, *bound == RBULL_BOUND_ALL ? "the limit of all" :
						"a limit of its own",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rbull_bound, rbull_bounds, rbull_bound_describe);

static void rbull_returns_limit(struct kunit *test, struct rbull_image *image,
				u64 limit_mb)
{
	if (*(const int *)test->param_value == RBULL_BOUND_ALL)
		rbull_test_limit(test, limit_mb);
	else
		rbull_image_set_limit(image, limit_mb << 20);
}

static int rbull_returns_fill(struct rbull_image *image, u64 size)
{
	int err = 0;
	u64 pos;

	for (pos = 0; !err && pos < size; pos += RBULL_RETURNS_PIECE)
		err = rbull_test_write(image, pos, rbull_test_data(pos >> 12),
				       RBULL_RETURNS_PIECE);
	return err;
}

/* Memory of an image that was just freed is available to the next one. */
static void rbull_test_after_free(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_16M), *next;
	int i;

	rbull_returns_limit(test, image, 17);
	for (i = 0; i < RBULL_RETURNS_ROUNDS; i++) {
		KUNIT_ASSERT_EQ(test, 0, rbull_returns_fill(image, SZ_16M));
		next = rbull_test_alloc_like(test, image);
		rbull_test_free(test, image);
		image = next;
	}
	rbull_test_exact(test, image);
}

/* Memory that was just erased is available, too. */
static void rbull_test_after_erase(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_16M);
	int i;

	rbull_returns_limit(test, image, 9);
	for (i = 0; i < RBULL_RETURNS_ROUNDS; i++) {
		u64 pos = i % 2 * SZ_8M;

		KUNIT_ASSERT_EQ(test, 0, rbull_returns_fill(image, SZ_8M));
		KUNIT_ASSERT_EQ(test, 0, rbull_image_erase(image, 0, SZ_8M,
							   RBULL_ERASE_FREE,
							   RBULL_TEST_WAIT));
		KUNIT_ASSERT_EQ(test, 0,
				rbull_test_write(image, pos, rbull_test_data(i),
						 RBULL_RETURNS_PIECE));
		KUNIT_ASSERT_EQ(test, 0, rbull_image_erase(image, 0, SZ_16M,
							   RBULL_ERASE_FREE,
							   RBULL_TEST_WAIT));
	}
	rbull_test_exact(test, image);
}

/* Populating an image waits for memory, too. */
static void rbull_test_after_free_populate(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_16M), *next;
	int i;

	rbull_returns_limit(test, image, 17);
	for (i = 0; i < RBULL_RETURNS_ROUNDS; i++) {
		KUNIT_ASSERT_EQ(test, 0, rbull_image_populate(image, SZ_16M));
		next = rbull_test_alloc_like(test, image);
		rbull_test_free(test, image);
		image = next;
	}
}

static unsigned long rbull_returns_free_pages(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return info.freeram;
}

/* However fast memory is taken and given back, the limit bounds RAM use. */
static void rbull_test_limit_is_ram(struct kunit *test)
{
	const unsigned long limit = SZ_32M / PAGE_SIZE;
	struct rbull_image *image = rbull_test_alloc(test, SZ_8M);
	unsigned long before = rbull_returns_free_pages(), least = before;
	int i;

	rbull_returns_limit(test, image, 32);
	for (i = 0; i < 10 * RBULL_RETURNS_ROUNDS; i++) {
		KUNIT_ASSERT_EQ(test, 0, rbull_returns_fill(image, SZ_8M));
		KUNIT_ASSERT_EQ(test, 0, rbull_image_erase(image, 0, SZ_8M,
							   RBULL_ERASE_FREE,
							   RBULL_TEST_WAIT));
		least = min(least, rbull_returns_free_pages());
	}
	KUNIT_EXPECT_LE(test, before - least, limit + RBULL_RETURNS_SLOP);
}

/* If no memory is being returned, writes fail without waiting. */
static void rbull_test_no_hope(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, 1ULL << 40);
	u64 pos;
	int i;

	rbull_returns_limit(test, image, 8);
	KUNIT_ASSERT_EQ(test, 0, rbull_returns_fill(image, SZ_4M));
	for (pos = SZ_4M; pos < SZ_16M; pos += SZ_4K)
		if (rbull_test_write(image, pos, rbull_test_data(1), SZ_4K))
			break;
	KUNIT_ASSERT_LT(test, pos, SZ_16M);
	/* Nodes that a failed attempt adds and removes must not count. */
	for (i = 0; i < RBULL_RETURNS_ROUNDS; i++)
		KUNIT_EXPECT_EQ(test, -ENOSPC,
				rbull_image_write(image, (u64)(i + 1) << 32,
						  rbull_test_data(1), SZ_4K,
						  RBULL_TEST_NOWAIT));
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rbull_image_write(image, 1ULL << 32, rbull_test_data(1),
					  SZ_4K, RBULL_TEST_WAIT));
}

/* Return: how many bytes could be written from @pos on, page by page. */
static u64 rbull_returns_until_full(struct rbull_image *image, u64 pos,
				    gfp_t gfp)
{
	u64 start = pos;

	while (!rbull_image_write(image, pos, rbull_test_data(1), SZ_4K, gfp))
		pos += SZ_4K;
	return pos - start;
}

/* Other writes get the whole limit. Those with slack get 1/64 on top. */
static void rbull_test_slack(struct kunit *test)
{
	const gfp_t slack = RBULL_TEST_WAIT | RBULL_GFP_SLACK;
	struct rbull_image *image = rbull_test_alloc(test, SZ_64M);
	u64 end, more;

	rbull_returns_limit(test, image, 32);
	end = rbull_returns_until_full(image, 0, RBULL_TEST_WAIT);
	KUNIT_EXPECT_GE(test, end, SZ_32M - SZ_256K);
	KUNIT_EXPECT_LE(test, end, SZ_32M);
	more = rbull_returns_until_full(image, end, slack);
	KUNIT_EXPECT_GE(test, more, SZ_512K - SZ_16K);
	KUNIT_EXPECT_LE(test, more, SZ_512K + SZ_2M);
	KUNIT_EXPECT_LE(test, rbull_memory_used(),
			(SZ_32M + SZ_512K) / PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rbull_image_write(image, SZ_64M - SZ_4K,
					  rbull_test_data(1), SZ_4K,
					  RBULL_TEST_WAIT));
	rbull_test_exact(test, image);
}

/* Get the page at @pos, and keep it from being freed. */
static struct page *rbull_returns_hold(struct kunit *test,
				       struct rbull_image *image, u64 pos)
{
	unsigned long span, flags;
	struct page *page;
	void *address;

	rcu_read_lock_sched();
	address = rbull_tree_find(image, pos, &span, &flags);
	page = address ? virt_to_page(address) : NULL;
	if (page)
		get_page(page);
	rcu_read_unlock_sched();
	KUNIT_ASSERT_NOT_NULL(test, page);
	return page;
}

static void rbull_returns_wiped(struct kunit *test, struct page *page,
				size_t from, size_t len)
{
	KUNIT_EXPECT_TRUE(test, !memchr_inv(page_address(page) + from, 0, len));
	put_page(page);
}

static void rbull_returns_secure(struct kunit *test, struct rbull_image *image,
				 u64 pos, u64 len)
{
	KUNIT_ASSERT_EQ(test, 0, rbull_image_erase(image, pos, len,
						   RBULL_ERASE_WIPE,
						   RBULL_TEST_WAIT));
}

/* No old data is left in memory when a secure erase returns. */
static void rbull_test_secure(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, SZ_8M);
	struct page *huge, *page;

	rbull_mirror_ground(test, mirror, RBULL_GROUND_HUGE, 1);
	huge = rbull_returns_hold(test, mirror->image, SZ_4M);
	rbull_returns_secure(test, mirror->image, SZ_4M, RBULL_TEST_LEAF);
	rbull_returns_wiped(test, huge, 0, PAGE_SIZE);
	/* After a split, pages of a huge block are erased one by one. */
	rbull_mirror_erase(test, mirror, SZ_1M, SZ_4K, RBULL_ERASE_FREE);
	page = rbull_returns_hold(test, mirror->image, SZ_64K);
	rbull_returns_secure(test, mirror->image, SZ_64K - 512, SZ_64K);
	rbull_returns_wiped(test, page, 0, PAGE_SIZE);
	memset(mirror->bytes + SZ_4M, 0, RBULL_TEST_LEAF);
	memset(mirror->bytes + SZ_64K - 512, 0, SZ_64K);
	rbull_mirror_check_all(test, mirror);
	rbull_test_exact(test, mirror->image);
}

/* Secure erase of shared data: also wipe what others no longer share. */
static void rbull_test_secure_shared(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, SZ_8M);
	struct rbull_mirror *clone;
	struct page *page, *part, *kept;

	rbull_mirror_ground(test, mirror, RBULL_GROUND_PAGES, 1);
	clone = rbull_mirror_clone(test, mirror);
	/* The clone drops this page; the image still may not write to it. */
	part = rbull_returns_hold(test, mirror->image, SZ_4K);
	rbull_mirror_erase(test, clone, SZ_4K, SZ_4K, RBULL_ERASE_FREE);
	rbull_mirror_erase(test, mirror, SZ_4K + 512, 1024, RBULL_ERASE_WIPE);
	rbull_returns_wiped(test, part, 0, PAGE_SIZE);
	/* Pages that the clone still has are neither freed nor overwritten. */
	kept = rbull_returns_hold(test, mirror->image, SZ_2M);
	rbull_mirror_erase(test, mirror, SZ_2M, SZ_2M, RBULL_ERASE_WIPE);
	rbull_mirror_check_all(test, clone);
	rbull_mirror_check_all(test, mirror);
	put_page(kept);
	/* Pages of a clone that was freed before are overwritten. */
	page = rbull_returns_hold(test, mirror->image, SZ_4M);
	rbull_mirror_free(test, clone);
	rbull_mirror_erase(test, mirror, 0, SZ_8M, RBULL_ERASE_WIPE);
	rbull_returns_wiped(test, page, 0, PAGE_SIZE);
	rbull_test_used(test, 0);
}

static int rbull_cloner_thread(void *arg)
{
	struct rbull_image *image = arg;

	while (!kthread_should_stop()) {
		struct rbull_image *clone = rbull_image_clone(image);

		if (!IS_ERR(clone))
			rbull_image_free(clone);
		cond_resched();
	}
	return 0;
}

/* However fast clones are made, a writer that must copy gets its turn. */
static void rbull_test_turns(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_2M);
	struct task_struct *cloners[RBULL_RETURNS_CLONERS];
	unsigned long start = jiffies;
	int i, done = 0;

	rbull_test_clone(test, image);
	KUNIT_ASSERT_EQ(test, 0, rbull_returns_fill(image, SZ_4K));
	for (i = 0; i < RBULL_RETURNS_CLONERS; i++)
		cloners[i] = kthread_run(rbull_cloner_thread, image,
					 "rbull_cloner/%d", i);
	while (done < 10 * RBULL_RETURNS_ROUNDS &&
	       time_before(jiffies, start + 30 * HZ)) {
		KUNIT_EXPECT_EQ(test, 0,
				rbull_test_write(image, 512,
						 rbull_test_data(done), 512));
		done++;
	}
	for (i = 0; i < RBULL_RETURNS_CLONERS; i++)
		if (!IS_ERR(cloners[i]))
			kthread_stop(cloners[i]);
	KUNIT_EXPECT_EQ(test, done, 10 * RBULL_RETURNS_ROUNDS);
	kunit_info(test, "%d writes in %u ms\n", done,
		   jiffies_to_msecs(jiffies - start));
}

/* Make one clone, which is freed at once. */
static int rbull_one_clone_thread(void *arg)
{
	struct rbull_image *clone = rbull_image_clone(arg);

	if (!IS_ERR(clone))
		rbull_image_free(clone);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return PTR_ERR_OR_ZERO(clone);
}

/* As if a writer was waiting until a clone has been made. */
static void rbull_returns_wait_for_clone(struct rbull_image *image, int more)
{
	struct rbull_family *family = image->family;

	spin_lock(&family->lock);
	family->nr_waiting += more;
	spin_unlock(&family->lock);
	wake_up_all(&family->cloned);
}

/* A clone does not go before writers that wait, however long they take. */
static void rbull_test_turns_order(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_2M);
	struct task_struct *cloner;
	int i;

	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(image, 0, rbull_test_data(1),
						  SZ_4K));
	rbull_returns_wait_for_clone(image, 1);
	cloner = kthread_run(rbull_one_clone_thread, image, "rbull_cloner");
	for (i = 0; i < 30 && !IS_ERR(cloner); i++) {
		schedule_timeout_uninterruptible(HZ / 10);
		if (READ_ONCE(image->root) & RBULL_ENTRY_SHARED)
			break;
	}
	KUNIT_EXPECT_EQ(test, i, 30);
	rbull_returns_wait_for_clone(image, -1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(cloner));
	KUNIT_EXPECT_EQ(test, 0, kthread_stop(cloner));
}

/**
 * struct rbull_returns_writer - a write that has to wait for memory
 * @image: the image
 * @done: the write has ended
 * @err: its result
 */
struct rbull_returns_writer {
	struct rbull_image *image;
	bool done;
	int err;
};

static int rbull_returns_writer_thread(void *arg)
{
	struct rbull_returns_writer *writer = arg;

	writer->err = rbull_image_write(writer->image, 512, rbull_test_data(1),
					512, RBULL_TEST_WAIT);
	WRITE_ONCE(writer->done, true);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Leave room for a node, but not for a page, and promise more memory. */
static void rbull_returns_narrow(struct rbull_image *image, int promised)
{
	struct rbull_family *family = image->family;

	spin_lock(&family->lock);
	family->returning += promised;
	family->limit = promised > 0 ? family->pages + family->nodes + 1 :
				       ULONG_MAX;
	spin_unlock(&family->lock);
	rbull_memory_announce();
}

/* Return: how many clones could be made while a writer waited for memory. */
static int rbull_returns_clones_meanwhile(struct kunit *test,
					  struct rbull_image *image)
{
	struct rbull_returns_writer writer = { .image = image };
	struct task_struct *task, *cloner;
	unsigned long end;
	int clones = 0;

	rbull_returns_narrow(image, 1);
	cloner = kthread_run(rbull_cloner_thread, image, "rbull_cloner");
	task = kthread_run(rbull_returns_writer_thread, &writer,
			   "rbull_writer");
	end = jiffies + HZ;
	while (time_before(jiffies, end)) {
		struct rbull_image *clone = rbull_image_clone(image);

		if (!IS_ERR(clone))
			rbull_image_free(clone);
		clones++;
		schedule_timeout_uninterruptible(1);
	}
	KUNIT_EXPECT_FALSE(test, READ_ONCE(writer.done));
	rbull_returns_narrow(image, -1);
	if (!IS_ERR(cloner))
		kthread_stop(cloner);
	if (!IS_ERR(task))
		kthread_stop(task);
	KUNIT_EXPECT_EQ(test, 0, writer.err);
	return clones;
}

/* A writer that waits for memory holds up no clones. */
static void rbull_test_turns_memory(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_2M);
	int i;

	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(image, 0, rbull_test_data(2),
						  SZ_4K));
	for (i = 0; i < RBULL_RETURNS_ROUNDS / 2; i++) {
		/* As long as it exists, writers must copy, and free nothing. */
		rbull_test_clone(test, image);
		KUNIT_EXPECT_GE(test, rbull_returns_clones_meanwhile(test, image),
				5);
	}
}

static struct kunit_case rbull_kunit_returns_cases[] = {
	KUNIT_CASE_PARAM(rbull_test_after_free, rbull_bound_gen_params),
	KUNIT_CASE_PARAM(rbull_test_after_erase, rbull_bound_gen_params),
	KUNIT_CASE_PARAM(rbull_test_after_free_populate, rbull_bound_gen_params),
	KUNIT_CASE_PARAM(rbull_test_limit_is_ram, rbull_bound_gen_params),
	KUNIT_CASE_PARAM(rbull_test_no_hope, rbull_bound_gen_params),
	KUNIT_CASE_PARAM(rbull_test_slack, rbull_bound_gen_params),
	KUNIT_CASE(rbull_test_secure),
	KUNIT_CASE(rbull_test_secure_shared),
	KUNIT_CASE(rbull_test_turns),
	KUNIT_CASE_SLOW(rbull_test_turns_order),
	KUNIT_CASE_SLOW(rbull_test_turns_memory),
	{}
};

struct kunit_suite rbull_kunit_returns = {
	.name = "rbull_returns",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_returns_cases,
};
