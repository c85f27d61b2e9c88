// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes: images that grow and are cut, the ranges of data that they report, and
 * an image's own limit.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "image/tree.h"
#include "kunit_helpers.h"

/* Sizes of trees of 0 to 3 levels, and one just beyond a level. */
static const u64 rbull_test_sizes[] = {
	RBULL_TEST_LEAF, SZ_1G, 512ULL * SZ_1G, 512ULL * SZ_1G + PAGE_SIZE,
	(512ULL * SZ_1G) << 9,
};

/* Comparing all bytes would take too long here: check a range of them. */
static void rbull_test_begins_with(struct kunit *test, struct rbull_image *image,
				   u64 pos, size_t len, u32 seed)
{
	u8 *bytes = rbull_test_vmalloc(test, len);

	rbull_image_read(image, pos, bytes, len);
	KUNIT_EXPECT_EQ(test, 0, memcmp(bytes, rbull_test_data(seed), len));
}

static void rbull_test_is_zero(struct kunit *test, struct rbull_image *image,
			       u64 pos, size_t len)
{
	u8 *bytes = rbull_test_vmalloc(test, len);

	rbull_image_read(image, pos, bytes, len);
	KUNIT_EXPECT_NULL(test, memchr_inv(bytes, 0, len));
}

static int rbull_test_grow_to(struct rbull_image *image, u64 size)
{
	struct rbull_growth *growth = rbull_growth_alloc(image, size,
							 RBULL_TEST_WAIT);

	if (IS_ERR(growth))
		return PTR_ERR(growth);
	rbull_growth_apply(growth);
	rbull_growth_free(growth);
	return 0;
}

/* Grow from level to level, with data in the last page of each level. */
static void rbull_test_grow(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_1M);
	unsigned int i, j;
	u64 last[ARRAY_SIZE(rbull_test_sizes)];

	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(image, 0, rbull_test_data(99),
						  SZ_64K));
	for (i = 0; i < ARRAY_SIZE(rbull_test_sizes); i++) {
		u64 size = rbull_test_sizes[i];

		KUNIT_ASSERT_EQ(test, 0, rbull_test_grow_to(image, size));
		KUNIT_EXPECT_EQ(test, size, rbull_image_size(image));
		last[i] = size - PAGE_SIZE;
		rbull_test_is_zero(test, image, last[i], PAGE_SIZE);
		KUNIT_ASSERT_EQ(test, 0,
				rbull_test_write(image, last[i],
						 rbull_test_data(i),
						 PAGE_SIZE));
		rbull_test_begins_with(test, image, 0, SZ_64K, 99);
		for (j = 0; j <= i; j++)
			rbull_test_begins_with(test, image, last[j], PAGE_SIZE,
					       j);
	}
	rbull_test_exact(test, image);
}

/* An image and its clone share data even if the trees differ in height. */
static void rbull_test_grow_shared(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, RBULL_TEST_LEAF);
	struct rbull_image *clone;

	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(image, 0, rbull_test_data(1),
						  RBULL_TEST_LEAF));
	clone = rbull_test_clone(test, image);
	KUNIT_ASSERT_EQ(test, 0, rbull_test_grow_to(image, 512ULL * SZ_1G));
	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(image, SZ_4K,
						  rbull_test_data(2), SZ_4K));
	rbull_test_begins_with(test, clone, 0, RBULL_TEST_LEAF, 1);
	rbull_test_begins_with(test, image, SZ_4K, SZ_4K, 2);
	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(clone, SZ_8K,
						  rbull_test_data(3), SZ_4K));
	rbull_test_begins_with(test, image, SZ_4K, SZ_4K, 2);
	rbull_test_begins_with(test, clone, SZ_8K, SZ_4K, 3);
	rbull_test_exact(test, image);
}

