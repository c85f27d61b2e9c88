// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory: the right amount is taken, all of it is given back and counted
 * exactly, and the limit holds.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/prandom.h>

#include "kunit_helpers.h"

#define RBULL_TEST_FILL		SZ_64M
#define RBULL_TEST_FILL_PAGES	(RBULL_TEST_FILL / PAGE_SIZE)

static const size_t rbull_fill_chunks[] = {
	SZ_4K, SZ_64K, SZ_1M, RBULL_TEST_MAX_LEN,
};

static void rbull_fill_describe(const size_t *chunk, char *to)
{
	snprintf(to, KUNIT_PARAM_DESC_SIZE, "%zu KiB at a time", *chunk / SZ_1K);
}

KUNIT_ARRAY_PARAM(rbull_fill, rbull_fill_chunks, rbull_fill_describe);

/* Sequential writes make huge leaves, which need almost no nodes. */
static void rbull_test_sequential(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, RBULL_TEST_FILL);
	size_t chunk = *(const size_t *)test->param_value;
	u64 pos;

	for (pos = 0; pos < RBULL_TEST_FILL; pos += chunk)
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_write(image, pos,
						  rbull_test_data(div_u64(pos, chunk)),
						  min(chunk,
						      RBULL_TEST_FILL - pos),
						  RBULL_TEST_WAIT));
	KUNIT_EXPECT_EQ(test, rbull_image_pages(image), RBULL_TEST_FILL_PAGES);
	/* Fewer nodes than a table for every fourth leaf: most are huge. */
	KUNIT_EXPECT_LT(test, rbull_image_nodes(image),
			RBULL_TEST_FILL / RBULL_TEST_LEAF / 4);
	KUNIT_EXPECT_LE(test, rbull_image_nodes(image) * 1000,
			RBULL_TEST_FILL_PAGES * 3);
	rbull_test_exact(test, image);
}

/* Fill every page of 16 MiB, in random order. */
static void rbull_test_random_fill(struct kunit *test)
{
	const u32 nr = SZ_16M / PAGE_SIZE;
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, SZ_16M);
	u32 *order = rbull_test_vmalloc(test, nr * sizeof(*order));
	struct rnd_state state;
	u32 i, j;

	prandom_seed_state(&state, 2);
	for (i = 0; i < nr; i++) {
		j = prandom_u32_state(&state) % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	for (i = 0; i < nr; i++)
		rbull_mirror_write(test, mirror, order[i] * PAGE_SIZE,
				   PAGE_SIZE, i);
	rbull_mirror_check_all(test, mirror);
	KUNIT_EXPECT_EQ(test, rbull_image_pages(mirror->image), nr);
	KUNIT_EXPECT_LE(test, rbull_image_nodes(mirror->image) * 100, nr);
	rbull_test_exact(test, mirror->image);
	/* Erase all, in the same order. */
	for (i = 0; i < nr; i++) {
		rbull_mirror_erase(test, mirror, order[i] * PAGE_SIZE,
				   PAGE_SIZE, RBULL_ERASE_FREE);
		if (rbull_image_pages(mirror->image) != nr - i - 1)
			break;
	}
	KUNIT_EXPECT_EQ(test, i, nr);
	rbull_mirror_check_all(test, mirror);
	rbull_test_used(test, 0);
}

/* A small write takes a page, not a leaf. */
static void rbull_test_scattered(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, RBULL_TEST_FILL);
	u64 pos;

	for (pos = 12 * SZ_1K; pos < RBULL_TEST_FILL; pos += RBULL_TEST_LEAF)
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_write(image, pos,
						  rbull_test_data(1), 512,
						  RBULL_TEST_WAIT));
	KUNIT_EXPECT_EQ(test, rbull_image_pages(image),
			RBULL_TEST_FILL / RBULL_TEST_LEAF);
	rbull_test_exact(test, image);
}

