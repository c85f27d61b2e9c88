/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_IMAGE_COPY_H
#define RBULL_IMAGE_COPY_H

/*
 * Copying data. For an I/O of 128 KiB or more, this is nearly all of the cost.
 *
 * There are several ways to copy. Which of them is best depends on the
 * processor and its memory; Documentation/performance.rst has figures for some.
 * So they are compared once, when the module is loaded (image/copy_choose.c),
 * for each of three uses: small pieces, large reads and large writes.
 *
 * Small pieces are copied inline, by the way that is most often the best one.
 * If another way was chosen, a static branch leads to it. Large pieces take a
 * static call. Kernels with a sanitizer, which must see each access, use
 * memcpy() for everything, and so do architectures that have no other way.
 */
#include <linux/compiler.h>
#include <linux/jump_label.h>
#include <linux/kconfig.h>
#include <linux/sizes.h>
#include <linux/static_call.h>
#include <linux/string.h>
#include <linux/types.h>

#if defined(CONFIG_KASAN) || defined(CONFIG_KCSAN) || defined(CONFIG_KMSAN)
#define RBULL_COPY_IS_WATCHED	1
#elif defined(CONFIG_X86_64)
#define RBULL_COPY_X86		1
#elif defined(CONFIG_ARM64)
#define RBULL_COPY_ARM64	1
#endif

/* Maximum length to copy in one go while preemption is disabled. Bytes. */
#define RBULL_COPY_AT_ONCE	(IS_ENABLED(CONFIG_PREEMPT_RT) ? SZ_16K : SZ_256K)

/* Use memcpy() for shorter pieces, and those not a multiple of 8. Bytes. */
#define RBULL_COPY_STRING_MIN	1024

/**
 * enum rbull_copy_way - ways to copy
 * @RBULL_COPY_AUTO: the best one by measurement
 * @RBULL_COPY_MEMCPY: the kernel's memcpy()
 * @RBULL_COPY_MOVSB: the string instruction that moves single bytes
 * @RBULL_COPY_MOVSQ: the string instruction that moves eight bytes at a time
 * @RBULL_COPY_PREFETCH: likewise, and prefetch the beginning of the next page
 * @RBULL_COPY_NONTEMPORAL: stores that bypass the cache
 * @RBULL_COPY_WAYS: number of ways
 */
enum rbull_copy_way {
	RBULL_COPY_AUTO,
	RBULL_COPY_MEMCPY,
	RBULL_COPY_MOVSB,
	RBULL_COPY_MOVSQ,
	RBULL_COPY_PREFETCH,
	RBULL_COPY_NONTEMPORAL,
	RBULL_COPY_WAYS,
};

/**
 * enum rbull_copy_use - uses of a way to copy
 * @RBULL_COPY_SMALL: pieces that fit into the cache, in either direction
 * @RBULL_COPY_READ: large pieces out of an image
 * @RBULL_COPY_WRITE: large pieces into an image
 * @RBULL_COPY_USES: number of uses
 */
enum rbull_copy_use {
	RBULL_COPY_SMALL,
	RBULL_COPY_READ,
	RBULL_COPY_WRITE,
	RBULL_COPY_USES,
};

/**
 * typedef rbull_copy_fn - a way to copy
 * @to: destination
 * @from: source; must not overlap with @to
 * @len: number of bytes, a multiple of 8 except for memcpy()
 */
typedef void rbull_copy_fn(void *to, const void *from, size_t len);

/* image/copy.c: the ways. */
extern const char *const rbull_copy_names[RBULL_COPY_WAYS];
rbull_copy_fn *rbull_copy_function(enum rbull_copy_way way);
bool rbull_copy_has(s64 way);
enum rbull_copy_way rbull_copy_default(enum rbull_copy_use use);
enum rbull_copy_way rbull_copy_in_use(enum rbull_copy_use use);
void rbull_copy_take(enum rbull_copy_use use, enum rbull_copy_way way);

/* image/copy_choose.c: choosing one. */
void rbull_copy_init(enum rbull_copy_way pinned);
void rbull_copy_log(void);

#if defined(RBULL_COPY_X86) || defined(RBULL_COPY_ARM64)
#define RBULL_COPY_HAS_CHOICE	1

rbull_copy_fn rbull_copy_memcpy;
DECLARE_STATIC_KEY_FALSE(rbull_copy_small_is_other);
DECLARE_STATIC_CALL(rbull_copy_small, rbull_copy_memcpy);
DECLARE_STATIC_CALL(rbull_copy_large_read, rbull_copy_memcpy);
DECLARE_STATIC_CALL(rbull_copy_large_write, rbull_copy_memcpy);
#endif

/**
 * rbull_copy_inline() - copy in the way that is most often the best one
 * @to: destination
 * @from: source; must not overlap with @to
 * @len: number of bytes, a multiple of 8
 *
 * Context: any.
 */
#ifdef RBULL_COPY_X86
static __always_inline void rbull_copy_inline(void *to, const void *from,
					      size_t len)
{
	size_t words = len / sizeof(u64);

	asm volatile("rep movsq"
		     : "+D" (to), "+S" (from), "+c" (words)
		     :
		     : "memory");
}
#else
static __always_inline void rbull_copy_inline(void *to, const void *from,
					      size_t len)
{
	memcpy(to, from, len);
}
#endif

/**
 * rbull_copy() - copy bytes that fit into the cache
 * @to: destination
 * @from: source; must not overlap with @to
 * @len: number of bytes
 *
 * Context: any.
 */
static __always_inline void rbull_copy(void *to, const void *from, size_t len)
{
#ifdef RBULL_COPY_HAS_CHOICE
	if (unlikely(len < RBULL_COPY_STRING_MIN || len % sizeof(u64))) {
		memcpy(to, from, len);
		return;
	}
	if (static_branch_unlikely(&rbull_copy_small_is_other)) {
		static_call(rbull_copy_small)(to, from, len);
		return;
	}
#endif
	rbull_copy_inline(to, from, len);
}

/**
 * rbull_copy_read() - copy bytes, which are in no cache, out of an image
 * @to: destination
 * @from: source; must not overlap with @to
 * @len: number of bytes
 *
 * Context: any.
 */
static inline void rbull_copy_read(void *to, const void *from, size_t len)
{
#ifdef RBULL_COPY_HAS_CHOICE
	if (likely(!(len % sizeof(u64)))) {
		static_call(rbull_copy_large_read)(to, from, len);
		return;
	}
#endif
	memcpy(to, from, len);
}

/**
 * rbull_copy_write() - copy bytes, more than fit into the cache, into an image
 * @to: destination
 * @from: source; must not overlap with @to
 * @len: number of bytes
 *
 * Context: any.
 */
static inline void rbull_copy_write(void *to, const void *from, size_t len)
{
#ifdef RBULL_COPY_HAS_CHOICE
	if (likely(!(len % sizeof(u64)))) {
		static_call(rbull_copy_large_write)(to, from, len);
		return;
	}
#endif
	memcpy(to, from, len);
}

#endif /* RBULL_IMAGE_COPY_H */
