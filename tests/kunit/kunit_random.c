// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long random runs against a naive model: for each image of a family there is
 * an array, and the same operations are done to both. A run depends only on its
 * seed, so that it can be repeated: seed=NUMBER rounds=NUMBER.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kunit_helpers.h"

#define RBULL_RUN_IMAGES	5
#define RBULL_RUN_THREADS	3
/* Spread images have windows of this size, with long gaps between them. */
#define RBULL_RUN_WINDOW	(2ULL * RBULL_TEST_LEAF)

static unsigned int rbull_run_seed;
module_param_named(seed, rbull_run_seed, uint, 0444);
MODULE_PARM_DESC(seed, "added to the seeds of the random runs (0)");

static unsigned int rbull_run_rounds = 2000;
module_param_named(rounds, rbull_run_rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "length of the random runs, in operations (2000)");

/**
 * struct rbull_plan - a kind of run
 * @name: name for messages
 * @size: bytes of contents
 * @spread: distance from one window to the next; 0: there are no gaps
 * @limit_mb: memory limit; 0: it must not be reached
 */
struct rbull_plan {
	const char *name;
	u64 size;
	u64 spread;
	u64 limit_mb;
};

/**
 * struct rbull_run - a run
 * @plan: the kind of run
 * @rnd: source of its decisions
 * @mirrors: the family
 * @nr: number of @mirrors
 * @spare: arrays for more, since vmalloc() and vfree() are slow in UML
 * @nr_spare: number of @spare
 * @scratch: buffer to read to, RBULL_TEST_MAX_LEN bytes
 * @refused: number of writes that failed at the limit
 * @round: number of operations done
 * @error: what went wrong, or NULL
 * @where: the position in the image where it went wrong
 * @image: the index in @mirrors of the image where it went wrong
 */
struct rbull_run {
	const struct rbull_plan *plan;
	struct rnd_state rnd;
	struct rbull_mirror mirrors[RBULL_RUN_IMAGES];
	unsigned int nr;
	u8 *spare[RBULL_RUN_IMAGES];
	unsigned int nr_spare;
	u8 *scratch;
	unsigned int refused;
	unsigned int round;
	const char *error;
	u64 where;
	unsigned int image;
};

static void rbull_run_fail(struct rbull_run *run, struct rbull_mirror *mirror,
			   u64 where, const char *error)
{
	if (run->error)
		return;
	run->error = error;
	run->where = where;
	run->image = mirror - run->mirrors;
}

static u32 rbull_run_below(struct rbull_run *run, u32 limit)
{
	return prandom_u32_state(&run->rnd) % limit;
}

/* Convert a position in the array to a position in the image. */
static u64 rbull_run_place(const struct rbull_run *run, u64 pos)
{
	if (!run->plan->spread)
		return pos;
	return pos / RBULL_RUN_WINDOW * run->plan->spread +
	       pos % RBULL_RUN_WINDOW;
}

/* Choose a position: often at an edge, or near one. */
static u64 rbull_run_pos(struct rbull_run *run)
{
	static const u32 units[] = {
		1, 512, PAGE_SIZE, SZ_64K, RBULL_TEST_LEAF / 2, RBULL_TEST_LEAF,
	};
	u32 unit = units[rbull_run_below(run, ARRAY_SIZE(units))];
	u64 pos = rbull_run_below(run, div_u64(run->plan->size, unit)) * unit;

	if (rbull_run_below(run, 4) == 0 && pos > PAGE_SIZE)
		pos -= rbull_run_below(run, PAGE_SIZE);
	return pos;
}

/* Choose a length that fits. */
static size_t rbull_run_len(struct rbull_run *run, u64 pos)
{
	static const u32 longest[] = {
		511, 512, PAGE_SIZE, 3 * PAGE_SIZE, SZ_64K, SZ_64K, SZ_512K,
		RBULL_TEST_MAX_LEN - 1,
	};
	u32 max = longest[rbull_run_below(run, ARRAY_SIZE(longest))];
	u64 len = 1 + rbull_run_below(run, max);

	switch (rbull_run_below(run, 4)) {
	case 0:
		len = max;
		break;
	case 1:
		len = round_up(len, PAGE_SIZE);
		break;
	}
	len = min(len, run->plan->size - pos);
	if (run->plan->spread)
		len = min(len, RBULL_RUN_WINDOW - pos % RBULL_RUN_WINDOW);
	return len;
}

