// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks: what they look like to the kernel, how they come and go.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/rbull.h>

#include "compat/disk.h"
#include "compat/limits.h"
#include "compat/ops.h"
#include "config.h"
#include "disk.h"
#include "image.h"
#include "queue.h"
#include "sysfs.h"

/* 64 heads of 32 sectors of 512 bytes: a cylinder is 1 MiB. */
#define RBULL_GEO_HEADS		64
#define RBULL_GEO_SECTORS	32
#define RBULL_GEO_CYLINDER	(RBULL_GEO_HEADS * RBULL_GEO_SECTORS)

/*
 * All disks, in the order of their numbers. Changed by module init and exit
 * only, which never run at the same time.
 */
static LIST_HEAD(rbull_disk_list);
static int rbull_disk_major;

static int rbull_disk_open(struct gendisk *gendisk, blk_mode_t mode)
{
	struct rbull_disk *disk = gendisk->private_data;

	atomic_inc(&disk->opens);
	return 0;
}

static void rbull_disk_release(struct gendisk *gendisk)
{
	struct rbull_disk *disk = gendisk->private_data;

	atomic_dec(&disk->opens);
}

/* There are no cylinders; old partitioning tools want some all the same. */
static int rbull_disk_getgeo(struct gendisk *gendisk, struct hd_geometry *geo)
{
	geo->heads = RBULL_GEO_HEADS;
	geo->sectors = RBULL_GEO_SECTORS;
	geo->cylinders = min_t(sector_t, get_capacity(gendisk) /
			       RBULL_GEO_CYLINDER, USHRT_MAX);
	return 0;
}

COMPAT_OPEN(rbull_disk_open)
COMPAT_RELEASE(rbull_disk_release)
COMPAT_GETGEO(rbull_disk_getgeo)
COMPAT_SUBMIT_BIO(rbull_bio_submit)

static const struct block_device_operations rbull_disk_mq_ops = {
	.owner = THIS_MODULE,
	.open = compat_ops(rbull_disk_open),
	.release = compat_ops(rbull_disk_release),
	.getgeo = compat_ops(rbull_disk_getgeo),
};

static const struct block_device_operations rbull_disk_bio_ops = {
	.owner = THIS_MODULE,
	.submit_bio = compat_ops(rbull_bio_submit),
	.open = compat_ops(rbull_disk_open),
	.release = compat_ops(rbull_disk_release),
	.getgeo = compat_ops(rbull_disk_getgeo),
};

static void rbull_disk_set_limits(struct queue_limits *limits,
				  const struct rbull_config *config)
{
	/* A bio counts bytes in 32 bits; RAM comes back page by page. */
	const unsigned int most = round_down(UINT_MAX, PAGE_SIZE) >>
				  SECTOR_SHIFT;

	/*
	 * Nothing is volatile behind a flush yet. A write cache is announced
	 * all the same: without it the block layer keeps flush and FUA to
	 * itself, and users could not see that their programs ask for them.
	 */
	limits->features = BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA |
			   BLK_FEAT_NOWAIT;
	if (config->rotational)
		limits->features |= BLK_FEAT_ROTATIONAL;
	limits->logical_block_size = config->logical_block_size;
	limits->physical_block_size = config->physical_block_size;
	limits->io_min = config->physical_block_size;
	limits->max_hw_sectors = RBULL_MAX_REQUEST_SIZE >> SECTOR_SHIFT;
	limits->max_segments = config->max_segments;
	limits->max_segment_size = config->max_segment_size;
	limits->max_write_zeroes_sectors = most;
	limits->max_hw_wzeroes_unmap_sectors = most;
	if (!config->discard)
		return;
	limits->discard_granularity = max_t(unsigned int, PAGE_SIZE,
					    config->physical_block_size);
	limits->max_hw_discard_sectors = most;
	limits->max_secure_erase_sectors = most;
}

