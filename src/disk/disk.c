// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks: their gendisks and queue limits, adding and deleting.
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

/* Alignment mask: buffers of direct I/O start at a multiple of 4 bytes. */
#define RBULL_DMA_ALIGNMENT	3

static int rbull_disk_major;

/* Frees disks, as the last reference may be dropped in atomic context. */
static struct workqueue_struct *rbull_disk_workers;
/*
 * Number of disks and, on kernels with free_disk(), of gendisks that were
 * added. The lock makes a waiter see 0 only after the wakeup of the last
 * decrement is complete: the waiter then lets the module be unloaded.
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
 * A gendisk outlives its disk while an opener holds a reference to it. Before
 * 5.15 the block layer may then call open() although the disk is gone.
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
 * Called when the last reference to the gendisk is dropped, which may be long
 * after the disk was deleted. Until then the gendisk points to operations in
 * this module.
 */
static void __maybe_unused rbull_disk_free_gendisk(struct gendisk *gendisk)
{
	rbull_disk_uncount();
}

/* Old partitioning tools need a geometry, although RAM has no cylinders. */
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
	/*
	 * A bio counts its bytes in 32 bits. Round down, as RAM is freed in
	 * whole pages.
	 */
	const unsigned int most = round_down(UINT_MAX, PAGE_SIZE) >>
				  SECTOR_SHIFT;

	/*
	 * The disk has no volatile cache. Announce one all the same: otherwise
	 * the block layer drops flushes and FUA, and the statistics do not show
	 * that programs request them.
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
	/* The CPU can copy from and to any address. Use the value of NVMe. */
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
	 * Without minors of its own the disk uses the major that all drivers
	 * share. LVM accepts that major without configuration, but not the
	 * major of rbull.
	 */
	gendisk->major = config->nminors ? rbull_disk_major : 0;
	gendisk->minors = config->nminors;
	set_capacity(gendisk, disk->queue.contents.size >> SECTOR_SHIFT);
	set_disk_ro(gendisk, config->ro);
	return 0;
}

/* Free a disk, even if it is only partly set up. */
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

/*
 * An image holds no requests: a write that waits for memory times out by
 * itself.
 */
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
 * rbull_disk_alloc() - allocate a disk that is not visible yet
 * @config: its configuration, which is valid
 * @contents: its contents; the disk takes ownership, even on failure
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
	init_completion(&disk->removed);
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
 * rbull_disk_set_index() - set the number of a disk
 * @disk: the disk, not added yet
 * @index: the number
 * @minors: distance between the first minor numbers of two disks, for disks
 *	that have minors of their own
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
 * rbull_disk_get() - take a reference to a disk
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
 * @disk: the disk; a worker frees it after the last reference is dropped
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

/* Check a disk that was just locked; unlock it if it is being removed. */
static int rbull_disk_locked(struct rbull_disk *disk)
{
	if (!disk->is_removed)
		return 0;
	mutex_unlock(&disk->contents_lock);
	return -ENODEV;
}

/**
 * rbull_disk_lock() - keep a disk from being replaced, resized or removed
 * @disk: the disk
 * I/O continues.
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
 * rbull_disk_lock_or_refuse() - lock a disk, or give the reason for failure
 * @disk: the disk
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: the result of rbull_disk_lock().
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
 * rbull_disk_lock_always() - lock a disk, without a way to give up
 * @disk: the disk
 *
 * Context: may sleep, for as long as others hold the lock: only for workers and
 * module exit.
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
 * @disk: the disk, after rbull_disk_set_index()
 *
 * Context: may sleep.
 * Return: 0 or a negative errno. On failure the caller can only drop the
 * references to the disk.
 */
int rbull_disk_add(struct rbull_disk *disk)
{
	int err;

	/*
	 * Undone by rbull_disk_free_gendisk(), which runs only if this
	 * succeeds.
	 */
	if (compat_has_free_disk())
		rbull_disk_count_one();
	err = device_add_disk(NULL, disk->queue.gendisk, rbull_sysfs_groups);
	if (err && compat_has_free_disk())
		rbull_disk_uncount();
	return err;
}

/**
 * rbull_disk_abort() - end all requests that the backend holds
 * @disk: the disk, locked by rbull_disk_lock(), or closed
 *
 * Call this before anything that waits for requests: freezing, removing.
 *
 * Context: may sleep for a bounded time.
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
 * del_gendisk() removes the disk and its attributes, waits for the requests in
 * flight, and rejects new ones. Remaining openers get errors, and keep the
 * module from being unloaded.
 *
 * Context: may sleep, for as long as the requests in flight take.
 */
void rbull_disk_del(struct rbull_disk *disk)
{
	rbull_disk_abort(disk);
	del_gendisk(disk->queue.gendisk);
	rbull_bio_flush(&disk->queue);
}

/**
 * rbull_disk_init() - set up what all disks share
 *
 * Context: module init.
 * Return: 0, or a negative errno after logging the reason.
 */
int rbull_disk_init(void)
{
	/*
	 * Reclaim may need this worker: writers to other disks may wait for the
	 * memory of a removed disk.
	 */
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
 * rbull_disk_exit() - wait until all removed disks are freed
 *
 * Context: may sleep; module exit, or init that failed.
 */
void rbull_disk_exit(void)
{
	/*
	 * An open disk pins the module, but not if the module's init fails: the
	 * module is then freed regardless. A reference to a gendisk, which can
	 * be held without opening it, does not pin the module at all.
	 */
	wait_event(rbull_disk_gone, rbull_disk_is_none_left());
	destroy_workqueue(rbull_disk_workers);
	unregister_blkdev(rbull_disk_major, RBULL_NAME);
}