/* Cut, erase the rest, grow again: the rest is zeroes, else unchanged. */
static void rbull_test_cut(struct kunit *test)
{
	static const u64 ends[] = {
		RBULL_TEST_LEAF, RBULL_TEST_LEAF + SZ_4K, SZ_1M + 512, 512,
	};
	const u64 size = 2 * RBULL_TEST_LEAF + SZ_1M;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(ends); i++) {
		struct rbull_image *image = rbull_test_alloc(test, size);
		struct rbull_image *clone = NULL;
		u64 end = ends[i / 2];

		KUNIT_ASSERT_EQ(test, 0,
				rbull_test_write(image, 0, rbull_test_data(1),
						 size));
		if (i & 1)
			clone = rbull_test_clone(test, image);
		rbull_image_cut(image, end);
		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_erase(image, end, size - end,
						  RBULL_ERASE_FREE,
						  RBULL_TEST_WAIT));
		KUNIT_ASSERT_EQ(test, 0, rbull_test_grow_to(image, size));
		rbull_test_begins_with(test, image, 0, end, 1);
		rbull_test_is_zero(test, image, end, size - end);
		if (clone)
			rbull_test_begins_with(test, clone, 0, size, 1);
		else
			KUNIT_EXPECT_EQ(test, rbull_image_pages(image),
					DIV_ROUND_UP(end, PAGE_SIZE));
		rbull_test_exact(test, image);
		rbull_test_free(test, image);
		if (clone)
			rbull_test_free(test, clone);
	}
}

/* The ranges of data that are found must be those that were written. */
static void rbull_test_next_data(struct kunit *test)
{
	const u64 size = 8ULL * SZ_1G + SZ_4K + 512;
	struct rbull_image *image = rbull_test_alloc(test, size);
	static const struct {
		u64 pos;
		size_t len;
	} pieces[] = {
		{ SZ_4K, SZ_8K }, { SZ_1M, SZ_4K },
		{ 3 * RBULL_TEST_LEAF, RBULL_TEST_LEAF },	/* huge */
		{ 5ULL * SZ_1G + SZ_4K, 1 },
		{ 8ULL * SZ_1G + SZ_4K, 512 },			/* the end */
	};
	u64 start, end;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, size, rbull_image_next_data(image, 0, &start));
	KUNIT_EXPECT_EQ(test, size, start);
	for (i = 0; i < ARRAY_SIZE(pieces); i++)
		KUNIT_ASSERT_EQ(test, 0,
				rbull_test_write(image, pieces[i].pos,
						 rbull_test_data(1),
						 pieces[i].len));
	for (i = 0, end = 0; i < ARRAY_SIZE(pieces); i++) {
		u64 first = round_down(pieces[i].pos, PAGE_SIZE);
		u64 last = round_up(pieces[i].pos + pieces[i].len, PAGE_SIZE);

		end = rbull_image_next_data(image, end, &start);
		KUNIT_EXPECT_EQ(test, first, start);
		KUNIT_EXPECT_EQ(test, min(last, size), end);
	}
	KUNIT_EXPECT_EQ(test, size, rbull_image_next_data(image, end, &start));
	KUNIT_EXPECT_EQ(test, size, start);
	KUNIT_EXPECT_EQ(test, size, rbull_image_next_data(image, U64_MAX, &start));
	KUNIT_EXPECT_EQ(test, size, start);
	/* Start within a range. */
	end = rbull_image_next_data(image, SZ_8K + 1, &start);
	KUNIT_EXPECT_EQ(test, start, SZ_8K + 1ULL);
	KUNIT_EXPECT_EQ(test, end, SZ_4K + SZ_8K);
}

/* An image's own limit is exact, and does not affect existing data. */
static void rbull_test_own_limit(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_16M);
	unsigned int done = 0;
	int err = 0;

	rbull_image_set_limit(image, 20 * PAGE_SIZE - 1);
	KUNIT_EXPECT_EQ(test, 20ULL * PAGE_SIZE, rbull_image_limit(image));
	while (!err && done < 100) {
		err = rbull_test_write(image, done * (u64)SZ_64K,
				       rbull_test_data(done), PAGE_SIZE);
		done += !err;
	}
	KUNIT_EXPECT_EQ(test, -ENOSPC, err);
	KUNIT_EXPECT_EQ(test, 20UL, rbull_image_pages(image) +
					rbull_image_nodes(image));
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rbull_test_write(image, SZ_8M, rbull_test_data(0),
					 RBULL_TEST_LEAF));
	KUNIT_EXPECT_EQ(test, 0, rbull_test_write(image, 0, rbull_test_data(7),
						  PAGE_SIZE));
	rbull_test_begins_with(test, image, 0, PAGE_SIZE, 7);
	rbull_image_set_limit(image, PAGE_SIZE);
	rbull_test_begins_with(test, image, SZ_64K, PAGE_SIZE, 1);
	KUNIT_EXPECT_EQ(test, 0,
			rbull_image_erase(image, 0, SZ_16M, RBULL_ERASE_FREE,
					  RBULL_TEST_WAIT));
	rbull_image_set_limit(image, 0);
	KUNIT_EXPECT_EQ(test, 0ULL, rbull_image_limit(image));
	KUNIT_EXPECT_EQ(test, 0, rbull_test_write(image, 0, rbull_test_data(0),
						  RBULL_TEST_LEAF));
	rbull_test_exact(test, image);
}