static int rbull_disk_alloc_gendisk(struct rbull_disk *disk,
				    const struct rbull_config *config)
{
	struct queue_limits limits = {};
	struct gendisk *gendisk;

	rbull_disk_set_limits(&limits, config);
	if (config->queue_mode == RBULL_QUEUE_MODE_BIO)
		gendisk = blk_alloc_disk(&limits, config->numa_node);
	else
		gendisk = blk_mq_alloc_disk(&disk->tag_set, &limits, disk);
	if (IS_ERR(gendisk))
		return PTR_ERR(gendisk);
	disk->gendisk = gendisk;
	gendisk->private_data = disk;
	gendisk->fops = config->queue_mode == RBULL_QUEUE_MODE_BIO ?
			&rbull_disk_bio_ops : &rbull_disk_mq_ops;
	gendisk->major = rbull_disk_major;
	gendisk->minors = config->nminors;
	set_capacity(gendisk, disk->size >> SECTOR_SHIFT);
	set_disk_ro(gendisk, config->ro);
	return 0;
}

static int rbull_disk_alloc_image(struct rbull_disk *disk,
				  const struct rbull_config *config)
{
	struct rbull_image *image = rbull_image_alloc(disk->size,
						       config->numa_node);

	if (IS_ERR(image))
		return PTR_ERR(image);
	disk->image = image;
	return config->populate ? rbull_image_populate(image, disk->size) : 0;
}

/* Undo whatever of a disk was made; takes one that is half made as well. */
static void rbull_disk_free(struct rbull_disk *disk)
{
	if (disk->gendisk)
		put_disk(disk->gendisk);
	if (disk->tag_set.tags)
		blk_mq_free_tag_set(&disk->tag_set);
	if (disk->image)
		rbull_image_free(disk->image);
	rbull_stats_exit(&disk->stats);
	kfree(disk);
}

static int rbull_disk_alloc_parts(struct rbull_disk *disk,
				  const struct rbull_config *config)
{
	int err;

	err = rbull_stats_init(&disk->stats);
	if (!err)
		err = rbull_disk_alloc_image(disk, config);
	if (!err && config->queue_mode == RBULL_QUEUE_MODE_MQ)
		err = rbull_mq_alloc_tags(disk, config);
	if (!err)
		err = rbull_disk_alloc_gendisk(disk, config);
	return err;
}

static struct rbull_disk *rbull_disk_alloc(const struct rbull_config *config,
					   unsigned int index)
{
	struct rbull_disk *disk;
	int err;

	disk = kzalloc_node(sizeof(*disk), GFP_KERNEL, config->numa_node);
	if (!disk)
		return ERR_PTR(-ENOMEM);
	disk->size = (u64)config->disk_mb << 20;
	disk->block_mask = config->logical_block_size - 1;
	rbull_bio_init(disk);
	err = rbull_disk_alloc_parts(disk, config);
	if (err) {
		rbull_disk_free(disk);
		return ERR_PTR(err);
	}
	snprintf(disk->gendisk->disk_name, DISK_NAME_LEN, RBULL_NAME "%u",
		 index);
	disk->gendisk->first_minor = index * config->nminors;
	return disk;
}

static void rbull_disk_free_list(struct list_head *list)
{
	struct rbull_disk *disk, *next;

	list_for_each_entry_safe_reverse(disk, next, list, list) {
		list_del(&disk->list);
		rbull_disk_free(disk);
	}
}

/* Make all disks, visible to nobody yet. */
static int rbull_disk_alloc_list(struct list_head *list,
				 const struct rbull_config *config)
{
	unsigned int index;

	for (index = 0; index < config->nr_disks; index++) {
		struct rbull_disk *disk = rbull_disk_alloc(config, index);

		if (IS_ERR(disk)) {
			pr_err("cannot make disk %u of nr_disks=%lld with disk_mb=%lld%s: error %ld\n",
			       index + 1, config->nr_disks, config->disk_mb,
			       config->populate ? " and populate=1" : "",
			       PTR_ERR(disk));
			rbull_disk_free_list(list);
			return PTR_ERR(disk);
		}
		list_add_tail(&disk->list, list);
	}
	return 0;
}

