// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data that was written is read back, erased data reads as zeroes, and nothing
 * else changes. This is tested at the edges of pages, leaves and the image,
 * where there is no data, in pages and in huge leaves, shared with a clone or
 * not.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "kunit_helpers.h"

/* Two leaves, and a part of a third. */
#define RBULL_TEST_SIZE		(2 * RBULL_TEST_LEAF + SZ_1M)

/**
 * struct rbull_situation - contents of an image before a test
 * @name: name for messages
 * @ground: the contents
 * @shared: they are shared with a clone
 */
struct rbull_situation {
	const char *name;
	enum rbull_ground ground;
	bool shared;
};

static const struct rbull_situation rbull_situations[] = {
	{ "absent", RBULL_GROUND_ABSENT, false },
	{ "pages", RBULL_GROUND_PAGES, false },
	{ "huge leaves", RBULL_GROUND_HUGE, false },
	{ "shared pages", RBULL_GROUND_PAGES, true },
	{ "shared huge leaves", RBULL_GROUND_HUGE, true },
};

static void rbull_situation_describe(const struct rbull_situation *situation,
				     char *to)
{
	strscpy(to, situation->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rbull_situation, rbull_situations, rbull_situation_describe);

/* The start, a page, leaves, the end. */
static const u64 rbull_edges[] = {
	0, SZ_1M, RBULL_TEST_LEAF, 2 * RBULL_TEST_LEAF, RBULL_TEST_SIZE,
};

static const int rbull_edge_offsets[] = {
	-4097, -4096, -513, -512, -1, 0, 1, 511, 512, 4095, 4096,
};

static const size_t rbull_edge_lengths[] = {
	1, 511, 512, 513, 4095, 4096, 4097, 8192, 65537,
	RBULL_TEST_LEAF - 1, RBULL_TEST_LEAF, RBULL_TEST_LEAF + 1,
	2 * RBULL_TEST_LEAF,
};

/* Check [pos, pos + len) and its surroundings. */
static void rbull_edge_check(struct kunit *test, struct rbull_mirror *mirror,
			     u64 pos, u64 len)
{
	u64 start = pos - min_t(u64, pos, 2 * PAGE_SIZE);
	u64 end = min_t(u64, pos + len + 2 * PAGE_SIZE, mirror->size);

	rbull_mirror_check(test, mirror, start, end - start);
}

/* Write or erase at a position that may be partly or wholly outside. */
static void rbull_edge_operate(struct kunit *test, struct rbull_mirror *mirror,
			       s64 pos, size_t len, bool erase, u32 seed)
{
	if (pos < 0 || pos >= mirror->size)
		return;
	len = min_t(u64, len, mirror->size - pos);
	if (erase)
		rbull_mirror_erase(test, mirror, pos, len,
				   seed & 1 ? RBULL_ERASE_WIPE :
				   RBULL_ERASE_FREE);
	else
		rbull_mirror_write(test, mirror, pos, len, seed);
	rbull_edge_check(test, mirror, pos, len);
}

static void rbull_edge_run(struct kunit *test, struct rbull_mirror *mirror,
			   s64 pos, bool erase)
{
	const struct rbull_situation *situation = test->param_value;
	struct rbull_mirror *clone = NULL;
	int i;

	rbull_mirror_ground(test, mirror, situation->ground, pos);
	if (situation->shared)
		clone = rbull_mirror_clone(test, mirror);
	for (i = 0; i < ARRAY_SIZE(rbull_edge_lengths); i++)
		rbull_edge_operate(test, mirror, pos, rbull_edge_lengths[i],
				   erase, i + 1);
	rbull_mirror_check_all(test, mirror);
	if (clone) {
		rbull_mirror_check_all(test, clone);
		rbull_mirror_free(test, clone);
	}
}

static void rbull_edges_run(struct kunit *test, bool erase)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, RBULL_TEST_SIZE);
	int i, j;

	for (i = 0; i < ARRAY_SIZE(rbull_edges); i++)
		for (j = 0; j < ARRAY_SIZE(rbull_edge_offsets); j++)
			rbull_edge_run(test, mirror, rbull_edges[i] +
				       rbull_edge_offsets[j], erase);
	rbull_test_exact(test, mirror->image);
}

static void rbull_test_writes(struct kunit *test)
{
	rbull_edges_run(test, false);
}

static void rbull_test_erases(struct kunit *test)
{
	rbull_edges_run(test, true);
}

/* A new image is all zeroes, up to its last byte. */
static void rbull_test_new(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, RBULL_TEST_SIZE);

	rbull_mirror_check_all(test, mirror);
	rbull_mirror_check(test, mirror, 1, RBULL_TEST_SIZE - 1);
	rbull_mirror_check(test, mirror, RBULL_TEST_SIZE - 1, 1);
	rbull_test_used(test, 0);
}

