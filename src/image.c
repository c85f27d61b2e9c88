// SPDX-License-Identifier: GPL-2.0-only
/*
 * The contents of a disk: a sparse array of bytes in RAM. What was never
 * written reads as zeroes and takes no memory. Knows nothing of block devices.
 *
 * Pages are found through an XArray under RCU. A page is added once and stays in
 * place until it is erased, so reading and overwriting need no lock: who finds a
 * page may use it until it leaves the RCU read-side critical section, because an
 * erased page is freed only after a grace period.
 *
 * Order between operations that overlap and run at the same time is not
 * defined, as on any disk. A page is erased only by an operation that covers it
 * whole; so a write that hits a page on its way out overlaps with that
 * operation, and may count as having come first.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "image.h"
#include "memory.h"

/* As many pages may be erased at a stretch where sleeping is not possible. */
#define RBULL_IMAGE_ERASE_PAGES		256

/**
 * struct rbull_image - the contents of a disk
 * @pages: struct page pointers by page number; xa_lock guards changes
 * @nr_pages: how many there are
 * @node: memory node to take them from, or %NUMA_NO_NODE
 */
struct rbull_image {
	struct xarray pages;
	atomic_long_t nr_pages;
	int node;
};

/**
 * rbull_image_alloc() - make an image of zeroes
 * @node: memory node for its pages, %NUMA_NO_NODE for any
 *
 * Context: may sleep.
 * Return: the image, or ERR_PTR(-ENOMEM).
 */
struct rbull_image *rbull_image_alloc(int node)
{
	struct rbull_image *image;

	image = kzalloc_node(sizeof(*image), GFP_KERNEL, node);
	if (!image)
		return ERR_PTR(-ENOMEM);
	xa_init(&image->pages);
	image->node = node;
	return image;
}

/**
 * rbull_image_free() - free an image and all its pages
 * @image: the image; nobody may use it any more
 *
 * Context: may sleep.
 */
void rbull_image_free(struct rbull_image *image)
{
	struct page *page;
	unsigned long index;

	xa_for_each(&image->pages, index, page) {
		__free_page(page);
		cond_resched();
	}
	rbull_memory_uncharge(rbull_image_pages(image));
	xa_destroy(&image->pages);
	kfree(image);
}

/**
 * rbull_image_pages() - RAM in use by the contents
 * @image: the image
 *
 * Context: any.
 * Return: the number of pages.
 */
unsigned long rbull_image_pages(const struct rbull_image *image)
{
	return atomic_long_read(&image->nr_pages);
}

static int rbull_image_insert(struct rbull_image *image, unsigned long index,
			      struct page *page, gfp_t gfp)
{
	void *old = xa_cmpxchg(&image->pages, index, NULL, page, gfp);

	if (xa_is_err(old))
		return xa_err(old);
	return old ? -EEXIST : 0;
}

/*
 * Make sure that there is a page, new ones being all zeroes. Another writer may
 * have been faster, which is as good.
 */
static int rbull_image_add_page(struct rbull_image *image, unsigned long index,
				gfp_t gfp)
{
	struct page *page;
	int err;

	err = rbull_memory_charge();
	if (err)
		return err;
	err = -ENOMEM;
	page = alloc_pages_node(image->node, gfp | __GFP_ZERO, 0);
	if (!page)
		goto uncharge;
	err = rbull_image_insert(image, index, page, gfp);
	if (err)
		goto free_page;
	atomic_long_inc(&image->nr_pages);
	return 0;

free_page:
	__free_page(page);
uncharge:
	rbull_memory_uncharge(1);
	if (err == -EEXIST)
		return 0;
	return err == -ENOMEM && !gfpflags_allow_blocking(gfp) ? -EAGAIN : err;
}

/**
 * rbull_image_populate() - take all memory that an image may need
 * @image: the image
 * @size: bytes from the start that shall be there
 *
 * What was taken before a failure stays until the image is freed.
 *
 * Context: may sleep.
 * Return: 0, -ENOSPC if the limit does not allow it, -ENOMEM, or -EINTR if the
 * caller was killed while waiting.
 */
