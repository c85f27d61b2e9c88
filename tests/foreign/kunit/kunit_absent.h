/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before all else, so that KUnit can be built as a module for a kernel that
 * has CONFIG_KUNIT off.
 *
 * In such a kernel two structures lack members. A task has none that says which test
 * it runs: one that only file systems use stands in for it, and the guest has no file
 * system that does. A module has none for its suites: suites are handed over when a
 * module is loaded, instead of being found by a notifier.
 */
#ifndef RBULL_KUNIT_ABSENT_H
#define RBULL_KUNIT_ABSENT_H

#include <linux/kconfig.h>
#include <linux/module.h>
#include <linux/sched.h>

/* In headers; the sources have current->kunit_test replaced by the second. */
#define kunit_test		journal_info
#define KUNIT_OF_CURRENT	(*(struct kunit **)&current->journal_info)
#define CONFIG_KUNIT_MODULE	1
#define CONFIG_KUNIT_DEFAULT_ENABLED	1
#undef CONFIG_MODULES

#include <kunit/test.h>

#undef kunit_test_suites
#define kunit_test_suites(...)						\
	static struct kunit_suite *kunit_absent_suites[] = {		\
		__VA_ARGS__						\
	};								\
	static int __init kunit_absent_init(void)			\
	{								\
		return __kunit_test_suites_init(kunit_absent_suites,	\
				ARRAY_SIZE(kunit_absent_suites));	\
	}								\
	module_init(kunit_absent_init);					\
	static void __exit kunit_absent_exit(void)			\
	{								\
		__kunit_test_suites_exit(kunit_absent_suites,		\
				ARRAY_SIZE(kunit_absent_suites));	\
	}								\
	module_exit(kunit_absent_exit)

#endif /* RBULL_KUNIT_ABSENT_H */
