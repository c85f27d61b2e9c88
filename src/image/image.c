// SPDX-License-Identifier: GPL-2.0-only
/*
 * The contents of a disk: a sparse array of bytes in RAM. A clone is made in no
 * time, by sharing all blocks. Parts that were never written read as zeroes and
 * take no memory. This file knows nothing of block devices.
 *
 * Reading, and overwriting blocks that are not shared, take no lock and no
 * reference: a block that was found under RCU may be used until the end of the
 * read-side critical section. Everything else is done under the family's lock,
 * by the rules at the head of image/tree.c. The blocks that it needs are
 * allocated before the lock is taken.
 *
 * As on any disk, the order of concurrent operations that overlap is undefined.
 * A page is erased only by an operation that covers it completely. So a write
 * to a page that is being erased overlaps with that operation, and may count as
 * having come first.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "image/add.h"
#include "image/garbage.h"
#include "image/image.h"
#include "image/tree.h"
#include "memory.h"

static struct workqueue_struct *rbull_image_workers;

/**
 * rbull_image_init() - set up what images need
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_image_init(void)
{
	int err = rbull_garbage_init();

	if (err)
		return err;
	/* Reclaim may wait for writers, and these for memory freed here. */
	rbull_image_workers = alloc_workqueue("rbull_image", WQ_MEM_RECLAIM |
					      WQ_UNBOUND, 0);
	if (rbull_image_workers)
		return 0;
	rbull_garbage_exit();
	return -ENOMEM;
}

/**
 * rbull_image_exit() - wait until all freed images are gone
 *
 * Context: module exit, or init that failed; may sleep.
 */
void rbull_image_exit(void)
{
	destroy_workqueue(rbull_image_workers);
	/* Images are gone; now free the garbage that they left. */
	rbull_garbage_exit();
}

static void rbull_image_free_work(struct work_struct *work);

static struct rbull_image *rbull_image_create(u64 size, int node)
{
	struct rbull_image *image;

	image = kzalloc_node(sizeof(*image), GFP_KERNEL, node);
	if (!image)
		return ERR_PTR(-ENOMEM);
	image->size = size;
	image->levels = rbull_tree_levels(size);
	image->node = node;
	INIT_WORK(&image->free_work, rbull_image_free_work);
	return image;
}

/**
 * rbull_image_alloc() - make an image of zeroes
 * @size: size in bytes
 * @node: memory node for its blocks, %NUMA_NO_NODE for any
 *
 * Context: may sleep.
 * Return: the image, or ERR_PTR(-ENOMEM).
 */
struct rbull_image *rbull_image_alloc(u64 size, int node)
{
	struct rbull_image *image = rbull_image_create(size, node);
	struct rbull_family *family;

	if (IS_ERR(image))
		return image;
	family = kzalloc_node(sizeof(*family), GFP_KERNEL, node);
	if (!family) {
		kfree(image);
		return ERR_PTR(-ENOMEM);
	}
	spin_lock_init(&family->lock);
	init_waitqueue_head(&family->cloned);
	mutex_init(&family->clone_lock);
	rbull_garbage_init_family(family);
	family->nr_images = 1;
	family->limit = ULONG_MAX;
	image->family = family;
	return image;
}

/**
 * rbull_image_alloc_like() - make an image of zeroes in the family of another
 * @image: the other image; may be in use
 *
 * Both images have the same size, and share their limit and their accounting.
 *
 * Context: may sleep; the size of @image must not change meanwhile.
 * Return: the image, or ERR_PTR(-ENOMEM), or ERR_PTR(-EMLINK) if the family has
 * too many images.
 */
struct rbull_image *rbull_image_alloc_like(struct rbull_image *image)
{
	struct rbull_image *other = rbull_image_create(image->size, image->node);
	struct rbull_family *family = image->family;
	bool full;

	if (IS_ERR(other))
		return other;
	other->family = family;
	other->levels = image->levels;
	spin_lock(&family->lock);
	full = family->nr_images == RBULL_FAMILY_MAX;
	if (!full)
		family->nr_images++;
	spin_unlock(&family->lock);
	if (!full)
		return other;
	kfree(other);
	return ERR_PTR(-EMLINK);
}

/* Share all blocks of an image with its clone. */
static void rbull_image_share(struct rbull_image *image,
			      struct rbull_image *clone)
{
	struct rbull_family *family = image->family;

