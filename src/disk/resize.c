// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resizing a disk in use. The disk is quiesced only while a few members change:
 * memory is allocated before and freed after that.
 */
#include <linux/blkdev.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/mm.h>

#include "config.h"
#include "disk/announce.h"
#include "disk/cache.h"
#include "disk/disk.h"
#include "disk/quiesce.h"
#include "disk/resize.h"
#include "image/erase.h"
#include "image/image.h"
#include "image/size.h"
#include "queue/op.h"
#include "reason.h"

/* Set the sizes of the disk and of its image while the disk is quiesced. */
static int rbull_resize_cut(struct rbull_disk *disk, u64 size, u64 *quiesced_ns,
			    struct rbull_reason *reason)
{
	struct rbull_contents *contents = &disk->queue.contents;
	struct rbull_quiesce quiesce;
	int err = rbull_quiesce_begin(&quiesce, disk, reason);

	if (err)
		return err;
	rbull_image_cut(contents->image, size);
	contents->size = size;
	*quiesced_ns = rbull_quiesce_end(&quiesce, disk);
	return 0;
}

static int rbull_resize_refuse(const struct rbull_disk *disk, u64 size, int err,
			       struct rbull_reason *reason)
{
	return rbull_refuse(reason, err,
			    "no memory to resize rbull%u to %llu bytes: error %d",
			    disk->index, size, err);
}

/*
 * Restore the old size after shrinking failed. Until the capacity is set again,
 * I/O stays below the new size, where it is valid with either size. So only a
 * 32-bit machine, which writes a size in two halves, quiesces the disk. If it
 * cannot, I/O may fail that meets a half of each.
 */
static void rbull_resize_restore(struct rbull_disk *disk, u64 old)
{
	struct rbull_contents *contents = &disk->queue.contents;
	struct rbull_reason reason;
	struct rbull_quiesce quiesce;
	bool quiesced = !IS_ENABLED(CONFIG_64BIT) &&
			!rbull_quiesce_begin(&quiesce, disk, &reason);

	rbull_image_cut(contents->image, old);
	WRITE_ONCE(contents->size, old);
	if (quiesced)
		rbull_quiesce_end(&quiesce, disk);
	rbull_disk_announce(disk, false);
}

/*
 * Erase the part beyond the new end only after no I/O can reach it;
 * contents_lock keeps the disk from growing until then. If that fails, or the
 * caller is killed, restore the old size: otherwise old data could reappear when
 * the disk grows.
 */
static int rbull_resize_shrink(struct rbull_disk *disk, u64 size,
			       u64 *quiesced_ns, struct rbull_reason *reason)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
	struct rbull_contents *contents = &disk->queue.contents;
	u64 old = contents->size;
	int err;

	/* Lose nothing that is only cached if the disk keeps its old size. */
	err = rbull_cache_forget(disk, RBULL_QUIESCE_TIMEOUT, reason);
	if (err)
		return err;
	err = rbull_resize_cut(disk, size, quiesced_ns, reason);
	if (err)
		return err;
	rbull_disk_announce(disk, false);
	/* Stale cached pages beyond the end would reappear after growing. */
	err = rbull_cache_forget(disk, RBULL_QUIESCE_TIMEOUT, reason);
	if (!err) {
		err = rbull_image_erase(contents->image, size,
					round_up(old, PAGE_SIZE) - size,
					RBULL_ERASE_FREE, gfp);
		if (err)
			rbull_resize_refuse(disk, size, err, reason);
	}
	if (err)
		rbull_resize_restore(disk, old);
	return err;
}

/* Allocate all RAM of a populated disk; undo everything on failure. */
static int rbull_resize_populate(struct rbull_disk *disk, u64 size,
				 u64 *quiesced_ns, struct rbull_reason *reason)
{
	struct rbull_contents *contents = &disk->queue.contents;
	u64 old = contents->size, begin = round_up(old, PAGE_SIZE);
	int err = rbull_image_populate(contents->image, size);

	if (err)
		rbull_resize_refuse(disk, size, err, reason);
	else
		err = rbull_resize_cut(disk, size, quiesced_ns, reason);
	if (!err)
		return 0;
	/*
	 * No I/O reaches beyond the size of the disk, which has not changed: the
	 * rest of its last page is still zero.
	 */
	rbull_image_cut(contents->image, old);
	if (size > begin)
		rbull_image_erase(contents->image, begin, size - begin,
				  RBULL_ERASE_FREE, RBULL_GFP_WAIT);
	return err;
}

/* Grow the image, and the disk too unless it is to be populated first. */
static int rbull_resize_grow(struct rbull_disk *disk,
			     struct rbull_growth *growth, u64 size,
			     u64 *quiesced_ns, struct rbull_reason *reason)
{
	struct rbull_quiesce quiesce;
	int err = rbull_quiesce_begin(&quiesce, disk, reason);

	if (err)
		return err;
	rbull_growth_apply(growth);
	if (!disk->queue.keeps_blocks)
		disk->queue.contents.size = size;
	*quiesced_ns = rbull_quiesce_end(&quiesce, disk);
	return 0;
}

static int rbull_resize_extend(struct rbull_disk *disk, u64 size,
			       u64 *quiesced_ns, struct rbull_reason *reason)
{
	struct rbull_growth *growth;
	int err;

	growth = rbull_growth_alloc(disk->queue.contents.image, size,
				    RBULL_GFP_WAIT);
	if (IS_ERR(growth))
		return rbull_resize_refuse(disk, size, PTR_ERR(growth), reason);
	err = rbull_resize_grow(disk, growth, size, quiesced_ns, reason);
	rbull_growth_free(growth);
	if (!err && disk->queue.keeps_blocks)
		err = rbull_resize_populate(disk, size, quiesced_ns, reason);
	if (!err)
		rbull_disk_announce(disk, false);
	return err;
}

/**
 * rbull_disk_resize() - change the size of a disk
 * @disk: the disk, locked by rbull_disk_lock()
 * @size: the new size, bytes
 * @quiesced_ns: receives the time that I/O was held up, ns
 * @reason: receives the reason on failure
 *
 * Shrinking frees the part that is cut off; it reads as zeroes if the disk
 * grows again. Freeing fails if a snapshot shares this part and there is no RAM
 * for nodes, or if the caller is killed. The disk then keeps its size, but some
 * data in this part may be lost.
 *
 * Context: may sleep.
 * Return: 0, -EINVAL, -ENOMEM, -EBUSY if I/O does not end in time, -EINTR
 * if the caller was killed, or an error of rbull_image_erase() or
 * rbull_image_populate().
 */
int rbull_disk_resize(struct rbull_disk *disk, u64 size, u64 *quiesced_ns,
		      struct rbull_reason *reason)
{
	struct rbull_config config = disk->config;
	u64 old = disk->queue.contents.size;
	int err;

	*quiesced_ns = 0;
	config.disk_size = size;
	err = rbull_config_validate(&config, reason);
	if (err || size == old)
		return err;
	return size < old ?
	       rbull_resize_shrink(disk, size, quiesced_ns, reason) :
	       rbull_resize_extend(disk, size, quiesced_ns, reason);
}
