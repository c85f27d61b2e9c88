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
 * besides, stores that bypass the cache among it. Every 64-bit processor has a
 * fast path for it. It takes some time to start, so small pieces are left to
 * memcpy(), as are all in kernels with a sanitizer, which must see each access.
 */
#include <linux/compiler.h>
#include <linux/kconfig.h>
#include <linux/string.h>
#include <linux/types.h>

/* Pieces that are shorter are copied faster by memcpy(). Bytes. */
#define RBULL_COPY_STRING_MIN	1024

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
#else
static __always_inline void rbull_copy(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
}
#endif

#endif /* RBULL_COPY_H */
