// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failing allocations: each allocation of an operation in turn fails, alone or
 * with all that follow. The operation must succeed all the same, or fail with
 * nothing lost, and must then succeed when it is repeated.
 *
 * The kernel counts and fails the allocations itself (fault injection); the
 * filters of failslab and fail_page_alloc must be off, see tests/uml.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kunit_helpers.h"

#define RBULL_TEST_SIZE		(2 * RBULL_TEST_LEAF)
/* More allocations than any operation here makes. */
#define RBULL_TEST_FAULTS	2000

/* Make the @nth allocation of this task fail, or all from the @nth on. */
static void rbull_fault_arm(unsigned int nth, bool all)
{
#ifdef CONFIG_FAULT_INJECTION
	current->make_it_fail = all;
	WRITE_ONCE(current->fail_nth, nth);
#endif
}

/* Return: true if there were that many allocations. */
static bool rbull_fault_disarm(void)
{
	bool reached = false;

#ifdef CONFIG_FAULT_INJECTION
	reached = !READ_ONCE(current->fail_nth);
	WRITE_ONCE(current->fail_nth, 0);
	current->make_it_fail = 0;
#endif
	return reached;
}

/* Check that allocations of @order do fail on demand, one or all. */
static bool rbull_fault_works(gfp_t gfp, unsigned int order, bool all)
{
	struct page *page[2];
	int i;

	rbull_fault_arm(1, all);
	for (i = 0; i < 2; i++)
		page[i] = alloc_pages(gfp, order);
	rbull_fault_disarm();
	for (i = 0; i < 2; i++)
		if (page[i])
			__free_pages(page[i], order);
	return !page[0] && (page[1] ? !all : all);
}

static void rbull_fault_need(struct kunit *test)
{
	void *memory;

	rbull_fault_arm(1, false);
	memory = kmalloc(64, RBULL_TEST_WAIT);
	rbull_fault_disarm();
	kfree(memory);
	if (memory || !rbull_fault_works(RBULL_TEST_WAIT, 0, false) ||
	    !rbull_fault_works(RBULL_TEST_WAIT, 0, true) ||
	    !rbull_fault_works(RBULL_TEST_NOWAIT, 9, true))
		kunit_skip(test, "the kernel does not fail allocations on demand");
}

/**
 * enum rbull_fault_op - operation to do while allocations fail
 * @RBULL_FAULT_WRITE: write; may be told not to wait
 * @RBULL_FAULT_ERASE: erase; may be told not to wait
 * @RBULL_FAULT_POPULATE: populate the image, up to @pos + @len
 * @RBULL_FAULT_CLONE: clone
 */
enum rbull_fault_op {
	RBULL_FAULT_WRITE,
	RBULL_FAULT_ERASE,
	RBULL_FAULT_POPULATE,
	RBULL_FAULT_CLONE,
};

/**
 * struct rbull_fault - an operation in a situation
 * @name: name for messages
 * @op: the operation
 * @ground: contents of the image before
 * @shared: they are shared with a clone
 * @pos: position to start at, in bytes
 * @len: number of bytes
 */
struct rbull_fault {
	const char *name;
	enum rbull_fault_op op;
	enum rbull_ground ground;
	bool shared;
	u64 pos;
	size_t len;
};

static const struct rbull_fault rbull_faults[] = {
	{ "write, absent", RBULL_FAULT_WRITE, RBULL_GROUND_ABSENT,
	  false, SZ_64K + 100, 512 },
	{ "write of 64 KiB, absent", RBULL_FAULT_WRITE, RBULL_GROUND_ABSENT,
	  false, RBULL_TEST_LEAF - SZ_32K, SZ_64K },
	{ "write of a leaf, absent", RBULL_FAULT_WRITE, RBULL_GROUND_ABSENT,
	  false, 0, RBULL_TEST_LEAF },
	{ "write, pages", RBULL_FAULT_WRITE, RBULL_GROUND_PAGES,
	  false, SZ_64K + 100, SZ_64K },
	{ "write, shared pages", RBULL_FAULT_WRITE, RBULL_GROUND_PAGES,
	  true, SZ_64K + 100, SZ_32K },
	{ "write, huge leaf", RBULL_FAULT_WRITE, RBULL_GROUND_HUGE,
	  false, SZ_64K + 100, SZ_64K },
	{ "write, shared huge leaf", RBULL_FAULT_WRITE, RBULL_GROUND_HUGE,
	  true, RBULL_TEST_LEAF - SZ_16K - 100, SZ_32K },
	{ "erase, absent", RBULL_FAULT_ERASE, RBULL_GROUND_ABSENT,
	  false, SZ_64K + 100, SZ_64K },
	{ "erase, pages", RBULL_FAULT_ERASE, RBULL_GROUND_PAGES,
	  false, SZ_64K + 100, SZ_64K },
	{ "erase, huge leaf", RBULL_FAULT_ERASE, RBULL_GROUND_HUGE,
	  false, SZ_64K + 100, SZ_64K },
	{ "erase of whole and half leaf", RBULL_FAULT_ERASE, RBULL_GROUND_HUGE,
	  false, 0, RBULL_TEST_LEAF + SZ_64K },
	{ "erase, shared pages", RBULL_FAULT_ERASE, RBULL_GROUND_PAGES,
	  true, SZ_64K + 100, SZ_32K },
	{ "erase, shared huge leaf", RBULL_FAULT_ERASE, RBULL_GROUND_HUGE,
	  true, RBULL_TEST_LEAF - SZ_16K - 100, SZ_32K },
};