/* A part of a huge leaf is given back exactly, page by page. */
static void rbull_test_part_of_huge(struct kunit *test)
{
	struct rbull_mirror *mirror;
	struct rbull_image *image;
	unsigned long pages;

	mirror = rbull_mirror_alloc(test, 3 * RBULL_TEST_LEAF);
	image = mirror->image;
	rbull_mirror_ground(test, mirror, RBULL_GROUND_HUGE, 1);
	pages = rbull_image_pages(image);
	KUNIT_EXPECT_EQ(test, pages, 3 * RBULL_TEST_LEAF_PAGES);
	/* In the second leaf, 253 whole pages and parts of two. */
	rbull_mirror_erase(test, mirror, RBULL_TEST_LEAF + 2 * PAGE_SIZE + 100,
			   254 * PAGE_SIZE, RBULL_ERASE_FREE);
	KUNIT_EXPECT_EQ(test, rbull_image_pages(image), pages - 253);
	rbull_test_exact(test, image);
	rbull_mirror_check_all(test, mirror);
	/* Writing to them takes them again. */
	rbull_mirror_write(test, mirror, RBULL_TEST_LEAF, RBULL_TEST_LEAF, 2);
	KUNIT_EXPECT_EQ(test, rbull_image_pages(image), pages);
	rbull_mirror_check_all(test, mirror);
	/* The end of the first leaf, the second, the start of the third. */
	rbull_mirror_erase(test, mirror, RBULL_TEST_LEAF - PAGE_SIZE,
			   RBULL_TEST_LEAF + 2 * PAGE_SIZE, RBULL_ERASE_WIPE);
	KUNIT_EXPECT_EQ(test, rbull_image_pages(image),
			2 * RBULL_TEST_LEAF_PAGES - 2);
	rbull_mirror_check_all(test, mirror);
	rbull_test_exact(test, image);
	rbull_mirror_erase(test, mirror, 0, mirror->size, RBULL_ERASE_FREE);
	KUNIT_EXPECT_EQ(test, rbull_image_pages(image), 0);
	rbull_mirror_check_all(test, mirror);
	rbull_test_used(test, 0);
}

/* Erasing takes no memory where there is no data, at any position. */
static void rbull_test_absent(struct kunit *test)
{
	static const u64 sizes[] = { SZ_1M, SZ_8M, 1ULL << 40, S64_MAX };
	unsigned long used;
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u64 size = round_down(sizes[i], SZ_1M);
		struct rbull_image *image = rbull_test_alloc(test, size);

		KUNIT_EXPECT_EQ(test, 0, rbull_image_erase(image, 0, size,
							   RBULL_ERASE_FREE,
							   RBULL_TEST_WAIT));
		KUNIT_EXPECT_EQ(test, 0, rbull_image_erase(image, 513, SZ_64K,
							   RBULL_ERASE_FREE,
							   RBULL_TEST_NOWAIT));
		KUNIT_EXPECT_EQ(test, 0, rbull_image_erase(image, 513, SZ_64K,
							   RBULL_ERASE_WIPE,
							   RBULL_TEST_WAIT));
		rbull_test_used(test, 0);
		/* The same next to data. */
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_write(image, SZ_64K,
						  rbull_test_data(1), 512,
						  RBULL_TEST_WAIT));
		used = rbull_memory_used();
		KUNIT_EXPECT_EQ(test, 0, rbull_image_erase(image, SZ_64K + SZ_4K,
							   SZ_64K,
							   RBULL_ERASE_FREE,
							   RBULL_TEST_WAIT));
		KUNIT_EXPECT_EQ(test, 0, rbull_image_erase(image, 0, SZ_64K,
							   RBULL_ERASE_FREE,
							   RBULL_TEST_WAIT));
		rbull_test_used(test, used);
		rbull_test_free(test, image);
		rbull_test_used(test, 0);
	}
}

/* Write @len bytes at a time until a write fails. Return: its position. */
static u64 rbull_test_until_full(struct kunit *test,
				 struct rbull_mirror *mirror, size_t len,
				 int expected)
{
	u64 pos;
	int err;

	for (pos = 0; pos < mirror->size; pos += len) {
		err = rbull_image_write(mirror->image, pos,
					rbull_test_data(div_u64(pos, len)), len,
					RBULL_TEST_WAIT);
		if (err)
			break;
		memcpy(mirror->bytes + pos, rbull_test_data(div_u64(pos, len)), len);
	}
	KUNIT_EXPECT_EQ(test, err, expected);
	return pos;
}