/* Write to an image until its limit leaves no more than @left pages. */
static void rbull_test_fill_up_to(struct kunit *test, struct rbull_image *image,
				  unsigned long left)
{
	unsigned long pages = rbull_image_pages(image) + rbull_image_nodes(image);

	KUNIT_ASSERT_GT(test, pages, 0UL);
	rbull_image_set_limit(image, (u64)(pages + left) * PAGE_SIZE);
}

/*
 * Growing needs a node for each new level. If the limit does not leave room for all
 * of them, it is refused; if others take the room after the nodes were allocated, it
 * succeeds all the same.
 */
static void rbull_test_grow_at_limit(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_1M);
	const u64 size = (u64)SZ_1G * 4;
	struct rbull_growth *growth;

	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(image, 0, rbull_test_data(1),
						  SZ_64K));
	rbull_test_fill_up_to(test, image, 1);
	KUNIT_EXPECT_EQ(test, -ENOSPC, rbull_test_grow_to(image, size));
	KUNIT_EXPECT_EQ(test, (u64)SZ_1M, rbull_image_size(image));
	rbull_test_fill_up_to(test, image, RBULL_IMAGE_MAX_LEVELS);
	growth = rbull_growth_alloc(image, size, RBULL_TEST_WAIT);
	KUNIT_ASSERT_FALSE(test, IS_ERR(growth));
	rbull_test_fill_up_to(test, image, 0);
	rbull_growth_apply(growth);
	rbull_growth_free(growth);
	KUNIT_EXPECT_EQ(test, size, rbull_image_size(image));
	rbull_test_begins_with(test, image, 0, SZ_64K, 1);
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			rbull_test_write(image, size - PAGE_SIZE,
					 rbull_test_data(2), PAGE_SIZE));
	rbull_image_set_limit(image, 0);
	KUNIT_EXPECT_EQ(test, 0,
			rbull_test_write(image, size - PAGE_SIZE,
					 rbull_test_data(2), PAGE_SIZE));
	rbull_test_begins_with(test, image, size - PAGE_SIZE, PAGE_SIZE, 2);
	rbull_test_exact(test, image);
}

/* An image of zeroes in the family of another is accounted with it. */
static void rbull_test_alike(struct kunit *test)
{
	struct rbull_image *image = rbull_test_alloc(test, SZ_16M);
	struct rbull_image *other;

	rbull_image_set_limit(image, SZ_4M);
	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(image, 0, rbull_test_data(1),
						  SZ_64K));
	other = rbull_image_alloc_like(image);
	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	KUNIT_EXPECT_EQ(test, rbull_image_size(other), (u64)SZ_16M);
	KUNIT_EXPECT_EQ(test, rbull_image_limit(other), (u64)SZ_4M);
	KUNIT_EXPECT_EQ(test, rbull_image_pages(other),
			rbull_image_pages(image));
	rbull_test_is_zero(test, other, 0, SZ_64K);
	KUNIT_ASSERT_EQ(test, 0, rbull_test_write(other, 0, rbull_test_data(2),
						  SZ_64K));
	rbull_test_begins_with(test, image, 0, SZ_64K, 1);
	rbull_image_free(other);
	rbull_test_left(test, image, 1);
	rbull_test_begins_with(test, image, 0, SZ_64K, 1);
	rbull_test_exact(test, image);
}

static struct kunit_case rbull_kunit_sizes_cases[] = {
	KUNIT_CASE(rbull_test_grow),
	KUNIT_CASE(rbull_test_grow_shared),
	KUNIT_CASE(rbull_test_cut),
	KUNIT_CASE(rbull_test_next_data),
	KUNIT_CASE(rbull_test_own_limit),
	KUNIT_CASE(rbull_test_grow_at_limit),
	KUNIT_CASE(rbull_test_alike),
	{}
};

struct kunit_suite rbull_kunit_sizes = {
	.name = "rbull_sizes",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_sizes_cases,
};
