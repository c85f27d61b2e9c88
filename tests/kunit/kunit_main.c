// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suites for the image and for counters, linked with these into a module
 * of their own.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "kunit_helpers.h"

/* Without it every case of this suite would be skipped. */
#ifdef CONFIG_FAULT_INJECTION
#define RBULL_KUNIT_FAULTS	&rbull_kunit_faults,
#else
#define RBULL_KUNIT_FAULTS
#endif

kunit_test_suites(&rbull_kunit_contents, &rbull_kunit_memory,
		  &rbull_kunit_clones, &rbull_kunit_random,
		  RBULL_KUNIT_FAULTS &rbull_kunit_races,
		  &rbull_kunit_copies, &rbull_kunit_sizes,
		  &rbull_kunit_returns, &rbull_kunit_counters);

MODULE_DESCRIPTION("KUnit suites for rbull's image");
MODULE_LICENSE("GPL");