/*
 * Nobody can open the disk any more once del_gendisk() returns, which also takes
 * away its attributes and waits for the requests in flight. Who still has it
 * open keeps the module from being unloaded, but not a module from being freed
 * whose init has failed: so wait for the last one to close it, and then for the
 * bios that a worker has. After put_disk() the queue, and with it whatever could
 * reach the image, is gone.
 */
static void rbull_disk_del(struct rbull_disk *disk)
{
	list_del(&disk->list);
	del_gendisk(disk->gendisk);
	while (atomic_read(&disk->opens))
		msleep(1);
	rbull_bio_drain(disk);
	rbull_disk_free(disk);
}

static void rbull_disk_del_all(void)
{
	struct rbull_disk *disk, *next;

	list_for_each_entry_safe_reverse(disk, next, &rbull_disk_list, list)
		rbull_disk_del(disk);
}

/**
 * struct rbull_disk_adding - disks that are to become visible
 * @work: does it
 * @list: the disks; those that could not be added remain
 * @err: why
 */
struct rbull_disk_adding {
	struct work_struct work;
	struct list_head list;
	int err;
};

static void rbull_disk_add_work(struct work_struct *work)
{
	struct rbull_disk_adding *adding =
		container_of(work, struct rbull_disk_adding, work);
	struct rbull_disk *disk, *next;

	list_for_each_entry_safe(disk, next, &adding->list, list) {
		adding->err = device_add_disk(NULL, disk->gendisk,
					      rbull_sysfs_groups);
		if (adding->err) {
			pr_err("cannot add %s: error %d\n",
			       disk->gendisk->disk_name, adding->err);
			return;
		}
		list_move_tail(&disk->list, &rbull_disk_list);
	}
}

/*
 * Make disks visible, in a worker: when a disk is added the kernel opens it to
 * look for partitions. What a user's process opens in the kernel is closed only
 * on its way out of it, and when a module's init fails, that is after the module
 * was freed. What a worker opens is closed by another worker.
 */
static int rbull_disk_add_list(struct list_head *list)
{
	struct rbull_disk_adding adding = {};
	struct workqueue_struct *worker;

	worker = alloc_workqueue("rbull_add", WQ_UNBOUND, 1);
	if (!worker) {
		rbull_disk_free_list(list);
		return -ENOMEM;
	}
	INIT_LIST_HEAD(&adding.list);
	list_splice_init(list, &adding.list);
	INIT_WORK_ONSTACK(&adding.work, rbull_disk_add_work);
	queue_work(worker, &adding.work);
	flush_work(&adding.work);
	destroy_work_on_stack(&adding.work);
	destroy_workqueue(worker);
	rbull_disk_free_list(&adding.list);
	return adding.err;
}

/**
 * rbull_disk_init() - make the disks that are there from the start
 * @config: how many, and what they look like; valid
 *
 * They become visible when all of them are whole.
 *
 * Context: module init.
 * Return: 0, or the error of what could not be had, after telling the log and
 * undoing all.
 */
int rbull_disk_init(const struct rbull_config *config)
{
	LIST_HEAD(list);
	int err;

	rbull_disk_major = register_blkdev(0, RBULL_NAME);
	if (rbull_disk_major < 0) {
		pr_err("no free block device major: error %d\n",
		       rbull_disk_major);
		return rbull_disk_major;
	}
	err = rbull_disk_alloc_list(&list, config);
	if (!err)
		err = rbull_disk_add_list(&list);
	if (err)
		rbull_disk_exit();
	return err;
}

/**
 * rbull_disk_exit() - remove all disks
 *
 * Context: module exit, or init that failed.
 */
void rbull_disk_exit(void)
{
	rbull_disk_del_all();
	unregister_blkdev(rbull_disk_major, RBULL_NAME);
}