	spin_lock(&family->lock);
	if (image->root) {
		rbull_tree_get(image->root);
		WRITE_ONCE(image->root, image->root | RBULL_ENTRY_SHARED);
		clone->root = image->root;
	}
	family->is_cloning = true;
	spin_unlock(&family->lock);

	synchronize_rcu_expedited();

	spin_lock(&family->lock);
	WRITE_ONCE(family->is_cloning, false);
	spin_unlock(&family->lock);
	wake_up_all(&family->cloned);
}

static struct rbull_image *rbull_image_clone_locked(struct rbull_image *image)
{
	struct rbull_family *family = image->family;
	struct rbull_image *clone;

	lockdep_assert_held(&family->clone_lock);
	/* Nobody begins to wait while no clone is being made. */
	if (wait_event_killable(family->cloned, !READ_ONCE(family->nr_waiting)))
		return ERR_PTR(-EINTR);
	clone = rbull_image_alloc_like(image);
	if (!IS_ERR(clone))
		rbull_image_share(image, clone);
	return clone;
}

/**
 * rbull_image_clone() - make an image with the same contents
 * @image: the image; may be in use
 *
 * Takes the same short time for any contents. The clone includes every write
 * that completed before the call, and no write that starts after the return. A
 * write that runs at the same time may or may not be included.
 *
 * Writes in place run under RCU, without a lock. A write that found its block
 * before the block became shared may still be in progress. The clone may see
 * its data, since the write began before the clone was made. But no image may
 * copy the block before the write is done, or the copy could miss its data. So
 * no data is copied until a grace period has passed.
 *
 * If clones overlapped, there could always be a grace period that has not
 * passed. So the images of a family are cloned one at a time, and all writers
 * that had to wait for a clone go before the next one. They need nothing but
 * memory, and a writer that has to wait for memory does not hold up clones.
 *
 * Context: may sleep; the size of @image must not change meanwhile.
 * Return: the clone; ERR_PTR(-ENOMEM); ERR_PTR(-EMLINK) if the family has too
 * many images; ERR_PTR(-EINTR) if the caller was killed while it waited for its
 * turn.
 */
struct rbull_image *rbull_image_clone(struct rbull_image *image)
{
	struct rbull_family *family = image->family;
	struct rbull_image *clone;

	if (mutex_lock_killable(&family->clone_lock))
		return ERR_PTR(-EINTR);
	clone = rbull_image_clone_locked(image);
	mutex_unlock(&family->clone_lock);
	return clone;
}

/*
 * Drop the reference of an entry of an image that is no longer used. A node
 * with one reference belongs to this image alone, so walk it without the lock.
 * Do not modify it: readers of an image that shared it until a moment ago may
 * still be walking it.
 */
static void rbull_image_free_tree(struct rbull_family *family,
				  unsigned long entry, int level)
{
	unsigned long *node = rbull_entry_address(entry);
	struct rbull_garbage garbage = {};
	bool shared;
	unsigned int i;

	if (!entry)
		return;
	spin_lock(&family->lock);
	shared = level == 0 || rbull_block_is_shared(node);
	if (shared)
		rbull_tree_drop(family, entry, level, &garbage);
	rbull_garbage_free(&garbage, family);
	spin_unlock(&family->lock);

	if (!shared) {
		for (i = 0; i < RBULL_NODE_ENTRIES; i++)
			rbull_image_free_tree(family, node[i], level - 1);
		spin_lock(&family->lock);
		rbull_block_put_node(node, family, &garbage);
		rbull_garbage_free(&garbage, family);
		spin_unlock(&family->lock);
	}
	cond_resched();
}

static void rbull_image_free_work(struct work_struct *work)
{
	struct rbull_image *image = container_of(work, struct rbull_image,
						 free_work);
	struct rbull_family *family = image->family;
	bool last;

	rbull_image_free_tree(family, image->root, image->levels);
	spin_lock(&family->lock);
	family->nr_retired--;
	family->nr_images--;
	/* If there is garbage, rbull_garbage_take() frees the family. */
	last = !family->nr_images && !family->is_collecting;
	spin_unlock(&family->lock);
	if (last)
		kfree(family);
	kfree(image);
	rbull_memory_source_del();
}

/**
 * rbull_image_retire() - announce that an image will be freed soon
 * @image: the image, which nobody uses any more
 *
 * From now on, a writer that reaches a limit waits for the memory that the
 * image gives back. Only needed if rbull_image_free() must be delayed; it does
 * this, too.
 *
 * Context: any.
 */
