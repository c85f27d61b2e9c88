// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one thing that may go wrong when a page is copied before it is written
 * to: a writer that found the old page before it was shared may still be
 * writing to it. A long write in one piece makes this likely. It ends within a
 * page, and another thread writes to the rest of this page.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "kunit_helpers.h"

#define RBULL_LONG_LEN		(SZ_256K - 512)
#define RBULL_LONG_ROUNDS	60

/**
 * struct rbull_long - a race between a long and a short writer
 * @image: an image of a leaf
 * @go: whether each of the two should write
 * @done: number of complete writes of each of the two
 * @busy: whether each of the two may be writing
 * @data: data to write, in turns
 */
struct rbull_long {
	struct rbull_image *image;
	bool go[2];
	unsigned int done[2];
	bool busy[2];
	void *data[2];
};

static int rbull_long_run(struct rbull_long *race, int who)
{
	u64 pos = who ? RBULL_LONG_LEN : 0;
	size_t len = who ? 512 : RBULL_LONG_LEN;
	unsigned int *done = &race->done[who];

	while (!kthread_should_stop()) {
		/* Busy before go: whoever clears go sees busy and waits. */
		smp_store_mb(race->busy[who], true);
		while (READ_ONCE(race->go[who])) {
			if (!rbull_test_write(race->image, pos,
					      race->data[*done & 1], len))
				(*done)++;
			cond_resched();
		}
		/* Whoever sees that this is over sees what was written. */
		smp_store_release(&race->busy[who], false);
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static int rbull_long_thread(void *race)
{
	return rbull_long_run(race, 0);
}

static int rbull_short_thread(void *race)
{
	return rbull_long_run(race, 1);
}

static void rbull_long_stop(struct rbull_long *race, int who)
{
	/* Pairs with rbull_long_run(): it sees go cleared, or we see busy. */
	smp_store_mb(race->go[who], false);
	/* Pairs with rbull_long_run(): what it wrote is visible then. */
	while (smp_load_acquire(&race->busy[who]))
		schedule_timeout_uninterruptible(1);
}

/* The image must contain what each of the two wrote last. */
static void rbull_long_round(struct kunit *test, struct rbull_long *race,
			     void *buffer)
{
	struct rbull_image *clone;
	int who;

	/* Make the leaf huge again. */
	KUNIT_ASSERT_EQ(test, 0, rbull_image_erase(race->image, 0,
						   RBULL_TEST_LEAF,
						   RBULL_ERASE_FREE,
						   RBULL_TEST_WAIT));
	KUNIT_ASSERT_EQ(test, 0, rbull_image_write(race->image, 0,
						   rbull_test_data(1),
						   RBULL_TEST_LEAF,
						   RBULL_TEST_WAIT));
	for (who = 0; who < 2; who++) {
		race->done[who] = 0;
		WRITE_ONCE(race->go[who], true);
	}
	schedule_timeout_uninterruptible(2);
	/* Let the long write in progress be the last one. */
	WRITE_ONCE(race->go[0], false);
	clone = rbull_image_clone(race->image);
	for (who = 0; who < 2; who++)
		rbull_long_stop(race, who);
	KUNIT_EXPECT_FALSE(test, IS_ERR(clone));
	if (!IS_ERR(clone))
		rbull_image_free(clone);
	rbull_image_read(race->image, 0, buffer, SZ_256K);
	for (who = 0; who < 2; who++) {
		u64 pos = who ? RBULL_LONG_LEN : 0;
		size_t len = who ? 512 : RBULL_LONG_LEN;

		if (race->done[who] &&
		    memcmp(buffer + pos, race->data[~race->done[who] & 1], len))
			KUNIT_FAIL(test, "a part of a %s write is lost",
				   who ? "short" : "long");
	}
}

static void rbull_test_long_write(struct kunit *test)
{
	struct rbull_long *race = kunit_kzalloc(test, sizeof(*race),
						GFP_KERNEL);
	void *buffer = rbull_test_vmalloc(test, SZ_256K);
	struct task_struct *task[2];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, race);
	for (i = 0; i < 2; i++) {
		race->data[i] = rbull_test_vmalloc(test, SZ_256K);
		memset(race->data[i], 0x5a + i, SZ_256K);
	}
	race->image = rbull_test_alloc(test, RBULL_TEST_LEAF);
	task[0] = kthread_run(rbull_long_thread, race, "rbull_long");
	task[1] = kthread_run(rbull_short_thread, race, "rbull_short");
	for (i = 0; i < RBULL_LONG_ROUNDS; i++)
		rbull_long_round(test, race, buffer);
	for (i = 0; i < 2; i++) {
		if (IS_ERR(task[i]))
			KUNIT_FAIL(test, "cannot start a thread");
		else
			kthread_stop(task[i]);
	}
}

static struct kunit_case rbull_kunit_copies_cases[] = {
	KUNIT_CASE(rbull_test_long_write),
	{}
};

struct kunit_suite rbull_kunit_copies = {
	.name = "rbull_copies",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_copies_cases,
};
