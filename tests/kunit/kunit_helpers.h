/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_KUNIT_HELPERS_H
#define RBULL_KUNIT_HELPERS_H

#include <kunit/test.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include "image/erase.h"
#include "image/image.h"
#include "image/io.h"
#include "image/size.h"
#include "memory.h"

#define RBULL_TEST_LEAF		SZ_2M
#define RBULL_TEST_LEAF_PAGES	(RBULL_TEST_LEAF / PAGE_SIZE)
/* Length of the data to write. */
#define RBULL_TEST_MAX_LEN	(3 * RBULL_TEST_LEAF)
/* Allocation flags for operations that may wait, and for those that may not. */
#define RBULL_TEST_WAIT		(GFP_NOIO | __GFP_NORETRY | __GFP_NOWARN)
#define RBULL_TEST_NOWAIT	(GFP_NOWAIT | __GFP_NOWARN)

/**
 * struct rbull_mirror - an image, and an array to compare it with
 * @image: the image
 * @bytes: its expected contents
 * @size: size of both in bytes
 */
struct rbull_mirror {
	struct rbull_image *image;
	u8 *bytes;
	u64 size;
};

/**
 * enum rbull_ground - contents of an image before a test
 * @RBULL_GROUND_ABSENT: no data
 * @RBULL_GROUND_PAGES: full, written page by page from the end
 * @RBULL_GROUND_HUGE: full, written at once
 * @RBULL_GROUND_NR: number of grounds
 */
enum rbull_ground {
	RBULL_GROUND_ABSENT,
	RBULL_GROUND_PAGES,
	RBULL_GROUND_HUGE,
	RBULL_GROUND_NR,
};

extern const char * const rbull_ground_names[RBULL_GROUND_NR];

extern struct kunit_suite rbull_kunit_contents;
extern struct kunit_suite rbull_kunit_memory;
extern struct kunit_suite rbull_kunit_clones;
extern struct kunit_suite rbull_kunit_random;
extern struct kunit_suite rbull_kunit_faults;
extern struct kunit_suite rbull_kunit_races;
extern struct kunit_suite rbull_kunit_copies;
extern struct kunit_suite rbull_kunit_sizes;
extern struct kunit_suite rbull_kunit_returns;
extern struct kunit_suite rbull_kunit_counters;

int rbull_test_suite_init(struct kunit_suite *suite);
void rbull_test_suite_exit(struct kunit_suite *suite);
int rbull_test_init(struct kunit *test);
void rbull_test_exit(struct kunit *test);

struct rbull_image *rbull_test_alloc(struct kunit *test, u64 size);
struct rbull_image *rbull_test_alloc_like(struct kunit *test,
					  struct rbull_image *image);
struct rbull_image *rbull_test_clone(struct kunit *test,
				     struct rbull_image *image);
void rbull_test_free(struct kunit *test, struct rbull_image *image);
void rbull_test_limit(struct kunit *test, u64 limit_mb);
void *rbull_test_vmalloc(struct kunit *test, size_t size);
const u8 *rbull_test_data(u32 seed);
bool rbull_test_same(const void *a, const void *b, size_t len);
int rbull_test_write(struct rbull_image *image, u64 pos, const void *from,
		     size_t len);
void rbull_test_used(struct kunit *test, unsigned long pages);
void rbull_test_exact(struct kunit *test, const struct rbull_image *image);
void rbull_test_left(struct kunit *test, const struct rbull_image *image,
		     unsigned int nr);

struct rbull_mirror *rbull_mirror_alloc(struct kunit *test, u64 size);
struct rbull_mirror *rbull_mirror_clone(struct kunit *test,
					struct rbull_mirror *mirror);
void rbull_mirror_free(struct kunit *test, struct rbull_mirror *mirror);
void rbull_mirror_write(struct kunit *test, struct rbull_mirror *mirror,
			u64 pos, size_t len, u32 seed);
void rbull_mirror_erase(struct kunit *test, struct rbull_mirror *mirror,
			u64 pos, u64 len, enum rbull_erase how);
void rbull_mirror_ground(struct kunit *test, struct rbull_mirror *mirror,
			 enum rbull_ground ground, u32 seed);
void rbull_mirror_check(struct kunit *test, struct rbull_mirror *mirror,
			u64 pos, u64 len);
void rbull_mirror_check_all(struct kunit *test, struct rbull_mirror *mirror);

#endif /* RBULL_KUNIT_HELPERS_H */
