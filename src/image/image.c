// SPDX-License-Identifier: GPL-2.0-only
/*
 * The contents of a disk: a sparse array of bytes in RAM, of which a copy is
 * made in no time by sharing everything. What was never written reads as zeroes
 * and takes no memory. Knows nothing of block devices.
 *
 * Reading, and overwriting what is not shared, take no lock and no reference:
 * who finds a block under RCU may use it until the end of the read-side critical
 * section. All else is done under the lock of the family, by the rules at the
 * head of image/tree.c; blocks for it are allocated before the lock is taken.
 *
 * Order between operations that overlap and run at the same time is not
 * defined, as on any disk. A page is erased only by an operation that covers it
 * whole; so a write that hits a page on its way out overlaps with that
 * operation, and may count as having come first.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
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
 * rbull_image_init() - get ready for images
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int rbull_image_init(void)
{
	int err = rbull_garbage_init();

	if (err)
		return err;
	/* Writers wait for what it frees, and reclaim may wait for them. */
	rbull_image_workers = alloc_workqueue("rbull_image", WQ_MEM_RECLAIM |
					      WQ_UNBOUND, 0);
	if (rbull_image_workers)
		return 0;
	rbull_garbage_exit();
	return -ENOMEM;
}

/**
 * rbull_image_exit() - wait until the images that were freed are gone
 *
 * Context: module exit, or init that failed; may sleep.
 */
void rbull_image_exit(void)
{
	destroy_workqueue(rbull_image_workers);
	/* What they dropped. */
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
 * @size: bytes
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
	rbull_garbage_init_family(family);
	family->nr_images = 1;
	family->limit = ULONG_MAX;
	image->family = family;
	return image;
}

/**
 * rbull_image_alloc_like() - make an image of zeroes beside another one
 * @image: the other one; may be in use
 *
 * Size, limit and accounting are those of the other one.
 *
 * Context: may sleep; the size of the other image does not change meanwhile.
 * Return: the image, or ERR_PTR(-ENOMEM), or ERR_PTR(-EMLINK) if there are too
 * many that are accounted together.
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

/**
 * rbull_image_clone() - make an image with the same contents
 * @image: the image; may be in use
 *
 * Takes the same short time whatever the contents. The clone has every write
 * that had completed, none that starts after this returns, and of those that
 * run at the same time any.
 *
 * Writes that overwrite in place do so under RCU without a lock. Those that
 * found their block before it became shared may still be writing to it: this is
 * as well, for such a write has begun before the clone was made. But nobody may
 * copy the block for himself until they are done, or what they write would be
 * missing in the copy. So no data is copied until a grace period has passed.
 *
 * If clones came one upon another, there would always be one whose grace period
 * has not passed. So they let those go first who wait to copy something; a second
 * at most, since such a one may be waiting for memory too.
 *
 * Context: may sleep; the size of the image does not change meanwhile.
 * Return: the clone, or ERR_PTR(-ENOMEM), or ERR_PTR(-EMLINK) if there are too
 * many that share blocks.
 */
struct rbull_image *rbull_image_clone(struct rbull_image *image)
{
	struct rbull_image *clone = rbull_image_alloc_like(image);
	struct rbull_family *family = image->family;

	if (IS_ERR(clone))
		return clone;
	wait_event_timeout(family->cloned, !READ_ONCE(family->nr_waiting), HZ);
	spin_lock(&family->lock);
	if (image->root) {
		rbull_tree_get(image->root);
		WRITE_ONCE(image->root, image->root | RBULL_ENTRY_SHARED);
		clone->root = image->root;
	}
	family->nr_cloning++;
	spin_unlock(&family->lock);

	synchronize_rcu_expedited();

	spin_lock(&family->lock);
	WRITE_ONCE(family->nr_cloning, family->nr_cloning - 1);
	spin_unlock(&family->lock);
	wake_up_all(&family->cloned);
	return clone;
}

/*
 * Drop what an entry of an image that is not used any more leads to. Only this
 * image refers to a node that has one reference, so the node can be gone through
 * at leisure; nothing is changed in it, as readers of an image that had shared
 * it until a moment ago may still be on their way through.
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
	/* If there is garbage, whoever frees that frees the family. */
	last = !family->nr_images && !family->is_collecting;
	spin_unlock(&family->lock);
	if (last)
		kfree(family);
	kfree(image);
	rbull_memory_source_del();
}

/**
 * rbull_image_retire() - announce that an image will be freed soon
 * @image: the image; nobody uses it any more
 *
 * From now on a writer who meets a limit waits for what the image gives back. To
 * be called where rbull_image_free() has to be put off; else that does it.
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
 * rbull_image_free() - free an image, and all blocks that no other one shares
 * @image: the image; nobody may use it any more
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
 * @image: the image
 *
 * Context: may sleep.
 */
void rbull_image_await_freed(struct rbull_image *image)
{
	unsigned long until = jiffies + HZ;
	int arrived;

	/* Those that are only retired too, but not for others, again and again. */
	do {
		arrived = rbull_memory_arrived();
	} while (READ_ONCE(image->family->nr_retired) &&
		 !rbull_memory_wait(arrived, until));
	flush_workqueue(rbull_image_workers);
}

/**
 * rbull_image_pages() - RAM that the data takes
 * @image: the image
 *
 * Images that share blocks are accounted together: what a block costs is not
 * more when several see it, and nobody could say whose it is.
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_image_pages(const struct rbull_image *image)
{
	return READ_ONCE(image->family->pages);
}

/**
 * rbull_image_nodes() - RAM that it takes to find the data
 * @image: the image; for those that share blocks see rbull_image_pages()
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_image_nodes(const struct rbull_image *image)
{
	return READ_ONCE(image->family->nodes);
}

/**
 * rbull_image_set_node() - say where to take memory from
 * @image: the image, which nobody else uses yet
 * @node: the memory node to prefer, or %NUMA_NO_NODE
 */
void rbull_image_set_node(struct rbull_image *image, int node)
{
	image->node = node;
}

/**
 * rbull_image_set_limit() - limit the RAM that contents may take
 * @image: the image; for those that share blocks see rbull_image_pages()
 * @limit: bytes, rounded up to pages; 0: no limit but that of all images
 *
 * What the contents take beyond that stays, but they get no more.
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
 * rbull_image_limit() - how much RAM contents may take
 * @image: the image
 *
 * Context: any.
 * Return: bytes; 0: no limit but that of all images.
 */
u64 rbull_image_limit(const struct rbull_image *image)
{
	unsigned long pages = READ_ONCE(image->family->limit);

	return pages == ULONG_MAX ? 0 : (u64)pages << PAGE_SHIFT;
}

/**
 * rbull_image_populate() - take all memory that an image may need
 * @image: the image
 * @size: bytes from the start that shall be there
 *
 * What was taken before a failure stays until the image is freed.
 *
 * Context: may sleep.
 * Return: 0, -ENOSPC if the limit does not allow it and no memory is on its way
 * back, -ENOMEM, or -EINTR if the caller was killed meanwhile.
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
