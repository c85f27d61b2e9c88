// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks: what they look like to the kernel, how they come and go.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/rbull.h>

#include "compat/disk.h"
#include "compat/limits.h"
#include "compat/ops.h"
#include "config.h"
#include "disk/disk.h"
#include "disk/open.h"
#include "disk/snapshot.h"
#include "disk/sysfs.h"
#include "image/contents.h"
#include "queue/bio.h"
#include "queue/latency.h"
#include "queue/mq.h"
#include "queue/queue.h"
#include "queue/stats.h"
#include "reason.h"

/* 64 heads of 32 sectors of 512 bytes: a cylinder is 1 MiB. */
#define RBULL_GEO_HEADS		64
#define RBULL_GEO_SECTORS	32
#define RBULL_GEO_CYLINDER	(RBULL_GEO_HEADS * RBULL_GEO_SECTORS)

/* Buffers of direct I/O begin at a multiple of 4 bytes: a mask. */
#define RBULL_DMA_ALIGNMENT	3

static int rbull_disk_major;

/* Frees disks, as the one who drops the last reference may not sleep for it. */
static struct workqueue_struct *rbull_disk_workers;
/*
 * Disks and, where free_disk() tells of their end, gendisks that were added; with
 * its lock, so that who finds none left knows that nobody is telling so any more.
 */
static DEFINE_SPINLOCK(rbull_disk_count_lock);
static unsigned int rbull_disk_count;
static DECLARE_WAIT_QUEUE_HEAD(rbull_disk_gone);

static void rbull_disk_count_one(void)
{
	spin_lock(&rbull_disk_count_lock);
	rbull_disk_count++;
	spin_unlock(&rbull_disk_count_lock);
}

static void rbull_disk_uncount(void)
{
	spin_lock(&rbull_disk_count_lock);
	if (!--rbull_disk_count)
		wake_up_all(&rbull_disk_gone);
	spin_unlock(&rbull_disk_count_lock);
}

static bool rbull_disk_is_none_left(void)
{
	bool none;

	spin_lock(&rbull_disk_count_lock);
	none = !rbull_disk_count;
	spin_unlock(&rbull_disk_count_lock);
	return none;
}

/*
 * The gendisk lives on while somebody is about to open it, and before 5.15 the
 * block layer may call open() then, although the disk is gone.
 */
static DEFINE_SPINLOCK(rbull_disk_private_lock);

static struct rbull_disk *rbull_disk_get_private(struct gendisk *gendisk)
{
	struct rbull_disk *disk = NULL;

	spin_lock(&rbull_disk_private_lock);
	if (gendisk->private_data)
		disk = rbull_disk_of(gendisk);
	if (disk && !refcount_inc_not_zero(&disk->refs))
		disk = NULL;
	spin_unlock(&rbull_disk_private_lock);
	return disk;
}

static void rbull_disk_clear_private(struct gendisk *gendisk)
{
	spin_lock(&rbull_disk_private_lock);
	gendisk->private_data = NULL;
	spin_unlock(&rbull_disk_private_lock);
}

static int rbull_disk_open(struct gendisk *gendisk, blk_mode_t mode)
{
	struct rbull_disk *disk = rbull_disk_get_private(gendisk);
	int err;

	if (!disk)
		return -ENXIO;
	err = rbull_disk_count_open(disk, mode);
	if (err)
		rbull_disk_put(disk);
	return err;
}

static void rbull_disk_release(struct gendisk *gendisk)
{
	struct rbull_disk *disk = rbull_disk_of(gendisk);

	rbull_disk_count_release(disk);
	rbull_disk_put(disk);
}

/*
 * The last one to know the gendisk has let go of it, perhaps long after us. Until
 * then it refers to the module.
 */
