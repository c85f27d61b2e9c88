// SPDX-License-Identifier: GPL-2.0-only
/*
 * A separate module with the image's code linked in. It measures the time of a
 * clone, of the first write after it, and of freeing it. All is done while the
 * module loads; the parameter `report` has the results.
 */
#include <linux/err.h>
#include <linux/delay.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/numa.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>

#include "bench_stats.h"
#include "image/image.h"
#include "image/io.h"
#include "memory.h"

#define RBULL_BENCH_CLONES	101

/* The times that are measured for each clone. */
enum {
	RBULL_BENCH_CLONE,
	RBULL_BENCH_FIRST_WRITE,
	RBULL_BENCH_FREE,
	RBULL_BENCH_TIMES
};

static const char *const rbull_bench_times[RBULL_BENCH_TIMES] = {
	[RBULL_BENCH_CLONE] = "clone",
	[RBULL_BENCH_FIRST_WRITE] = "first-write",
	[RBULL_BENCH_FREE] = "free",
};

static u64 rbull_bench_taken[RBULL_BENCH_TIMES][RBULL_BENCH_CLONES];
static char rbull_bench_report[512];

static unsigned int content_mb = 1;
module_param(content_mb, uint, 0444);
MODULE_PARM_DESC(content_mb, "MiB that the image contains, a power of two (1)");

static bool scattered;
module_param(scattered, bool, 0444);
MODULE_PARM_DESC(scattered, "written page by page in a random order (0)");

static int rbull_bench_get_report(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", rbull_bench_report);
}

static const struct kernel_param_ops rbull_bench_report_ops = {
	.get = rbull_bench_get_report,
};
module_param_cb(report, &rbull_bench_report_ops, NULL, 0444);
MODULE_PARM_DESC(report, "what was measured");

static int rbull_bench_fill(struct rbull_image *image, void *data)
{
	size_t len = scattered ? PAGE_SIZE : SZ_1M;
	u64 blocks = div_u64((u64)content_mb * SZ_1M, len), i, at = 0;
	int err = 0;

	for (i = 0; i < blocks && !err; i++) {
		err = rbull_image_write(image, at * len, data, len, GFP_KERNEL);
		/* A congruential generator of full period. */
		at = scattered ? (at * 0x915f77f5 + 0x6b43a9b5) & (blocks - 1) :
				 at + 1;
		cond_resched();
	}
	return err;
}

static int rbull_bench_clone(struct rbull_image *image, const void *data, int i)
{
	u64 begin = ktime_get_ns(), cloned, written, freed;
	struct rbull_image *clone = rbull_image_clone(image);
	int err;

	cloned = ktime_get_ns();
	if (IS_ERR(clone))
		return PTR_ERR(clone);
	err = rbull_image_write(image, 0, data, PAGE_SIZE, GFP_KERNEL);
	written = ktime_get_ns();
	rbull_image_free(clone);
	freed = ktime_get_ns();
	rbull_bench_taken[RBULL_BENCH_CLONE][i] = cloned - begin;
	rbull_bench_taken[RBULL_BENCH_FIRST_WRITE][i] = written - cloned;
	rbull_bench_taken[RBULL_BENCH_FREE][i] = freed - written;
	/* The rest of freeing is done in the background. */
	usleep_range(1000, 2000);
	return err;
}

static int rbull_bench_measure(void)
{
	struct rbull_image *image = rbull_image_alloc((u64)content_mb * SZ_1M,
						      NUMA_NO_NODE);
	void *data = kvzalloc(SZ_1M, GFP_KERNEL);
	int err = data ? 0 : -ENOMEM, i;

	if (IS_ERR(image)) {
		kvfree(data);
		return PTR_ERR(image);
	}
	if (!err) {
		memset(data, 0x5a, SZ_1M);
		err = rbull_bench_fill(image, data);
	}
	for (i = 0; i < RBULL_BENCH_CLONES && !err; i++)
		err = rbull_bench_clone(image, data, i);
	kvfree(data);
	rbull_image_free(image);
	return err;
}

static int __init rbull_bench_image_init(void)
{
	int err, i, at = 0;

	rbull_memory_init(0);
	err = rbull_image_init();
	if (err)
		return err;
	err = rbull_bench_measure();
	rbull_image_exit();
	rbull_memory_exit();
	for (i = 0; i < RBULL_BENCH_TIMES; i++) {
		at += scnprintf(rbull_bench_report + at,
				sizeof(rbull_bench_report) - at, "%s%s ",
				i ? "\n" : "", rbull_bench_times[i]);
		at += rbull_bench_summarize(rbull_bench_report + at,
					    sizeof(rbull_bench_report) - at,
					    rbull_bench_taken[i],
					    RBULL_BENCH_CLONES, 1);
	}
	return err;
}
module_init(rbull_bench_image_init);

static void __exit rbull_bench_image_exit(void)
{
}
module_exit(rbull_bench_image_exit);

MODULE_DESCRIPTION("Measures clones of rbull's image");
MODULE_LICENSE("GPL");
