// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written is read, what is erased reads as zeroes, and nothing beside
 * it changes: at the edges of pages, leaves and the image, on what is absent,
 * in pages, and in one piece.
 */
#include <linux/minmax.h>

#include "kunit_helpers.h"

static void rbull_test_first(struct kunit *test)
{
	struct rbull_mirror *mirror = rbull_mirror_alloc(test, SZ_8M);

	rbull_mirror_check_all(test, mirror);
	rbull_mirror_write(test, mirror, 0, SZ_4K, 1);
	rbull_mirror_write(test, mirror, SZ_1M - 512, SZ_4M, 2);
	rbull_mirror_check_all(test, mirror);
	rbull_mirror_erase(test, mirror, 5000, SZ_2M, RBULL_ERASE_FREE);
	rbull_mirror_check_all(test, mirror);
}

static struct kunit_case rbull_kunit_contents_cases[] = {
	KUNIT_CASE(rbull_test_first),
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
