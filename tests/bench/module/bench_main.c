// SPDX-License-Identifier: GPL-2.0-only
/*
 * A loop in the kernel that measures block devices. Write a job to the
 * parameter `run`, as words KEY=VALUE (bench_job.c). When the write returns,
 * the parameter `report` has the results, one line per thread.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "bench.h"

#define RBULL_BENCH_REPORT_SIZE	PAGE_SIZE

static char *rbull_bench_report;

static unsigned int memory_mb;
module_param(memory_mb, uint, 0444);
MODULE_PARM_DESC(memory_mb, "MiB to take for jobs that copy memory (0)");

/* The lock of the parameters allows only one job at a time. */
static int rbull_bench_set_run(const char *text, const struct kernel_param *kp)
{
	struct rbull_bench_job job;
	char *words;
	int err;

	if (!rbull_bench_report)
		return -EAGAIN;
	rbull_bench_report[0] = '\0';
	words = kstrdup(text, GFP_KERNEL);
	if (!words)
		return -ENOMEM;
	err = rbull_bench_job_parse(&job, words);
	kfree(words);
	if (err)
		return err;
	return rbull_bench_run(&job, rbull_bench_report,
			       RBULL_BENCH_REPORT_SIZE);
}

static const struct kernel_param_ops rbull_bench_run_ops = {
	.set = rbull_bench_set_run,
};
module_param_cb(run, &rbull_bench_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "a job, which is done at once");

static int rbull_bench_get_report(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", rbull_bench_report);
}

static const struct kernel_param_ops rbull_bench_report_ops = {
	.get = rbull_bench_get_report,
};
module_param_cb(report, &rbull_bench_report_ops, NULL, 0444);
MODULE_PARM_DESC(report, "what the last job measured");

static int __init rbull_bench_init(void)
{
	int err = rbull_bench_memory_init(memory_mb);

	if (err)
		return err;
	rbull_bench_report = kzalloc(RBULL_BENCH_REPORT_SIZE, GFP_KERNEL);
	if (rbull_bench_report)
		return 0;
	rbull_bench_memory_exit();
	return -ENOMEM;
}
module_init(rbull_bench_init);

static void __exit rbull_bench_exit(void)
{
	kfree(rbull_bench_report);
	rbull_bench_memory_exit();
}
module_exit(rbull_bench_exit);

MODULE_DESCRIPTION("Measures block devices from inside the kernel");
MODULE_LICENSE("GPL");