/* Sizes that are less than a leaf, or end within a page. */
static void rbull_test_sizes(struct kunit *test)
{
	static const u64 sizes[] = {
		512, 4096, 4608, SZ_1M, RBULL_TEST_LEAF - 512,
		RBULL_TEST_LEAF, RBULL_TEST_LEAF + 512,
		RBULL_TEST_LEAF + 4096,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct rbull_mirror *mirror;

		mirror = rbull_mirror_alloc(test, sizes[i]);
		rbull_mirror_write(test, mirror, sizes[i] - 512, 512, 1);
		rbull_mirror_check_all(test, mirror);
		rbull_mirror_write(test, mirror, 0, sizes[i], 2);
		rbull_mirror_check_all(test, mirror);
		rbull_mirror_erase(test, mirror, sizes[i] - 512, 512,
				   RBULL_ERASE_FREE);
		rbull_mirror_check_all(test, mirror);
		rbull_mirror_erase(test, mirror, 0, sizes[i], RBULL_ERASE_FREE);
		rbull_mirror_check_all(test, mirror);
		rbull_mirror_free(test, mirror);
		rbull_test_used(test, 0);
	}
}

/* Zeroing in place keeps the memory there is, and allocates no other. */
static void rbull_test_zeroes(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, RBULL_TEST_SIZE);
	const u64 len = mirror->size - 3 * 512;
	int ground;

	for (ground = 0; ground < RBULL_GROUND_NR; ground++) {
		struct rbull_mirror *clone;
		unsigned long pages;

		rbull_mirror_ground(test, mirror, ground, 7 * ground);
		pages = rbull_image_pages(mirror->image);
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_zero(mirror->image, 512, len,
						 RBULL_TEST_WAIT));
		memset(mirror->bytes + 512, 0, len);
		rbull_mirror_check_all(test, mirror);
		KUNIT_EXPECT_EQ(test, pages, rbull_image_pages(mirror->image));

		rbull_mirror_ground(test, mirror, ground, 9 * ground);
		clone = rbull_mirror_clone(test, mirror);
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_zero(mirror->image, 512, len,
						 RBULL_TEST_WAIT));
		memset(mirror->bytes + 512, 0, len);
		rbull_mirror_check_all(test, mirror);
		rbull_mirror_check_all(test, clone);
		rbull_mirror_free(test, clone);
	}
}

/* Operations that must not sleep; the kernel complains if they try to. */
static void rbull_test_atomic(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, RBULL_TEST_SIZE);
	static const size_t lengths[] = { 512, PAGE_SIZE, RBULL_TEST_LEAF };
	int i, err;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		u64 pos = RBULL_TEST_LEAF - lengths[i] / 2;
		const u8 *data = rbull_test_data(i);

		preempt_disable();
		rcu_read_lock();
		err = rbull_image_write(mirror->image, pos, data, lengths[i],
					RBULL_TEST_NOWAIT);
		rcu_read_unlock();
		preempt_enable();
		KUNIT_ASSERT_EQ(test, err, 0);
		memcpy(mirror->bytes + pos, data, lengths[i]);
		rbull_mirror_check_all(test, mirror);

		preempt_disable();
		rcu_read_lock();
		err = rbull_image_erase(mirror->image, pos, lengths[i] / 2,
					RBULL_ERASE_FREE, RBULL_TEST_NOWAIT);
		KUNIT_EXPECT_EQ(test, -EAGAIN,
				rbull_image_erase(mirror->image, pos,
						  lengths[i], RBULL_ERASE_WIPE,
						  RBULL_TEST_NOWAIT));
		rcu_read_unlock();
		preempt_enable();
		KUNIT_ASSERT_EQ(test, err, 0);
		memset(mirror->bytes + pos, 0, lengths[i] / 2);
		rbull_mirror_check_all(test, mirror);
	}
}

static struct kunit_case rbull_kunit_contents_cases[] = {
	KUNIT_CASE(rbull_test_new),
	KUNIT_CASE(rbull_test_sizes),
	KUNIT_CASE_PARAM(rbull_test_writes, rbull_situation_gen_params),
	KUNIT_CASE_PARAM(rbull_test_erases, rbull_situation_gen_params),
	KUNIT_CASE(rbull_test_zeroes),
	KUNIT_CASE(rbull_test_atomic),
	{}
};

struct kunit_suite rbull_kunit_contents = {
	.name = "rbull_contents",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_contents_cases,
};