void rbull_image_retire(struct rbull_image *image)
{
	struct rbull_family *family = image->family;

	spin_lock(&family->lock);
	if (!image->is_retired) {
		image->is_retired = true;
		family->nr_retired++;
		rbull_memory_source_add();
	}
	spin_unlock(&family->lock);
}

/**
 * rbull_image_free() - free an image, and all blocks that no other image shares
 * @image: the image, which nobody may use any more
 *
 * The blocks are freed in the background; rbull_image_exit() waits for that.
 *
 * Context: any.
 */
void rbull_image_free(struct rbull_image *image)
{
	rbull_image_retire(image);
	queue_work(rbull_image_workers, &image->free_work);
}

/**
 * rbull_image_await_freed() - wait until clones that were freed before are gone
 * @image: an image of the family
 *
 * Context: may sleep.
 */
void rbull_image_await_freed(struct rbull_image *image)
{
	unsigned long until = jiffies + HZ;
	int arrived;

	/*
	 * Wait for images that are only retired, too; but at most a second, as
	 * others may retire images again and again.
	 */
	do {
		arrived = rbull_memory_arrived();
	} while (READ_ONCE(image->family->nr_retired) &&
		 !rbull_memory_wait(arrived, until));
	flush_workqueue(rbull_image_workers);
}

/**
 * rbull_image_pages() - get the RAM that the data takes
 * @image: the image
 *
 * Images that share blocks are accounted together: a shared block costs no more
 * than any other, and belongs to none of them in particular.
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_image_pages(const struct rbull_image *image)
{
	return READ_ONCE(image->family->pages);
}

/**
 * rbull_image_nodes() - get the RAM that the trees take
 * @image: the image; images of a family share this, see rbull_image_pages()
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_image_nodes(const struct rbull_image *image)
{
	return READ_ONCE(image->family->nodes);
}

/**
 * rbull_image_set_node() - set the memory node to allocate from
 * @image: the image, which nobody else uses yet
 * @node: the memory node to prefer, or %NUMA_NO_NODE
 */
void rbull_image_set_node(struct rbull_image *image, int node)
{
	image->node = node;
}

/**
 * rbull_image_set_limit() - limit the RAM that contents may take
 * @image: the image; images of a family share this, see rbull_image_pages()
 * @limit: bytes, rounded up to pages; 0: only the limit of all images holds
 *
 * Contents that already take more keep it, but get no more.
 *
 * Context: any.
 */
void rbull_image_set_limit(struct rbull_image *image, u64 limit)
{
	u64 pages = (limit >> PAGE_SHIFT) + !!(limit & (PAGE_SIZE - 1));

	WRITE_ONCE(image->family->limit,
		   limit ? min_t(u64, pages, ULONG_MAX) : ULONG_MAX);
	rbull_memory_announce();
}

/**
 * rbull_image_limit() - get the limit of the RAM that contents may take
 * @image: the image
 *
 * Context: any.
 * Return: bytes; 0: only the limit of all images holds.
 */
u64 rbull_image_limit(const struct rbull_image *image)
{
	unsigned long pages = READ_ONCE(image->family->limit);

	return pages == ULONG_MAX ? 0 : (u64)pages << PAGE_SHIFT;
}

/**
 * rbull_image_populate() - allocate memory for an image in advance
 * @image: the image
 * @size: number of bytes to allocate, from the start of the image
 *
 * After a failure, memory that was allocated stays until the image is freed.
 *
 * Context: may sleep.
 * Return: 0; -ENOSPC if the limit is reached and no memory is being returned;
 * -ENOMEM; or -EINTR if the caller was killed meanwhile.
 */
int rbull_image_populate(struct rbull_image *image, u64 size)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN;
	u64 pos = 0;

	while (pos < size) {
		unsigned long span, flags;
		int done;

		rcu_read_lock_sched();
		if (rbull_tree_find(image, pos, &span, &flags))
			pos = round_up(pos + 1, span);
		rcu_read_unlock_sched();
		if (pos >= size)
			break;
		done = rbull_image_add(image, pos, NULL, PAGE_SIZE, gfp,
				       rbull_image_fits_huge(image, pos) ?
				       RBULL_ADD_HUGE : RBULL_ADD_PAGE);
		if (done < 0)
			return done;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}