/* The limit is exact, nothing is lost at it, and erasing makes room again. */
static void rbull_test_limit_reached(struct kunit *test)
{
	const unsigned long limit = SZ_8M / PAGE_SIZE;
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, SZ_16M);
	struct rbull_image *image = mirror->image;
	u64 end;

	rbull_test_limit(test, 8);
	end = rbull_test_until_full(test, mirror, PAGE_SIZE, -ENOSPC);
	/* When a huge leaf does not fit any more, pages fill the rest. */
	KUNIT_EXPECT_EQ(test, rbull_memory_used(), limit);
	KUNIT_EXPECT_EQ(test, rbull_image_pages(image), end / PAGE_SIZE);
	rbull_mirror_check_all(test, mirror);
	/* Existing data can be overwritten. */
	rbull_mirror_write(test, mirror, 100, end - 200, 7);
	rbull_mirror_check_all(test, mirror);
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rbull_image_write(image, SZ_16M - SZ_4K,
					  rbull_test_data(1), SZ_4K,
					  RBULL_TEST_NOWAIT));
	/* Pages that are given back, even of a huge leaf, can be used again. */
	rbull_mirror_erase(test, mirror, SZ_4K, SZ_64K, RBULL_ERASE_FREE);
	KUNIT_EXPECT_LT(test, rbull_memory_used(), limit);
	rbull_mirror_write(test, mirror, SZ_4K, SZ_32K, 3);
	rbull_mirror_check_all(test, mirror);
	rbull_test_exact(test, image);
	rbull_mirror_erase(test, mirror, 0, SZ_16M, RBULL_ERASE_FREE);
	rbull_test_used(test, 0);
	end = rbull_test_until_full(test, mirror, SZ_1M, -ENOSPC);
	KUNIT_EXPECT_GE(test, end, 7 * SZ_1M);
	KUNIT_EXPECT_LE(test, rbull_memory_used(), limit);
	rbull_mirror_check(test, mirror, 0, end);
	rbull_test_exact(test, image);
}

static void rbull_test_limit_shared(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, SZ_16M);
	struct rbull_mirror *clone;
	u64 end;

	rbull_test_limit(test, 8);
	end = rbull_test_until_full(test, mirror, SZ_4K, -ENOSPC);
	clone = rbull_mirror_clone(test, mirror);
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rbull_image_write(clone->image, SZ_1M,
					  rbull_test_data(1), SZ_4K,
					  RBULL_TEST_WAIT));
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rbull_image_write(mirror->image, end - SZ_4K,
					  rbull_test_data(1), 512,
					  RBULL_TEST_WAIT));
	rbull_mirror_check_all(test, mirror);
	rbull_mirror_check_all(test, clone);
	KUNIT_EXPECT_LE(test, rbull_memory_used(), SZ_8M / PAGE_SIZE);
	rbull_test_exact(test, mirror->image);
	/* Freeing one of the two images makes room for the other one. */
	rbull_mirror_free(test, clone);
	rbull_test_left(test, mirror->image, 1);
	rbull_test_exact(test, mirror->image);
	rbull_mirror_write(test, mirror, 0, end, 5);
	rbull_mirror_check_all(test, mirror);
}

static void rbull_test_populate(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, 5 * SZ_1M);
	struct rbull_image *image = mirror->image;
	unsigned long used;

	rbull_mirror_write(test, mirror, SZ_1M + 5, 512, 1);
	KUNIT_EXPECT_EQ(test, 0, rbull_image_populate(image, 3 * SZ_1M));
	rbull_mirror_check_all(test, mirror);
	KUNIT_EXPECT_GE(test, rbull_image_pages(image), 3 * SZ_1M / PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, 0, rbull_image_populate(image, 5 * SZ_1M));
	KUNIT_EXPECT_EQ(test, rbull_image_pages(image), 5 * SZ_1M / PAGE_SIZE);
	rbull_mirror_check_all(test, mirror);
	rbull_test_exact(test, image);
	/* A populated image needs no more memory for writes. */
	used = rbull_memory_used();
	rbull_mirror_write(test, mirror, 0, 5 * SZ_1M, 2);
	rbull_mirror_check_all(test, mirror);
	KUNIT_EXPECT_EQ(test, rbull_memory_used(), used);
}