static void rbull_run_check(struct rbull_run *run, struct rbull_mirror *mirror,
			    u64 pos, u64 len)
{
	while (len && !run->error) {
		size_t chunk = min_t(u64, len, RBULL_TEST_MAX_LEN);
		u64 place = rbull_run_place(run, pos);

		if (run->plan->spread)
			chunk = min_t(u64, chunk, RBULL_RUN_WINDOW -
				      pos % RBULL_RUN_WINDOW);
		rbull_image_read(mirror->image, place, run->scratch, chunk);
		if (!rbull_test_same(run->scratch, mirror->bytes + pos, chunk))
			rbull_run_fail(run, mirror, place, "contents differ");
		pos += chunk;
		len -= chunk;
	}
}

static void rbull_run_check_all(struct rbull_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr; i++)
		rbull_run_check(run, &run->mirrors[i], 0, run->plan->size);
}

/* A failed write may be partly done: take over its new data. */
static void rbull_run_resync(struct rbull_run *run, struct rbull_mirror *mirror,
			     u64 pos, const u8 *data, size_t len)
{
	u64 place = rbull_run_place(run, pos);
	size_t i;

	rbull_image_read(mirror->image, place, run->scratch, len);
	if (rbull_test_same(run->scratch, mirror->bytes + pos, len))
		return;
	for (i = 0; i < len; i++)
		if (run->scratch[i] != data[i] &&
		    run->scratch[i] != mirror->bytes[pos + i])
			rbull_run_fail(run, mirror, place + i,
				       "neither old nor new after a failed write");
	memcpy(mirror->bytes + pos, run->scratch, len);
}

static void rbull_run_write(struct rbull_run *run, struct rbull_mirror *mirror,
			    u64 pos, size_t len)
{
	const u8 *data = rbull_test_data(prandom_u32_state(&run->rnd));
	u64 place = rbull_run_place(run, pos);
	int err = -EAGAIN;

	if (rbull_run_below(run, 2))
		err = rbull_image_write(mirror->image, place, data, len,
					RBULL_TEST_NOWAIT);
	if (err == -EAGAIN)
		err = rbull_image_write(mirror->image, place, data, len,
					RBULL_TEST_WAIT);
	if (!err) {
		memcpy(mirror->bytes + pos, data, len);
	} else if (err == -ENOSPC && run->plan->limit_mb) {
		run->refused++;
		rbull_run_resync(run, mirror, pos, data, len);
	} else {
		rbull_run_fail(run, mirror, place, "a write failed");
	}
}

/* Write a range in small steps, as files are written. */
static void rbull_run_stream(struct rbull_run *run, struct rbull_mirror *mirror)
{
	u64 pos = round_down(rbull_run_pos(run), PAGE_SIZE);
	u64 end = pos + rbull_run_len(run, pos);

	while (pos < end && !run->error) {
		size_t len = min_t(u64, end - pos, 4 * PAGE_SIZE);

		rbull_run_write(run, mirror, pos, len);
		pos += len;
	}
}

/* @how: as for rbull_image_erase(); a larger value means zeroes in place. */
static int rbull_run_erase_image(struct rbull_image *image, u64 pos, u64 len,
				 unsigned int how, gfp_t gfp)
{
	return how > RBULL_ERASE_WIPE ?
	       rbull_image_zero(image, pos, len, gfp) :
	       rbull_image_erase(image, pos, len, how, gfp);
}