/* Operations that may always sleep. */
static const struct rbull_fault rbull_faults_sleeping[] = {
	{ "populate, absent", RBULL_FAULT_POPULATE, RBULL_GROUND_ABSENT,
	  false, 0, SZ_64K },
	{ "clone, absent", RBULL_FAULT_CLONE, RBULL_GROUND_ABSENT,
	  false, 0, 0 },
	{ "clone, huge leaf", RBULL_FAULT_CLONE, RBULL_GROUND_HUGE,
	  false, 0, 0 },
};

static void rbull_fault_describe(const struct rbull_fault *fault, char *to)
{
	strscpy(to, fault->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rbull_fault, rbull_faults, rbull_fault_describe);
KUNIT_ARRAY_PARAM(rbull_fault_sleeping, rbull_faults_sleeping,
		  rbull_fault_describe);

static int rbull_fault_do(const struct rbull_fault *fault,
			  struct rbull_image *image, gfp_t gfp)
{
	struct rbull_image *clone;

	switch (fault->op) {
	case RBULL_FAULT_WRITE:
		return rbull_image_write(image, fault->pos, rbull_test_data(1),
					 fault->len, gfp);
	case RBULL_FAULT_ERASE:
		return rbull_image_erase(image, fault->pos, fault->len,
					 gfpflags_allow_blocking(gfp) ?
					 RBULL_ERASE_WIPE : RBULL_ERASE_FREE,
					 gfp);
	case RBULL_FAULT_POPULATE:
		return rbull_image_populate(image, fault->pos + fault->len);
	default:
		clone = rbull_image_clone(image);
		if (IS_ERR(clone))
			return PTR_ERR(clone);
		rbull_image_free(clone);
		return 0;
	}
}

/* Return: the expected contents at @pos after success. */
static u8 rbull_fault_new(const struct rbull_fault *fault, u64 pos, u8 old)
{
	if (pos < fault->pos || pos >= fault->pos + fault->len)
		return old;
	switch (fault->op) {
	case RBULL_FAULT_WRITE:
		return rbull_test_data(1)[pos - fault->pos];
	case RBULL_FAULT_ERASE:
		return 0;
	default:
		return old;
	}
}

/* A failed operation may be partly done: take over only its new data. */
static void rbull_fault_take_over(const struct rbull_fault *fault,
				  struct rbull_mirror *mirror)
{
	u64 end = min(fault->pos + fault->len, mirror->size);
	u8 *is = mirror->bytes, now[64];
	u64 pos;

	for (pos = fault->pos; pos < end; pos++) {
		u64 i = (pos - fault->pos) % sizeof(now);
		u8 new = rbull_fault_new(fault, pos, is[pos]);

		if (!i)
			rbull_image_read(mirror->image, pos, now,
					 min_t(u64, sizeof(now), end - pos));
		if (now[i] == new)
			is[pos] = new;
	}
}

static void rbull_fault_succeed(const struct rbull_fault *fault,
				struct rbull_mirror *mirror)
{
	u64 pos;

	for (pos = fault->pos; pos < fault->pos + fault->len; pos++)
		mirror->bytes[pos] = rbull_fault_new(fault, pos,
						     mirror->bytes[pos]);
}

/* Return: true if the operation makes that many allocations. */
static bool rbull_fault_step(struct kunit *test, struct rbull_mirror *mirror,
			     unsigned int nth, bool all, gfp_t gfp)
{
	const struct rbull_fault *fault = test->param_value;
	struct rbull_mirror *clone = NULL;
	int expected = gfpflags_allow_blocking(gfp) ? -ENOMEM : -EAGAIN;
	bool reached;
	int err;

	rbull_mirror_ground(test, mirror, fault->ground, nth);
	if (fault->shared)
		clone = rbull_mirror_clone(test, mirror);

	rbull_fault_arm(nth, all);
	err = rbull_fault_do(fault, mirror->image, gfp);
	reached = rbull_fault_disarm();

	if (!err)
		rbull_fault_succeed(fault, mirror);
	else
		rbull_fault_take_over(fault, mirror);
	if (err && (!reached || err != expected))
		KUNIT_FAIL(test, "allocation %u of those that fail%s: error %d",
			   nth, all ? " from there on" : "", err);
	rbull_mirror_check_all(test, mirror);
	if (clone)
		rbull_mirror_check_all(test, clone);
	rbull_test_exact(test, mirror->image);

	KUNIT_EXPECT_EQ(test, 0, rbull_fault_do(fault, mirror->image,
						RBULL_TEST_WAIT));
	rbull_fault_succeed(fault, mirror);
	rbull_mirror_check_all(test, mirror);
	if (clone) {
		rbull_mirror_check_all(test, clone);
		rbull_mirror_free(test, clone);
	}
	rbull_test_exact(test, mirror->image);
	return reached;
}

static void rbull_fault_run(struct kunit *test, gfp_t gfp)
{
	struct rbull_mirror *mirror;
	unsigned int nth, all;

	rbull_fault_need(test);
	mirror = rbull_mirror_alloc(test, RBULL_TEST_SIZE);
	for (all = 0; all < 2; all++) {
		for (nth = 1; nth < RBULL_TEST_FAULTS; nth++)
			if (!rbull_fault_step(test, mirror, nth, all, gfp))
				break;
		KUNIT_EXPECT_LT(test, nth, RBULL_TEST_FAULTS);
		kunit_info(test, "%u allocations\n", nth - 1);
	}
}

static void rbull_test_fault_wait(struct kunit *test)
{
	rbull_fault_run(test, RBULL_TEST_WAIT);
}

static void rbull_test_fault_nowait(struct kunit *test)
{
	rbull_fault_run(test, RBULL_TEST_NOWAIT);
}

static void rbull_test_fault_sleeping(struct kunit *test)
{
	rbull_fault_run(test, RBULL_TEST_WAIT);
}

static void rbull_test_fault_alloc(struct kunit *test)
{
	struct rbull_image *image;
	unsigned int nth;
	bool reached;

	rbull_fault_need(test);
	for (nth = 1; nth < RBULL_TEST_FAULTS; nth++) {
		rbull_fault_arm(nth, false);
		image = rbull_image_alloc(SZ_1G, NUMA_NO_NODE);
		reached = rbull_fault_disarm();
		if (!IS_ERR(image))
			rbull_image_free(image);
		else
			KUNIT_EXPECT_EQ(test, PTR_ERR(image), -ENOMEM);
		if (!reached)
			break;
	}
	KUNIT_EXPECT_FALSE(test, IS_ERR(image));
	KUNIT_EXPECT_GT(test, nth, 1);
}

static void rbull_test_fault_init(struct kunit *test)
{
	unsigned int nth;
	bool reached = true;
	int err = 0;

	rbull_fault_need(test);
	/* The end of the test undoes rbull_image_init() once more. */
	for (nth = 1; nth < RBULL_TEST_FAULTS && reached; nth++) {
		rbull_image_exit();
		do {
			rbull_fault_arm(nth, false);
			err = rbull_image_init();
			reached = rbull_fault_disarm();
			if (err) {
				KUNIT_EXPECT_EQ(test, err, -ENOMEM);
				nth++;
			}
		} while (err);
	}
	KUNIT_EXPECT_FALSE(test, reached);
}

static struct kunit_case rbull_kunit_faults_cases[] = {
	KUNIT_CASE_PARAM(rbull_test_fault_wait, rbull_fault_gen_params),
	KUNIT_CASE_PARAM(rbull_test_fault_nowait, rbull_fault_gen_params),
	KUNIT_CASE_PARAM(rbull_test_fault_sleeping,
			 rbull_fault_sleeping_gen_params),
	KUNIT_CASE(rbull_test_fault_alloc),
	KUNIT_CASE(rbull_test_fault_init),
	{}
};

struct kunit_suite rbull_kunit_faults = {
	.name = "rbull_faults",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_faults_cases,
};
