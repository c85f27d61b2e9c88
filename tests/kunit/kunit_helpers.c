// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the suites share: images that are freed at the end of their test in any
 * case, mirrors, and data to write.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/prandom.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "image/tree.h"
#include "kunit_helpers.h"

#define RBULL_TEST_IMAGES	64
/* Enough for everything the tests keep at a time, and available in UML. */
#define RBULL_TEST_LIMIT_MB	512
/* Data for different seeds starts at different positions of one pool. */
#define RBULL_TEST_SEEDS	SZ_64K

/**
 * struct rbull_test - state of a running test
 * @images: images that have not been freed
 */
struct rbull_test {
	struct rbull_image *images[RBULL_TEST_IMAGES];
};

/**
 * struct rbull_test_word - unit of comparison, at any alignment
 * @value: the bytes
 */
struct rbull_test_word {
	u64 value;
} __packed;

const char * const rbull_ground_names[RBULL_GROUND_NR] = {
	[RBULL_GROUND_ABSENT] = "absent",
	[RBULL_GROUND_PAGES] = "pages",
	[RBULL_GROUND_HUGE] = "huge leaves",
};

static u8 *rbull_test_pool;
static u8 *rbull_test_scratch;

KUNIT_DEFINE_ACTION_WRAPPER(rbull_test_vfree, vfree, const void *);

/**
 * rbull_test_suite_init() - set up what all tests of a suite use
 * @suite: the suite
 *
 * Return: 0 or -ENOMEM.
 */
int rbull_test_suite_init(struct kunit_suite *suite)
{
	struct rnd_state state;

	rbull_test_pool = vmalloc(RBULL_TEST_MAX_LEN + RBULL_TEST_SEEDS);
	rbull_test_scratch = vmalloc(RBULL_TEST_MAX_LEN);
	if (!rbull_test_pool || !rbull_test_scratch) {
		rbull_test_suite_exit(suite);
		return -ENOMEM;
	}
	prandom_seed_state(&state, 1);
	prandom_bytes_state(&state, rbull_test_pool,
			    RBULL_TEST_MAX_LEN + RBULL_TEST_SEEDS);
	return 0;
}

/**
 * rbull_test_suite_exit() - undo rbull_test_suite_init()
 * @suite: the suite
 */
void rbull_test_suite_exit(struct kunit_suite *suite)
{
	vfree(rbull_test_pool);
	vfree(rbull_test_scratch);
}

/**
 * rbull_test_init() - do what the driver does when it is loaded
 * @test: the test
 *
 * Return: 0 or an errno.
 */
int rbull_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct rbull_test), GFP_KERNEL);
	if (!test->priv)
		return -ENOMEM;
	rbull_memory_init(RBULL_TEST_LIMIT_MB);
	return rbull_image_init();
}

/**
 * rbull_test_exit() - do what the driver does when it is unloaded
 * @test: the test
 *
 * A leak is a failure.
 */
void rbull_test_exit(struct kunit *test)
{
	struct rbull_test *state = test->priv;
	int i;

	for (i = 0; i < RBULL_TEST_IMAGES; i++)
		if (state->images[i])
			rbull_image_free(state->images[i]);
	rbull_test_used(test, 0);
	rbull_image_exit();
	rbull_memory_exit();
}

static void rbull_test_keep(struct kunit *test, struct rbull_image *image)
{
	struct rbull_test *state = test->priv;
	int i;

	for (i = 0; i < RBULL_TEST_IMAGES; i++) {
		if (state->images[i])
			continue;
		state->images[i] = image;
		return;
	}
	rbull_image_free(image);
	KUNIT_FAIL_AND_ABORT(test, "more images than the helpers keep");
}

/**
 * rbull_test_alloc() - make an image that is freed with the test
 * @test: the test, which is aborted on failure
 * @size: size in bytes
 *
 * Return: the image.
 */
struct rbull_image *rbull_test_alloc(struct kunit *test, u64 size)
{
	struct rbull_image *image = rbull_image_alloc(size, NUMA_NO_NODE);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, image);
	rbull_test_keep(test, image);
	return image;
}

/**
 * rbull_test_alloc_like() - make an image in the family of another, likewise
 * @test: the test, which is aborted on failure
 * @image: the other image
 *
 * Return: the image.
 */
struct rbull_image *rbull_test_alloc_like(struct kunit *test,
					  struct rbull_image *image)
{
	struct rbull_image *other = rbull_image_alloc_like(image);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	rbull_test_keep(test, other);
	return other;
}

/**
 * rbull_test_clone() - clone an image; the clone is freed with the test
 * @test: the test, which is aborted on failure
 * @image: the image
 *
 * Return: the clone.
 */
struct rbull_image *rbull_test_clone(struct kunit *test,
				     struct rbull_image *image)
{
	struct rbull_image *clone = rbull_image_clone(image);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, clone);
	rbull_test_keep(test, clone);
	return clone;
}

/**
 * rbull_test_free() - free an image before the end of the test
 * @test: the test
 * @image: made by rbull_test_alloc() or rbull_test_clone()
 */
