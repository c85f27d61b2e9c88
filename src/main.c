// SPDX-License-Identifier: GPL-2.0-only
/*
 * rbull: block devices in RAM. Init and exit of its parts, in the right order.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/module.h>

#include "config.h"
#include "control/device.h"
#include "disk/cache.h"
#include "disk/disk.h"
#include "disk/disks.h"
#include "disk/remove.h"
#include "image/copy.h"
#include "image/image.h"
#include "memory.h"
#include "params.h"
#include "queue/queue.h"
#include "version.h"

/* The contents of disks, and what carries out their I/O. */
static int __init rbull_init_data(struct rbull_config *config)
{
	int err;

	rbull_copy_init(config->copy);
	config->mem_limit_mb = rbull_memory_init(config->mem_limit_mb);
	err = rbull_image_init();
	if (err)
		goto exit_memory;
	err = rbull_queue_init();
	if (err)
		goto exit_image;
	return 0;

exit_image:
	rbull_image_exit();
exit_memory:
	rbull_memory_exit();
	return err;
}

static void rbull_exit_data(void)
{
	rbull_queue_exit();
	rbull_image_exit();
	rbull_memory_exit();
}

/* The disks, and the control device, which is the last to become visible. */
static int __init rbull_init_disks(const struct rbull_config *config)
{
	int err = rbull_cache_init();

	if (err)
		return err;
	err = rbull_disk_init();
	if (err)
		goto exit_cache;
	err = rbull_disks_init(config);
	if (err)
		goto exit_disk;
	err = rbull_remove_init();
	if (err)
		goto exit_disks;
	err = rbull_control_init();
	if (err)
		goto exit_remove;
	return 0;

exit_remove:
	rbull_remove_exit();
exit_disks:
	rbull_disks_exit();
exit_disk:
	rbull_disk_exit();
exit_cache:
	rbull_cache_exit();
	return err;
}

static void rbull_exit_disks(void)
{
	rbull_control_exit();
	rbull_remove_exit();
	rbull_disks_exit();
	rbull_disk_exit();
	rbull_cache_exit();
}

static int __init rbull_init(void)
{
	struct rbull_config *config = rbull_params_config();
	int err;

	if (IS_ERR(config))
		return PTR_ERR(config);
	err = rbull_init_data(config);
	if (err)
		return err;
	err = rbull_init_disks(config);
	if (err) {
		rbull_exit_data();
		return err;
	}
	pr_info("disks: %lld of %lld MiB; at most %lld MiB of RAM\n",
		config->nr_disks, config->disk_mb, config->mem_limit_mb);
	rbull_copy_log();
	return 0;
}

static void __exit rbull_exit(void)
{
	rbull_exit_disks();
	rbull_exit_data();
}

module_init(rbull_init);
module_exit(rbull_exit);

MODULE_DESCRIPTION("Block devices in RAM");
MODULE_AUTHOR("The rbull developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(RBULL_VERSION);
