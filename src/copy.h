/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_COPY_H
#define RBULL_COPY_H

/*
 * Copying data: from 128 KiB up that is nearly all of what an I/O costs.
 *
 * On x86-64 the string instruction that moves eight bytes at a time copies whole
 * blocks faster than the kernel's memcpy(), which takes the one that moves
 * single bytes, or, where the processor does not announce fast strings, a loop:
 * Documentation/performance.rst has the figures, and those of what was tried
 * besides. Every 64-bit processor has a fast path for it. It takes some time to
 * start, so small pieces are left to memcpy(), as are all in kernels with a
 * sanitizer, which must see each access.
 *
 * What is too large for caches is as fast as memory is, and there are ways to
 * make less use of it: rbull_copy_ahead(), rbull_copy_around().
 */
#include <linux/compiler.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/types.h>

/* Pieces that are shorter are copied faster by memcpy(). Bytes. */
#define RBULL_COPY_STRING_MIN	1024

/* As processors have it. */
#define RBULL_COPY_CACHE_LINE	64

/* How much of the next page is fetched while one is copied. Bytes. */
#define RBULL_COPY_AHEAD	(16 * RBULL_COPY_CACHE_LINE)

/* How far ahead of stores that bypass the cache the source is fetched. Bytes. */
#define RBULL_COPY_AROUND_AHEAD	2048

#if defined(CONFIG_X86_64) && !defined(CONFIG_KASAN) && \
	!defined(CONFIG_KCSAN) && !defined(CONFIG_KMSAN)
/**
 * rbull_copy() - copy bytes
 * @to: where to
 * @from: where from; does not overlap with @to
 * @len: how many
 *
 * Context: any.
 */
static __always_inline void rbull_copy(void *to, const void *from, size_t len)
{
	size_t words = len / sizeof(u64);

	if (unlikely(len < RBULL_COPY_STRING_MIN || len % sizeof(u64))) {
		memcpy(to, from, len);
		return;
	}
	asm volatile("rep movsq"
		     : "+D" (to), "+S" (from), "+c" (words)
		     :
		     : "memory");
}

/**
 * rbull_copy_fetch() - have a cache line fetched
 * @from: an address in it; need not be valid
 *
 * Into all levels of the cache: what prefetch() does on x86, to bypass all but
 * the first, makes copying slower than none.
 *
 * Context: any.
 */
static __always_inline void rbull_copy_fetch(const void *from)
{
	__builtin_prefetch(from, 0, 3);
}

/**
 * rbull_copy_ahead() - copy bytes that are in no cache
 * @to: where to
 * @from: where from; does not overlap with @to
 * @len: how many
 *
 * The processor looks ahead by itself as far as the page ends. So the beginning
 * of the next one is fetched meanwhile.
 *
 * Context: any.
 */
static inline void rbull_copy_ahead(void *to, const void *from, size_t len)
{
	unsigned int line;

	for (; len > PAGE_SIZE; len -= PAGE_SIZE) {
		for (line = 0; line < RBULL_COPY_AHEAD;
		     line += RBULL_COPY_CACHE_LINE)
			rbull_copy_fetch(from + PAGE_SIZE + line);
		rbull_copy(to, from, PAGE_SIZE);
		to += PAGE_SIZE;
		from += PAGE_SIZE;
	}
	rbull_copy(to, from, len);
}

/**
 * rbull_copy_around() - copy bytes to where they are not read soon
 * @to: where to
 * @from: where from; does not overlap with @to
 * @len: how many
 *
 * By stores that bypass the cache: what they overwrite need not be read from
 * memory first, and nothing else is driven out.
 *
 * Context: any.
 */
static inline void rbull_copy_around(void *to, const void *from, size_t len)
{
	const u64 *source = from;
	u64 *target = to;
	unsigned int i;

	for (; len >= RBULL_COPY_CACHE_LINE; len -= RBULL_COPY_CACHE_LINE) {
		rbull_copy_fetch((const void *)source + RBULL_COPY_AROUND_AHEAD);
		for (i = 0; i < RBULL_COPY_CACHE_LINE / sizeof(u64); i++)
			asm volatile("movnti %1, %0"
				     : "=m" (*target++)
				     : "r" (*source++));
	}
	/* Others must not see these stores later than those that follow. */
	asm volatile("sfence" : : : "memory");
	memcpy(target, source, len);
}
#else
static __always_inline void rbull_copy(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
}

#define rbull_copy_ahead	rbull_copy
#define rbull_copy_around	rbull_copy
#endif

#endif /* RBULL_COPY_H */