void rbull_test_free(struct kunit *test, struct rbull_image *image)
{
	struct rbull_test *state = test->priv;
	int i;

	for (i = 0; i < RBULL_TEST_IMAGES; i++) {
		if (state->images[i] != image)
			continue;
		state->images[i] = NULL;
		rbull_image_free(image);
		return;
	}
	KUNIT_FAIL_AND_ABORT(test, "an image was freed twice");
}

/**
 * rbull_test_limit() - set the limit of all images, for this test
 * @test: the test
 * @limit_mb: the limit, MiB
 */
void rbull_test_limit(struct kunit *test, u64 limit_mb)
{
	KUNIT_ASSERT_EQ(test, rbull_memory_init(limit_mb), limit_mb);
}

/**
 * rbull_test_vmalloc() - allocate zeroed memory that is freed with the test
 * @test: the test, which is aborted on failure
 * @size: size in bytes
 *
 * Return: the memory.
 */
void *rbull_test_vmalloc(struct kunit *test, size_t size)
{
	void *memory = vzalloc(size);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, rbull_test_vfree,
						  memory));
	return memory;
}

/**
 * rbull_test_data() - get data to write
 * @seed: selects the data
 *
 * Return: RBULL_TEST_MAX_LEN random bytes, different ones for each @seed up to
 * 65535.
 */
const u8 *rbull_test_data(u32 seed)
{
	return rbull_test_pool + seed % RBULL_TEST_SEEDS;
}

/**
 * rbull_test_same() - compare memory that only the tests use
 * @a: the one memory
 * @b: the other memory
 * @len: number of bytes
 *
 * KASAN checks every word that memcmp() reads, which took a third of the time
 * of all suites. Memory that only the tests use needs no such check.
 *
 * Return: true if all bytes are the same.
 */
bool __no_sanitize_address rbull_test_same(const void *a, const void *b,
					   size_t len)
{
	const struct rbull_test_word *x = a, *y = b;
	const u8 *p = a, *q = b;
	size_t i;

	for (i = 0; i < len / sizeof(*x); i++)
		if (x[i].value != y[i].value)
			return false;
	for (i *= sizeof(*x); i < len; i++)
		if (p[i] != q[i])
			return false;
	return true;
}

/**
 * rbull_test_write() - write as the driver does
 * @image: the image
 * @pos: position to start at, in bytes
 * @from: data to write
 * @len: number of bytes
 *
 * Try without waiting first; then wait, if need be.
 *
 * Return: as rbull_image_write().
 */
int rbull_test_write(struct rbull_image *image, u64 pos, const void *from,
		     size_t len)
{
	int err = rbull_image_write(image, pos, from, len, RBULL_TEST_NOWAIT);

	if (err == -EAGAIN)
		err = rbull_image_write(image, pos, from, len, RBULL_TEST_WAIT);
	return err;
}

/**
 * rbull_test_used() - expect that a number of pages is in use
 * @test: the test
 * @pages: the number; pages that are being freed get some seconds
 */
void rbull_test_used(struct kunit *test, unsigned long pages)
{
	unsigned long end = jiffies + 10 * HZ;

	while (rbull_memory_used() != pages && time_before(jiffies, end))
		msleep(20);
	KUNIT_EXPECT_EQ(test, rbull_memory_used(), pages);
}

/**
 * rbull_test_exact() - expect that memory is accounted exactly
 * @test: the test
 * @image: an image of the only family that exists
 *
 * Memory that is being freed gets some seconds.
 */
void rbull_test_exact(struct kunit *test, const struct rbull_image *image)
{
	unsigned long end = jiffies + 10 * HZ;

	while (rbull_memory_used() != rbull_image_pages(image) +
	       rbull_image_nodes(image) && time_before(jiffies, end))
		msleep(20);
	KUNIT_EXPECT_EQ(test, rbull_memory_used(),
			rbull_image_pages(image) + rbull_image_nodes(image));
}

/**
 * rbull_test_left() - expect that a family has shrunk
 * @test: the test
 * @image: an image of the family
 * @nr: expected number of images in the family; images that are being freed get
 *	some seconds
 */
void rbull_test_left(struct kunit *test, const struct rbull_image *image,
		     unsigned int nr)
{
	unsigned long end = jiffies + 10 * HZ;

	while (READ_ONCE(image->family->nr_images) != nr &&
	       time_before(jiffies, end))
		msleep(20);
	KUNIT_EXPECT_EQ(test, READ_ONCE(image->family->nr_images), nr);
}

/**
 * rbull_mirror_alloc() - make an image and an array to compare it with
 * @test: the test, which is aborted on failure
 * @size: size in bytes
 *
 * Return: the mirror.
 */
struct rbull_mirror *rbull_mirror_alloc(struct kunit *test, u64 size)
{
	struct rbull_mirror *mirror;

	mirror = kunit_kzalloc(test, sizeof(*mirror), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mirror);
	mirror->bytes = rbull_test_vmalloc(test, size);
	mirror->image = rbull_test_alloc(test, size);
	mirror->size = size;
	return mirror;
}