static void __maybe_unused rbull_disk_free_gendisk(struct gendisk *gendisk)
{
	rbull_disk_uncount();
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
COMPAT_SET_READ_ONLY(rbull_disk_set_read_only)
COMPAT_GETGEO(rbull_disk_getgeo)
COMPAT_SUBMIT_BIO(rbull_bio_submit)

static const struct block_device_operations rbull_disk_mq_ops = {
	.owner = THIS_MODULE,
	.open = compat_ops(rbull_disk_open),
	.release = compat_ops(rbull_disk_release),
	.set_read_only = compat_ops(rbull_disk_set_read_only),
	COMPAT_FREE_DISK(rbull_disk_free_gendisk)
	.getgeo = compat_ops(rbull_disk_getgeo),
};

static const struct block_device_operations rbull_disk_bio_ops = {
	.owner = THIS_MODULE,
	.submit_bio = compat_ops(rbull_bio_submit),
	.open = compat_ops(rbull_disk_open),
	.release = compat_ops(rbull_disk_release),
	.set_read_only = compat_ops(rbull_disk_set_read_only),
	COMPAT_FREE_DISK(rbull_disk_free_gendisk)
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
	/* Data is copied by the CPU, which takes any address; as NVMe has it. */
	limits->dma_alignment = RBULL_DMA_ALIGNMENT;
	if (config->write_zeroes) {
		limits->max_write_zeroes_sectors = most;
		limits->max_hw_wzeroes_unmap_sectors = most;
	}
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
	if (disk->queue.takes_bios)
		gendisk = blk_alloc_disk(&limits, config->numa_node);
	else
		gendisk = blk_mq_alloc_disk(&disk->queue.tag_set, &limits,
					    &disk->queue);
	if (IS_ERR(gendisk))
		return PTR_ERR(gendisk);
	disk->queue.gendisk = gendisk;
	gendisk->private_data = &disk->queue;
	gendisk->fops = disk->queue.takes_bios ? &rbull_disk_bio_ops :
						 &rbull_disk_mq_ops;
	/*
	 * Without any, the kernel gives it a number of those that disks of all
	 * drivers share. LVM takes these; it would have to be told of ours.
	 */
	gendisk->major = config->nminors ? rbull_disk_major : 0;
	gendisk->minors = config->nminors;
	set_capacity(gendisk, disk->queue.contents.size >> SECTOR_SHIFT);
	set_disk_ro(gendisk, config->ro);
	return 0;
}

/* Undo whatever of a disk was made; takes one that is half made as well. */
static void rbull_disk_free(struct rbull_disk *disk)
{
	rbull_snapshot_free_all(disk);
	if (disk->queue.gendisk) {
		rbull_disk_clear_private(disk->queue.gendisk);
		put_disk(disk->queue.gendisk);
	}
	if (disk->queue.tag_set.tags)
		blk_mq_free_tag_set(&disk->queue.tag_set);
	rbull_contents_free(&disk->queue.contents);
	rbull_latency_exit(&disk->queue.latency);
	rbull_stats_exit(&disk->queue.stats);
	kfree(disk);
	rbull_disk_uncount();
}

static void rbull_disk_free_work(struct work_struct *work)
{
	rbull_disk_free(container_of(work, struct rbull_disk, free_work));
}

static int rbull_disk_alloc_parts(struct rbull_disk *disk)
{
	int err;

	err = rbull_stats_init(&disk->queue.stats);
	if (!err && !disk->queue.takes_bios)
		err = rbull_mq_alloc_tags(&disk->queue, &disk->config);
	if (!err)
		err = rbull_disk_alloc_gendisk(disk, &disk->config);
	return err;
}

/* An image holds no request: a write that waits for memory gives up by itself. */
static const struct rbull_backend_ops rbull_disk_image_ops = {};

static void rbull_disk_init_queue(struct rbull_queue *queue,
				  const struct rbull_config *config,
				  struct rbull_contents contents)
{
	queue->contents = contents;
	queue->block_mask = config->logical_block_size - 1;
	queue->takes_bios = config->queue_mode == RBULL_QUEUE_MODE_BIO;
	queue->keeps_blocks = config->populate;
	rbull_bio_init_queue(queue);
}

/**
 * rbull_disk_alloc() - make a disk, visible to nobody yet
 * @config: what it looks like; valid
 * @contents: what it contains; belongs to the disk from now on, even in case of
 *	failure
 *
 * Context: may sleep.
 * Return: the disk with one reference, or an ERR_PTR().
 */
struct rbull_disk *rbull_disk_alloc(const struct rbull_config *config,
				    struct rbull_contents contents)
{
	struct rbull_disk *disk;
	int err;

	disk = kzalloc_node(sizeof(*disk), GFP_KERNEL, config->numa_node);
	if (!disk) {
		rbull_contents_free(&contents);
		return ERR_PTR(-ENOMEM);
	}
	rbull_disk_count_one();
	rbull_disk_init_queue(&disk->queue, config, contents);
	disk->backend = &rbull_disk_image_ops;
	disk->config = *config;
	refcount_set(&disk->refs, 1);
	INIT_WORK(&disk->free_work, rbull_disk_free_work);
	mutex_init(&disk->contents_lock);
	mutex_init(&disk->open_lock);
	INIT_LIST_HEAD(&disk->snapshots);
	err = rbull_disk_alloc_parts(disk);
	if (err) {
		rbull_disk_free(disk);
		return ERR_PTR(err);
	}
	return disk;
}

/**
 * rbull_disk_set_index() - give a disk its number
 * @disk: the disk, not added yet
 * @index: the number
 * @minors: how many minor numbers lie between one disk and the next, of those
 *	that have some of their own
 */
void rbull_disk_set_index(struct rbull_disk *disk, unsigned int index,
			  unsigned int minors)
{
	disk->index = index;
	if (disk->queue.gendisk->minors)
		disk->queue.gendisk->first_minor = index * minors;
	snprintf(disk->queue.gendisk->disk_name, DISK_NAME_LEN, RBULL_NAME "%u",
		 index);
}

/**
 * rbull_disk_get() - count one more user of a disk
 * @disk: the disk
 *
 * Context: any.
 */
void rbull_disk_get(struct rbull_disk *disk)
{
	refcount_inc(&disk->refs);
}

/**
 * rbull_disk_put() - drop a reference
 * @disk: the disk; it is freed in the background if that was the last one
 *
 * Context: any.
 */
void rbull_disk_put(struct rbull_disk *disk)
{
	if (!refcount_dec_and_test(&disk->refs))
		return;
	rbull_contents_retire(&disk->queue.contents);
	queue_work(rbull_disk_workers, &disk->free_work);
}

/* It is locked; if it is being removed, no longer. */
static int rbull_disk_locked(struct rbull_disk *disk)
{
	if (!disk->is_removed)
		return 0;
	mutex_unlock(&disk->contents_lock);
	return -ENODEV;
}

/**
 * rbull_disk_lock() - keep the contents of a disk from being changed by others
 * @disk: the disk
 *
 * That is, from being replaced, resized or removed; I/O goes on.
 *
 * Context: may sleep.
 * Return: 0; -ENODEV if it is being removed; -EINTR if the caller was killed.
 */
int rbull_disk_lock(struct rbull_disk *disk)
{
	return mutex_lock_killable(&disk->contents_lock) ?:
	       rbull_disk_locked(disk);
}

/**
 * rbull_disk_lock_or_refuse() - rbull_disk_lock() that says why not
 * @disk: the disk
 * @reason: where to
 *
 * Context: may sleep.
 * Return: as of rbull_disk_lock().
 */
int rbull_disk_lock_or_refuse(struct rbull_disk *disk,
			      struct rbull_reason *reason)
{
	int err = rbull_disk_lock(disk);

	if (!err)
		return 0;
	return rbull_refuse(reason, err, "rbull%u is %s", disk->index,
			    err == -ENODEV ? "being removed" : "busy");
}

/**
 * rbull_disk_lock_always() - rbull_disk_lock() for those who cannot give up
 * @disk: the disk
 *
 * Whoever holds the lock ends in bounded time.
 *
 * Context: may sleep.
 * Return: 0, or -ENODEV if it is being removed.
 */
int rbull_disk_lock_always(struct rbull_disk *disk)
{
	mutex_lock(&disk->contents_lock);
	return rbull_disk_locked(disk);
}

/**
 * rbull_disk_unlock() - undo rbull_disk_lock()
 * @disk: the disk
 */
void rbull_disk_unlock(struct rbull_disk *disk)
{
	mutex_unlock(&disk->contents_lock);
}

/**
 * rbull_disk_add() - make a disk visible
 * @disk: the disk, which has its number
 *
 * Context: may sleep.
 * Return: 0 or a negative errno; then the disk cannot be used for anything.
 */
int rbull_disk_add(struct rbull_disk *disk)
{
	int err;

	/* For rbull_disk_free_gendisk(), which is called if this succeeds. */
	if (compat_has_free_disk())
		rbull_disk_count_one();
	err = device_add_disk(NULL, disk->queue.gendisk, rbull_sysfs_groups);
	if (err && compat_has_free_disk())
		rbull_disk_uncount();
	return err;
}

/**
 * rbull_disk_abort() - have all requests end that something holds
 * @disk: the disk, locked by rbull_disk_lock(), or closed
 *
 * To be called before whatever waits for requests: freezing, removing.
 *
 * Context: may sleep, in bounded time.
 */
void rbull_disk_abort(struct rbull_disk *disk)
{
	if (disk->backend->abort)
		disk->backend->abort(disk);
}

/**
 * rbull_disk_del() - make a disk invisible
 * @disk: the disk, after rbull_disk_close(); the caller has a reference
 *
 * Nobody finds the disk any more once del_gendisk() returns, which also takes
 * away its attributes, waits for the requests in flight, and lets no more in.
 * Who still has it open gets errors, and keeps the module from being unloaded.
 *
 * Context: may sleep.
 */
void rbull_disk_del(struct rbull_disk *disk)
{
	rbull_disk_abort(disk);
	del_gendisk(disk->queue.gendisk);
	rbull_bio_flush(&disk->queue);
}

/**
 * rbull_disk_init() - get ready for disks
 *
 * Context: module init.
 * Return: 0 or a negative errno, after telling the log.
 */
int rbull_disk_init(void)
{
	/* Writers to other disks wait for the memory of one that goes. */
	rbull_disk_workers = alloc_workqueue("rbull_disk", WQ_MEM_RECLAIM |
					     WQ_UNBOUND, 0);
	if (!rbull_disk_workers)
		return -ENOMEM;
	rbull_disk_major = register_blkdev(0, RBULL_NAME);
	if (rbull_disk_major < 0) {
		pr_err("no free block device major: error %d\n",
		       rbull_disk_major);
		destroy_workqueue(rbull_disk_workers);
		return rbull_disk_major;
	}
	return 0;
}

/**
 * rbull_disk_exit() - wait until all disks, which were removed, are freed
 *
 * Context: may sleep; module exit, or init that failed.
 */
void rbull_disk_exit(void)
{
	/*
	 * An open disk keeps the module from being unloaded. It does not keep a
	 * module from being freed whose init has failed; and a gendisk, which
	 * others may have without opening it, keeps no module.
	 */
	wait_event(rbull_disk_gone, rbull_disk_is_none_left());
	destroy_workqueue(rbull_disk_workers);
	unregister_blkdev(rbull_disk_major, RBULL_NAME);
}
