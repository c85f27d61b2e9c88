// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hold a reference to a gendisk for a while without having it open, as parts of
 * the kernel do for moments too short for a test. So the gendisk is not freed
 * when its driver puts it, and nothing keeps the driver from being unloaded.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static char *path;
module_param(path, charp, 0444);
MODULE_PARM_DESC(path, "the block device");

static unsigned int ms = 1000;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "how long to hold it, milliseconds");

static struct device *hold_device;

static void hold_end(struct work_struct *work)
{
	put_device(hold_device);
	pr_info("let go of it\n");
}

static DECLARE_DELAYED_WORK(hold_work, hold_end);

static int __init hold_init(void)
{
	struct file *file;

	if (!path)
		return -EINVAL;
	file = bdev_file_open_by_path(path, BLK_OPEN_READ, NULL, NULL);
	if (IS_ERR(file))
		return PTR_ERR(file);
	hold_device = get_device(disk_to_dev(file_bdev(file)->bd_disk));
	bdev_fput(file);
	schedule_delayed_work(&hold_work, msecs_to_jiffies(ms));
	return 0;
}

static void __exit hold_exit(void)
{
	flush_delayed_work(&hold_work);
}

module_init(hold_init);
module_exit(hold_exit);

MODULE_DESCRIPTION("Holds a gendisk for a while");
MODULE_LICENSE("GPL");