/**
 * rbull_mirror_clone() - clone both the image and the array
 * @test: the test, which is aborted on failure
 * @mirror: the mirror
 *
 * Return: the clone.
 */
struct rbull_mirror *rbull_mirror_clone(struct kunit *test,
					struct rbull_mirror *mirror)
{
	struct rbull_mirror *clone;

	clone = kunit_kzalloc(test, sizeof(*clone), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	clone->bytes = rbull_test_vmalloc(test, mirror->size);
	clone->image = rbull_test_clone(test, mirror->image);
	clone->size = mirror->size;
	memcpy(clone->bytes, mirror->bytes, mirror->size);
	return clone;
}

/**
 * rbull_mirror_free() - free both before the end of the test
 * @test: the test
 * @mirror: the mirror
 */
void rbull_mirror_free(struct kunit *test, struct rbull_mirror *mirror)
{
	rbull_test_free(test, mirror->image);
	kunit_release_action(test, rbull_test_vfree, mirror->bytes);
	kunit_kfree(test, mirror);
}

/**
 * rbull_mirror_write() - write to both; the image must succeed
 * @test: the test
 * @mirror: the mirror
 * @pos: position to start at, in bytes
 * @len: number of bytes
 * @seed: selects the data
 */
void rbull_mirror_write(struct kunit *test, struct rbull_mirror *mirror,
			u64 pos, size_t len, u32 seed)
{
	const u8 *data = rbull_test_data(seed);

	while (len) {
		size_t chunk = min_t(size_t, len, RBULL_TEST_MAX_LEN);

		KUNIT_ASSERT_EQ(test, 0,
				rbull_image_write(mirror->image, pos, data,
						  chunk, RBULL_TEST_WAIT));
		memcpy(mirror->bytes + pos, data, chunk);
		pos += chunk;
		len -= chunk;
	}
}

/**
 * rbull_mirror_erase() - erase in both; the image must succeed
 * @test: the test
 * @mirror: the mirror
 * @pos: position to start at, in bytes
 * @len: number of bytes
 * @how: as for rbull_image_erase()
 */
void rbull_mirror_erase(struct kunit *test, struct rbull_mirror *mirror,
			u64 pos, u64 len, enum rbull_erase how)
{
	KUNIT_ASSERT_EQ(test, 0, rbull_image_erase(mirror->image, pos, len, how,
						   RBULL_TEST_WAIT));
	memset(mirror->bytes + pos, 0, len);
}

/**
 * rbull_mirror_ground() - erase a mirror and give it new contents
 * @test: the test
 * @mirror: the mirror
 * @ground: the new contents
 * @seed: selects the data
 */
void rbull_mirror_ground(struct kunit *test, struct rbull_mirror *mirror,
			 enum rbull_ground ground, u32 seed)
{
	u64 pos = mirror->size;

	rbull_mirror_erase(test, mirror, 0, mirror->size, RBULL_ERASE_FREE);
	switch (ground) {
	case RBULL_GROUND_PAGES:
		while (pos) {
			pos -= PAGE_SIZE;
			rbull_mirror_write(test, mirror, pos, PAGE_SIZE,
					   seed + pos / PAGE_SIZE);
		}
		break;
	case RBULL_GROUND_HUGE:
		rbull_mirror_write(test, mirror, 0, mirror->size, seed);
		break;
	default:
		break;
	}
}

static void rbull_mirror_differs(struct kunit *test, u64 pos, const u8 *is,
				 const u8 *should, size_t len)
{
	size_t i, first = len, count = 0;

	for (i = 0; i < len; i++) {
		if (is[i] == should[i])
			continue;
		first = min(first, i);
		count++;
	}
	KUNIT_FAIL_AND_ABORT(test, "%zu bytes differ, first at %llu: %*ph, not %*ph",
			     count, pos + first,
			     (int)min_t(size_t, len - first, 8), is + first,
			     (int)min_t(size_t, len - first, 8), should + first);
}

/**
 * rbull_mirror_check() - expect that a part of both is the same
 * @test: the test, which is aborted if it is not
 * @mirror: the mirror
 * @pos: position to start at, in bytes
 * @len: number of bytes
 */
void rbull_mirror_check(struct kunit *test, struct rbull_mirror *mirror,
			u64 pos, u64 len)
{
	while (len) {
		size_t chunk = min_t(u64, len, RBULL_TEST_MAX_LEN);

		rbull_image_read(mirror->image, pos, rbull_test_scratch, chunk);
		if (!rbull_test_same(rbull_test_scratch, mirror->bytes + pos,
				     chunk))
			rbull_mirror_differs(test, pos, rbull_test_scratch,
					     mirror->bytes + pos, chunk);
		pos += chunk;
		len -= chunk;
	}
}

/**
 * rbull_mirror_check_all() - expect that both are the same
 * @test: the test, which is aborted if they are not
 * @mirror: the mirror
 */
void rbull_mirror_check_all(struct kunit *test, struct rbull_mirror *mirror)
{
	rbull_mirror_check(test, mirror, 0, mirror->size);
}