int rbull_image_populate(struct rbull_image *image, u64 size)
{
	unsigned long index, end = size >> PAGE_SHIFT;
	int err;

	for (index = 0; index < end; index++) {
		err = rbull_image_add_page(image, index, GFP_KERNEL |
					   __GFP_NORETRY | __GFP_NOWARN);
		if (err)
			return err;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/* Bytes of the page at @pos, from there on, that a stretch of @len covers. */
static size_t rbull_image_chunk(u64 pos, u64 len)
{
	return min_t(u64, len, PAGE_SIZE - offset_in_page(pos));
}

/* Context: RCU read-side critical section, in which the result may be used. */
static void *rbull_image_lookup(struct rbull_image *image, u64 pos)
{
	struct page *page = xa_load(&image->pages, pos >> PAGE_SHIFT);

	return page ? page_address(page) + offset_in_page(pos) : NULL;
}

/**
 * rbull_image_read() - copy contents out
 * @image: the image
 * @pos: where to start, in bytes
 * @to: where to copy to
 * @len: how many bytes
 *
 * Context: process context; does not sleep.
 */
void rbull_image_read(struct rbull_image *image, u64 pos, void *to, size_t len)
{
	while (len) {
		size_t chunk = rbull_image_chunk(pos, len);
		const void *from;

		rcu_read_lock();
		from = rbull_image_lookup(image, pos);
		if (from)
			memcpy(to, from, chunk);
		rcu_read_unlock();
		if (!from)
			memset(to, 0, chunk);
		pos += chunk;
		to += chunk;
		len -= chunk;
	}
}

/* Overwrite within a page, if there is one. */
static bool rbull_image_overwrite(struct rbull_image *image, u64 pos,
				  const void *from, size_t len)
{
	void *to;

	rcu_read_lock();
	to = rbull_image_lookup(image, pos);
	if (to)
		memcpy(to, from, len);
	rcu_read_unlock();
	return to;
}

/**
 * rbull_image_write() - copy contents in
 * @image: the image
 * @pos: where to start, in bytes
 * @from: where to copy from
 * @len: how many bytes
 * @gfp: how to allocate pages that are missing
 *
 * When it fails, a part may have been written; to write it once more is safe.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0, -ENOSPC if the memory limit is reached, -ENOMEM if the machine has
 * no page to give, or -EAGAIN if it may have one for a caller who can sleep.
 */
int rbull_image_write(struct rbull_image *image, u64 pos, const void *from,
		      size_t len, gfp_t gfp)
{
	while (len) {
		size_t chunk = rbull_image_chunk(pos, len);

		if (!rbull_image_overwrite(image, pos, from, chunk)) {
			int err = rbull_image_add_page(image, pos >> PAGE_SHIFT,
						       gfp);

			if (err)
				return err;
			continue;
		}
		pos += chunk;
		from += chunk;
		len -= chunk;
	}
	return 0;
}

static void rbull_image_free_page_rcu(struct rcu_head *head)
{
	__free_page(container_of(head, struct page, rcu_head));
}

static void rbull_image_erase_page(struct rbull_image *image,
				   unsigned long index, enum rbull_erase how)
{
	struct page *page = xa_erase(&image->pages, index);

	if (!page)
		return;
	if (how == RBULL_ERASE_WIPE)
		clear_page(page_address(page));
	atomic_long_dec(&image->nr_pages);
	rbull_memory_uncharge(1);
	call_rcu(&page->rcu_head, rbull_image_free_page_rcu);
}

/* Zeroes within a page, if there is one. */
static void rbull_image_clear_part(struct rbull_image *image, u64 pos,
				   size_t len)
{
	void *to;

	rcu_read_lock();
	to = rbull_image_lookup(image, pos);
	if (to)
		memset(to, 0, len);
	rcu_read_unlock();
}

static void rbull_image_erase_pages(struct rbull_image *image,
				    unsigned long first, unsigned long last,
				    enum rbull_erase how, bool may_sleep)
{
	struct page *page;
	unsigned long index;

	xa_for_each_range(&image->pages, index, page, first, last) {
		rbull_image_erase_page(image, index, how);
		if (may_sleep)
			cond_resched();
	}
}

/**
 * rbull_image_erase() - make contents read as zeroes and give their memory back
 * @image: the image
 * @pos: where to start, in bytes
 * @len: how many bytes
 * @how: whether the memory is overwritten before it is freed
 * @gfp: whether this may sleep; nothing is allocated
 *
 * Pages that are covered whole are given back, of others the part is zeroed.
 * Takes time in proportion to what was written there, not to @len.
 *
 * Context: process context; sleeps if @gfp allows it.
 * Return: 0, or -EAGAIN if it could take long and @gfp forbids to sleep.
 */
int rbull_image_erase(struct rbull_image *image, u64 pos, u64 len,
		      enum rbull_erase how, gfp_t gfp)
{
	bool may_sleep = gfpflags_allow_blocking(gfp);
	u64 end = pos + len;
	u64 whole = round_up(pos, PAGE_SIZE);
	u64 whole_end = round_down(end, PAGE_SIZE);

	if (!may_sleep && len > RBULL_IMAGE_ERASE_PAGES * PAGE_SIZE)
		return -EAGAIN;
	if (whole > whole_end) {
		rbull_image_clear_part(image, pos, len);
		return 0;
	}
	rbull_image_clear_part(image, pos, whole - pos);
	rbull_image_clear_part(image, whole_end, end - whole_end);
	if (whole < whole_end)
		rbull_image_erase_pages(image, whole >> PAGE_SHIFT,
					(whole_end >> PAGE_SHIFT) - 1, how,
					may_sleep);
	return 0;
}
