// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameters, converted to a struct rbull_config.
 *
 * The kernel sets parameters before module init runs, and in any order, so they
 * are not checked while they are set. A value that cannot be parsed is kept
 * until init requests the configuration. Init then refuses it with the same log
 * line as a number that is out of range.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "config.h"
#include "params.h"
#include "reason.h"

static struct rbull_config rbull_params = RBULL_CONFIG_DEFAULT;

/* The first value that could not be parsed: its field, and its text. */
static const struct rbull_config_field *rbull_params_bad_field;
static char rbull_params_bad_text[64];

static const struct rbull_config_field *
rbull_params_field(const struct kernel_param *kp)
{
	return rbull_config_find(kp->arg);
}

static int rbull_params_set(const char *text, const struct kernel_param *kp)
{
	const struct rbull_config_field *field = rbull_params_field(kp);

	/* A boolean parameter may come without a value: modprobe rbull ro */
	if (!text)
		text = "1";
	if (rbull_config_parse(&rbull_params, field, text) &&
	    !rbull_params_bad_field) {
		rbull_params_bad_field = field;
		strscpy(rbull_params_bad_text, text,
			sizeof(rbull_params_bad_text));
		strim(rbull_params_bad_text);
	}
	return 0;
}

static int rbull_params_get(char *buffer, const struct kernel_param *kp)
{
	char text[24];

	rbull_config_format(text, sizeof(text), &rbull_params,
			    rbull_params_field(kp));
	return sysfs_emit(buffer, "%s\n", text);
}

static const struct kernel_param_ops rbull_params_ops = {
	.set = rbull_params_set,
	.get = rbull_params_get,
};

static const struct kernel_param_ops rbull_params_switch_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = rbull_params_set,
	.get = rbull_params_get,
};

#define RBULL_PARAM(name, description)					\
	module_param_cb(name, &rbull_params_ops, #name, 0444);		\
	__MODULE_PARM_TYPE(name, "long");				\
	MODULE_PARM_DESC(name, description)

#define RBULL_CHOICE(name, description)					\
	module_param_cb(name, &rbull_params_ops, #name, 0444);		\
	__MODULE_PARM_TYPE(name, "charp");				\
	MODULE_PARM_DESC(name, description)

#define RBULL_SWITCH(name, description)					\
	module_param_cb(name, &rbull_params_switch_ops, #name, 0444);	\
	__MODULE_PARM_TYPE(name, "bool");				\
	MODULE_PARM_DESC(name, description)

RBULL_PARAM(nr_disks, "disks to make at load time (1)");
RBULL_PARAM(disk_mb, "size of each disk in MiB (128)");
RBULL_PARAM(logical_block_size, "logical block size in bytes, power of two up to page size (512)");
RBULL_PARAM(physical_block_size, "physical block size in bytes, power of two (4096)");
RBULL_CHOICE(queue_mode, "how I/O reaches the driver: mq for requests, bio for bios (mq)");
RBULL_PARAM(nr_hw_queues, "hardware queues, 0 for one per CPU, fewer if they take over 2 MiB (0)");
RBULL_PARAM(poll_queues, "hardware queues for polled I/O, in addition (0)");
RBULL_PARAM(queue_depth, "requests in flight per hardware queue (128)");
RBULL_PARAM(max_segments, "maximum number of segments in a request (1024)");
RBULL_PARAM(max_segment_size, "maximum size of a segment in bytes (4194304)");
RBULL_PARAM(nminors, "minor numbers reserved for a disk and its partitions, 0 for none (0)");
RBULL_SWITCH(ro, "make the disks read-only (0)");
RBULL_SWITCH(discard, "offer discard and secure erase (1)");
RBULL_SWITCH(write_zeroes, "offer write zeroes (1)");
RBULL_SWITCH(rotational, "claim to be a spinning disk (0)");
RBULL_PARAM(numa_node, "memory node to take pages from, -1 for any (-1)");
RBULL_SWITCH(populate, "take all the memory at load time (0)");
RBULL_CHOICE(copy, "how to copy data, auto for the fastest way on this machine (auto)");
RBULL_PARAM(mem_limit_mb, "RAM for the contents of all disks in MiB, 0 for half of RAM (0)");

/**
 * rbull_params_config() - get the configuration of the module parameters
 *
 * Context: module init.
 * Return: the configuration, which is valid. Changes to it show in
 * /sys/module/rbull/parameters. ERR_PTR(-EINVAL) after logging the reason if a
 * parameter is invalid.
 */
struct rbull_config *rbull_params_config(void)
{
	struct rbull_reason reason;
	int err;

	if (rbull_params_bad_field)
		err = rbull_config_refuse(rbull_params_bad_field,
					  rbull_params_bad_text, &reason);
	else
		err = rbull_config_validate(&rbull_params, &reason);
	if (err) {
		pr_err("%s\n", reason.text);
		return ERR_PTR(err);
	}
	rbull_params.disk_size = rbull_params.disk_mb << 20;
	return &rbull_params;
}