static void rbull_test_populate_limit(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, SZ_16M);

	rbull_test_limit(test, 5);
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rbull_image_populate(mirror->image, SZ_16M));
	KUNIT_EXPECT_LE(test, rbull_memory_used(), 5 * SZ_1M / PAGE_SIZE);
	rbull_mirror_check_all(test, mirror);
	rbull_test_exact(test, mirror->image);
}

/* Scattered blocks in an image larger than the RAM of any machine. */
static void rbull_test_sparse(struct kunit *test)
{
	static const u64 sizes[] = { 1ULL << 40, S64_MAX - SZ_1M + 1 };
	u8 *block = kunit_kmalloc(test, 512, GFP_KERNEL);
	u64 end = sizes[*(const int *)test->param_value];
	struct rbull_image *image = rbull_test_alloc(test, end);
	u32 nr = 0;
	u64 pos;

	KUNIT_ASSERT_NOT_NULL(test, block);
	/* 0, 512, 1536, 3584 ... and at the same distances from the end */
	for (pos = 0; pos < end / 2; pos = 2 * pos + 512, nr++) {
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_write(image, pos,
						  rbull_test_data(2 * nr), 512,
						  RBULL_TEST_WAIT));
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_write(image, end - 512 - pos,
						  rbull_test_data(2 * nr + 1),
						  512, RBULL_TEST_WAIT));
	}
	KUNIT_EXPECT_LE(test, rbull_image_pages(image), 2 * nr);
	KUNIT_EXPECT_LE(test, rbull_image_nodes(image), 2 * nr * 6);
	rbull_test_exact(test, image);
	for (pos = 0, nr = 0; pos < end / 2; pos = 2 * pos + 512, nr++) {
		rbull_image_read(image, pos, block, 512);
		KUNIT_EXPECT_MEMEQ(test, block, rbull_test_data(2 * nr), 512);
		rbull_image_read(image, end - 512 - pos, block, 512);
		KUNIT_EXPECT_MEMEQ(test, block, rbull_test_data(2 * nr + 1),
				   512);
	}
	/* Lower half first, then all. Time depends on the data only. */
	KUNIT_EXPECT_EQ(test, 0, rbull_image_erase(image, 0, end / 2,
						   RBULL_ERASE_FREE,
						   RBULL_TEST_WAIT));
	rbull_image_read(image, 512, block, 512);
	KUNIT_EXPECT_TRUE(test, !memchr_inv(block, 0, 512));
	rbull_image_read(image, end - 512, block, 512);
	KUNIT_EXPECT_MEMEQ(test, block, rbull_test_data(1), 512);
	rbull_test_exact(test, image);
	KUNIT_EXPECT_EQ(test, 0, rbull_image_erase(image, 0, end,
						   RBULL_ERASE_FREE,
						   RBULL_TEST_WAIT));
	rbull_test_used(test, 0);
}

static const int rbull_sparse_sizes[] = { 0, 1 };

static void rbull_sparse_describe(const int *which, char *to)
{
	strscpy(to, *which ? "8 EiB - 1 MiB" : "1 TiB", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rbull_sparse, rbull_sparse_sizes, rbull_sparse_describe);

static struct kunit_case rbull_kunit_memory_cases[] = {
	KUNIT_CASE_PARAM(rbull_test_sequential, rbull_fill_gen_params),
	KUNIT_CASE(rbull_test_random_fill),
	KUNIT_CASE(rbull_test_scattered),
	KUNIT_CASE(rbull_test_part_of_huge),
	KUNIT_CASE(rbull_test_absent),
	KUNIT_CASE(rbull_test_limit_reached),
	KUNIT_CASE(rbull_test_limit_shared),
	KUNIT_CASE(rbull_test_populate),
	KUNIT_CASE(rbull_test_populate_limit),
	KUNIT_CASE_PARAM(rbull_test_sparse, rbull_sparse_gen_params),
	{}
};

struct kunit_suite rbull_kunit_memory = {
	.name = "rbull_memory",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_memory_cases,
};
