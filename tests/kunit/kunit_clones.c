// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clones: they start with the same contents, then change independently. They
 * cost only what differs, and can be freed in any order.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "kunit_helpers.h"

#define RBULL_TEST_SIZE		(2 * RBULL_TEST_LEAF + SZ_1M)
#define RBULL_TEST_FAMILY	4

static const enum rbull_ground rbull_grounds[] = {
	RBULL_GROUND_ABSENT, RBULL_GROUND_PAGES, RBULL_GROUND_HUGE,
};

static void rbull_ground_describe(const enum rbull_ground *ground, char *to)
{
	strscpy(to, rbull_ground_names[*ground], KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rbull_ground, rbull_grounds, rbull_ground_describe);

/* Make an image with the ground of this test case, and a clone. */
static void rbull_test_pair(struct kunit *test, struct rbull_mirror **mirror,
			    struct rbull_mirror **clone)
{
	const enum rbull_ground *ground = test->param_value;

	*mirror = rbull_mirror_alloc(test, RBULL_TEST_SIZE);
	rbull_mirror_ground(test, *mirror, *ground, 1);
	*clone = rbull_mirror_clone(test, *mirror);
}

static void rbull_test_check_pair(struct kunit *test,
				  struct rbull_mirror *mirror,
				  struct rbull_mirror *clone)
{
	rbull_mirror_check_all(test, mirror);
	rbull_mirror_check_all(test, clone);
}

static void rbull_test_diverge(struct kunit *test)
{
	struct rbull_mirror *mirror, *clone;
	u32 seed = 100;
	int round;

	rbull_test_pair(test, &mirror, &clone);
	rbull_test_check_pair(test, mirror, clone);
	for (round = 0; round < 4; round++) {
		/* Less than a page, a page, across a leaf's edge, a leaf. */
		rbull_mirror_write(test, clone, SZ_64K + 100, 512, seed++);
		rbull_test_check_pair(test, mirror, clone);
		rbull_mirror_write(test, mirror, SZ_64K + 700, 512, seed++);
		rbull_mirror_write(test, mirror, SZ_1M, SZ_4K, seed++);
		rbull_test_check_pair(test, mirror, clone);
		rbull_mirror_erase(test, clone, SZ_1M - 10, SZ_8K + 20,
				   RBULL_ERASE_WIPE);
		rbull_mirror_write(test, clone, RBULL_TEST_LEAF - SZ_8K, SZ_16K,
				   seed++);
		rbull_test_check_pair(test, mirror, clone);
		rbull_mirror_write(test, mirror, RBULL_TEST_LEAF,
				   RBULL_TEST_LEAF, seed++);
		rbull_test_check_pair(test, mirror, clone);
		rbull_mirror_erase(test, mirror, RBULL_TEST_LEAF,
				   RBULL_TEST_LEAF + SZ_4K, RBULL_ERASE_WIPE);
		rbull_test_check_pair(test, mirror, clone);
		swap(mirror, clone);
	}
	rbull_test_exact(test, mirror->image);
}

/* Whichever image is freed first, the other stays whole and costs no more. */
static void rbull_test_drop(struct kunit *test)
{
	struct rbull_mirror *mirror, *clone;
	unsigned long pages;
	int round;

	for (round = 0; round < 2; round++) {
		rbull_test_pair(test, &mirror, &clone);
		pages = rbull_image_pages(mirror->image);
		rbull_mirror_write(test, clone, SZ_64K, SZ_64K, 2);
		rbull_mirror_write(test, mirror, SZ_1M + 512, 512, 3);
		if (round)
			swap(mirror, clone);
		rbull_mirror_free(test, clone);
		rbull_test_left(test, mirror->image, 1);
		rbull_test_exact(test, mirror->image);
		rbull_mirror_check_all(test, mirror);
		if (pages) {
			KUNIT_EXPECT_EQ(test, pages,
					rbull_image_pages(mirror->image));
			rbull_mirror_write(test, mirror, 0, RBULL_TEST_SIZE, 4);
			KUNIT_EXPECT_EQ(test, pages,
					rbull_image_pages(mirror->image));
		}
		rbull_mirror_check_all(test, mirror);
		rbull_mirror_free(test, mirror);
		rbull_test_used(test, 0);
	}
}

/* A clone costs nothing at first, then what is written to one of the two. */
static void rbull_test_cost(struct kunit *test)
{
	struct rbull_mirror *mirror, *clone;
	unsigned long used, pages;

	rbull_test_pair(test, &mirror, &clone);
	used = rbull_image_pages(mirror->image) +
	       rbull_image_nodes(mirror->image);
	KUNIT_EXPECT_EQ(test, rbull_memory_used(), used);
	rbull_mirror_free(test, clone);
	rbull_test_used(test, used);
	clone = rbull_mirror_clone(test, mirror);
	rbull_test_used(test, used);
	pages = rbull_image_pages(mirror->image);
	rbull_mirror_write(test, clone, SZ_1M + 512, 512, 2);
	KUNIT_EXPECT_LE(test, rbull_image_pages(mirror->image), pages + 1);
	rbull_test_exact(test, mirror->image);
	/* Data that is erased in one image stays in the other. */
	rbull_mirror_erase(test, clone, 0, RBULL_TEST_SIZE, RBULL_ERASE_WIPE);
	rbull_test_check_pair(test, mirror, clone);
	rbull_test_used(test, used);
}

/* Clones of clones, each with a page of its own. */
static void rbull_test_generations(struct kunit *test)
{
	struct rbull_mirror *mirror[8], *first;
	int i, j;

	rbull_test_pair(test, &mirror[0], &first);
	for (i = 1; i < ARRAY_SIZE(mirror); i++) {
		mirror[i] = rbull_mirror_clone(test, mirror[i - 1]);
		rbull_mirror_write(test, mirror[i], i * SZ_512K, SZ_4K, 10 + i);
		rbull_mirror_write(test, mirror[i - 1], SZ_64K + 512 * i, 512,
				   20 + i);
	}
	rbull_mirror_check_all(test, first);
	for (i = 0; i < ARRAY_SIZE(mirror); i++)
		rbull_mirror_check_all(test, mirror[i]);
	/* Free those in the middle first. */
	for (i = ARRAY_SIZE(mirror) / 2; i < ARRAY_SIZE(mirror); i++) {
		rbull_mirror_free(test, mirror[i]);
		rbull_mirror_free(test, mirror[ARRAY_SIZE(mirror) - 1 - i]);
		for (j = 0; j < ARRAY_SIZE(mirror) - 1 - i; j++)
			rbull_mirror_check_all(test, mirror[j]);
		for (j = i + 1; j < ARRAY_SIZE(mirror); j++)
			rbull_mirror_check_all(test, mirror[j]);
	}
	rbull_mirror_check_all(test, first);
	rbull_test_exact(test, first->image);
	rbull_mirror_free(test, first);
	rbull_test_used(test, 0);
}

static void rbull_test_family(struct kunit *test, struct rbull_mirror **mirror)
{
	const enum rbull_ground *ground = test->param_value;

	mirror[0] = rbull_mirror_alloc(test, RBULL_TEST_SIZE);
	rbull_mirror_ground(test, mirror[0], *ground, 1);
	mirror[1] = rbull_mirror_clone(test, mirror[0]);
	rbull_mirror_write(test, mirror[0], SZ_4K, SZ_4K, 2);
	mirror[2] = rbull_mirror_clone(test, mirror[1]);
	rbull_mirror_write(test, mirror[1], SZ_8K + 512, 512, 3);
	mirror[3] = rbull_mirror_clone(test, mirror[0]);
	rbull_mirror_write(test, mirror[3], RBULL_TEST_LEAF - 512, SZ_64K, 4);
	rbull_mirror_erase(test, mirror[2], SZ_64K, RBULL_TEST_LEAF,
			   RBULL_ERASE_FREE);
}

/* Free four images of one family in each of the 24 orders. */
static void rbull_test_orders(struct kunit *test)
{
	struct rbull_mirror *mirror[RBULL_TEST_FAMILY];
	int order, i, left;

	for (order = 0; order < 24; order++) {
		int choice = order;

		rbull_test_family(test, mirror);
		for (left = RBULL_TEST_FAMILY; left; left--) {
			swap(mirror[choice % left], mirror[left - 1]);
			choice /= left;
			rbull_mirror_free(test, mirror[left - 1]);
			for (i = 0; i < left - 1; i++)
				rbull_mirror_check_all(test, mirror[i]);
		}
		rbull_test_used(test, 0);
	}
}

static struct kunit_case rbull_kunit_clones_cases[] = {
	KUNIT_CASE_PARAM(rbull_test_diverge, rbull_ground_gen_params),
	KUNIT_CASE_PARAM(rbull_test_drop, rbull_ground_gen_params),
	KUNIT_CASE_PARAM(rbull_test_cost, rbull_ground_gen_params),
	KUNIT_CASE_PARAM(rbull_test_generations, rbull_ground_gen_params),
	KUNIT_CASE_PARAM(rbull_test_orders, rbull_ground_gen_params),
	{}
};

struct kunit_suite rbull_kunit_clones = {
	.name = "rbull_clones",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_clones_cases,
};