static void rbull_run_erase(struct rbull_run *run, struct rbull_mirror *mirror,
			    u64 pos, size_t len)
{
	unsigned int how = rbull_run_below(run, RBULL_ERASE_WIPE + 2);
	u64 place = rbull_run_place(run, pos);
	static const u8 zeroes[PAGE_SIZE];
	int err = -EAGAIN;

	if (rbull_run_below(run, 2))
		err = rbull_run_erase_image(mirror->image, place, len, how,
					    RBULL_TEST_NOWAIT);
	if (err == -EAGAIN)
		err = rbull_run_erase_image(mirror->image, place, len, how,
					    RBULL_TEST_WAIT);
	if (!err) {
		memset(mirror->bytes + pos, 0, len);
		return;
	}
	if (err != -ENOSPC || !run->plan->limit_mb) {
		rbull_run_fail(run, mirror, place, "an erase failed");
		return;
	}
	while (len) {
		size_t chunk = min_t(size_t, len, PAGE_SIZE);

		rbull_run_resync(run, mirror, pos, zeroes, chunk);
		pos += chunk;
		len -= chunk;
	}
}

static void rbull_run_clone(struct rbull_run *run, struct rbull_mirror *from)
{
	struct rbull_mirror *to = &run->mirrors[run->nr];

	if (run->nr == RBULL_RUN_IMAGES)
		return;
	*to = *from;
	to->bytes = run->nr_spare ? run->spare[--run->nr_spare] :
				    vmalloc(run->plan->size);
	if (!to->bytes) {
		rbull_run_fail(run, from, 0, "no memory for another array");
		return;
	}
	memcpy(to->bytes, from->bytes, run->plan->size);
	to->image = rbull_image_clone(from->image);
	if (IS_ERR(to->image)) {
		rbull_run_fail(run, from, 0, "a clone failed");
		run->spare[run->nr_spare++] = to->bytes;
		return;
	}
	run->nr++;
}

static void rbull_run_drop(struct rbull_run *run, struct rbull_mirror *mirror)
{
	rbull_image_free(mirror->image);
	run->spare[run->nr_spare++] = mirror->bytes;
	*mirror = run->mirrors[--run->nr];
}

static void rbull_run_operate(struct rbull_run *run)
{
	struct rbull_mirror *mirror;
	u64 pos = rbull_run_pos(run);
	size_t len = rbull_run_len(run, pos);
	u32 choice = rbull_run_below(run, 100);

	mirror = &run->mirrors[rbull_run_below(run, run->nr)];
	if (choice < 55)
		rbull_run_write(run, mirror, pos, len);
	else if (choice < 75)
		rbull_run_erase(run, mirror, pos, len);
	else if (choice < 78)
		rbull_run_stream(run, mirror);
	else if (choice < 84)
		rbull_run_clone(run, mirror);
	else if (choice < 90 && run->nr > 1)
		return rbull_run_drop(run, mirror);
	if (len <= SZ_64K || choice >= 90)
		rbull_run_check(run, mirror, pos, len);
}

static int rbull_run_init(struct rbull_run *run, const struct rbull_plan *plan,
			  u32 seed, struct rbull_image *image)
{
	memset(run, 0, sizeof(*run));
	run->plan = plan;
	prandom_seed_state(&run->rnd, seed + rbull_run_seed);
	run->scratch = vmalloc(RBULL_TEST_MAX_LEN);
	run->mirrors[0].bytes = vzalloc(plan->size);
	if (!run->scratch || !run->mirrors[0].bytes)
		return -ENOMEM;
	run->mirrors[0].image = image;
	run->nr = 1;
	return 0;
}

static void rbull_run_exit(struct rbull_run *run)
{
	while (run->nr)
		rbull_run_drop(run, &run->mirrors[rbull_run_below(run,
								  run->nr)]);
	while (run->nr_spare)
		vfree(run->spare[--run->nr_spare]);
	vfree(run->scratch);
}

static void rbull_run_all(struct rbull_run *run, unsigned int rounds)
{
	for (; run->round < rounds && !run->error; run->round++) {
		rbull_run_operate(run);
		if (run->round % 512 == 511)
			rbull_run_check_all(run);
		cond_resched();
	}
	if (!run->error)
		rbull_run_check_all(run);
}

static void rbull_run_judge(struct kunit *test, const struct rbull_run *run)
{
	if (run->error)
		KUNIT_FAIL(test, "round %u, image %u of %u, at %llu: %s",
			   run->round, run->image, run->nr, run->where,
			   run->error);
	KUNIT_EXPECT_EQ(test, !!run->refused, !!run->plan->limit_mb);
	kunit_info(test, "seed=%u, %u operations\n", rbull_run_seed,
		   run->round);
}

static struct rbull_image *rbull_plan_image(const struct rbull_plan *plan)
{
	u64 size = plan->size;

	if (plan->spread)
		size = div_u64(size, RBULL_RUN_WINDOW) * plan->spread;
	return rbull_image_alloc(size, NUMA_NO_NODE);
}

static const struct rbull_plan rbull_plans[] = {
	{ "24 MiB", .size = 24 * SZ_1M },
	{ "limit of 40 MiB", .size = 24 * SZ_1M, .limit_mb = 40 },
	{ "spread over 1 TiB", .size = 12 * SZ_1M, .spread = 1ULL << 38 },
	{ "an odd end", .size = 5 * SZ_1M + 512 },
};

static void rbull_plan_describe(const struct rbull_plan *plan, char *to)
{
	strscpy(to, plan->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rbull_plan, rbull_plans, rbull_plan_describe);

static void rbull_test_random(struct kunit *test)
{
	const struct rbull_plan *plan = test->param_value;
	struct rbull_run *run = kunit_kzalloc(test, sizeof(*run), GFP_KERNEL);
	struct rbull_image *image = rbull_plan_image(plan);

	KUNIT_ASSERT_NOT_NULL(test, run);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, image);
	if (plan->limit_mb)
		rbull_test_limit(test, plan->limit_mb);
	if (rbull_run_init(run, plan, plan - rbull_plans, image))
		run->error = "no memory";
	rbull_run_all(run, rbull_run_rounds);
	rbull_test_exact(test, run->mirrors[0].image);
	rbull_run_judge(test, run);
	rbull_run_exit(run);
	rbull_test_used(test, 0);
}

static int rbull_run_thread(void *data)
{
	struct rbull_run *run = data;

	rbull_run_all(run, rbull_run_rounds / 4);
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

/*
 * One family, several threads: each gets a clone, and works on it and on clones
 * of it.
 */
static void rbull_test_parallel(struct kunit *test)
{
	const struct rbull_plan *plan = &rbull_plans[3];
	struct task_struct *task[RBULL_RUN_THREADS];
	struct rbull_run *run, *runs;
	struct rbull_image *image = rbull_plan_image(plan);
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, image);
	runs = kunit_kcalloc(test, RBULL_RUN_THREADS, sizeof(*runs),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, runs);
	KUNIT_EXPECT_EQ(test, 0, rbull_image_write(image, 0, rbull_test_data(1),
						   plan->size,
						   RBULL_TEST_WAIT));
	for (i = 0; i < RBULL_RUN_THREADS; i++) {
		run = &runs[i];
		if (rbull_run_init(run, plan, 100 + i,
				   rbull_image_clone(image)))
			run->error = "no memory";
		else
			memcpy(run->mirrors[0].bytes, rbull_test_data(1),
			       plan->size);
		task[i] = kthread_run(rbull_run_thread, run, "rbull_run/%u", i);
	}
	rbull_image_free(image);
	for (i = 0; i < RBULL_RUN_THREADS; i++) {
		run = &runs[i];
		if (IS_ERR(task[i]))
			KUNIT_FAIL(test, "cannot start a thread");
		while (!IS_ERR(task[i]) && !READ_ONCE(run->error) &&
		       READ_ONCE(run->round) < rbull_run_rounds / 4)
			msleep(20);
		if (!IS_ERR(task[i]))
			kthread_stop(task[i]);
		rbull_run_judge(test, run);
	}
	for (i = 0; i < RBULL_RUN_THREADS; i++)
		rbull_run_exit(&runs[i]);
	rbull_test_used(test, 0);
}

static struct kunit_case rbull_kunit_random_cases[] = {
	KUNIT_CASE_PARAM(rbull_test_random, rbull_plan_gen_params),
	KUNIT_CASE(rbull_test_parallel),
	{}
};

struct kunit_suite rbull_kunit_random = {
	.name = "rbull_random",
	.suite_init = rbull_test_suite_init,
	.suite_exit = rbull_test_suite_exit,
	.init = rbull_test_init,
	.exit = rbull_test_exit,
	.test_cases = rbull_kunit_random_cases,
};
