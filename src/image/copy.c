// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ways to copy, and which of them are used.
 */
#include <linux/mm.h>
#include <linux/prefetch.h>

#include "image/copy.h"

/* The usual size on processors. Bytes. */
#define RBULL_COPY_CACHE_LINE	64

/* How much of the next page to prefetch while one is copied. Bytes. */
#define RBULL_COPY_AHEAD	(16 * RBULL_COPY_CACHE_LINE)

/* How far ahead of non-temporal stores to prefetch the source. Bytes. */
#define RBULL_COPY_AROUND_AHEAD	2048

const char *const rbull_copy_names[RBULL_COPY_WAYS] = {
	[RBULL_COPY_AUTO] = "auto",
	[RBULL_COPY_MEMCPY] = "memcpy",
	[RBULL_COPY_MOVSB] = "movsb",
	[RBULL_COPY_MOVSQ] = "movsq",
	[RBULL_COPY_PREFETCH] = "prefetch",
	[RBULL_COPY_NONTEMPORAL] = "nontemporal",
};

#ifdef RBULL_COPY_HAS_CHOICE
/**
 * rbull_copy_memcpy() - memcpy(), which may be more than one function
 * @to: destination
 * @from: source; must not overlap with @to
 * @len: number of bytes
 *
 * Context: any.
 */
void rbull_copy_memcpy(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
}

/*
 * Prefetch a cache line into all levels of the cache. On x86, prefetch()
 * bypasses all levels but the first, which makes copying slower than no
 * prefetching. The address need not be valid.
 */
static __always_inline void rbull_copy_fetch(const void *from)
{
	__builtin_prefetch(from, 0, 3);
}
#endif

#ifdef RBULL_COPY_X86
#define RBULL_COPY_DEFAULT_SMALL	RBULL_COPY_MOVSQ
#define RBULL_COPY_DEFAULT_LARGE	RBULL_COPY_MOVSQ

static void rbull_copy_movsb(void *to, const void *from, size_t len)
{
	asm volatile("rep movsb"
		     : "+D" (to), "+S" (from), "+c" (len)
		     :
		     : "memory");
}

static void rbull_copy_movsq(void *to, const void *from, size_t len)
{
	rbull_copy_inline(to, from, len);
}

/*
 * The processor's own prefetching stops at the end of a page. So fetch the
 * beginning of the next page while a page is copied.
 */
static void rbull_copy_prefetch(void *to, const void *from, size_t len)
{
	unsigned int line;

	for (; len > PAGE_SIZE; len -= PAGE_SIZE) {
		for (line = 0; line < RBULL_COPY_AHEAD;
		     line += RBULL_COPY_CACHE_LINE)
			rbull_copy_fetch(from + PAGE_SIZE + line);
		rbull_copy_inline(to, from, PAGE_SIZE);
		to += PAGE_SIZE;
		from += PAGE_SIZE;
	}
	rbull_copy_inline(to, from, len);
}

/*
 * Bypass the cache: memory that is overwritten need not be read first, and no
 * other data is evicted.
 */
static void rbull_copy_nontemporal(void *to, const void *from, size_t len)
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
	/* Make these stores visible to others before any later ones. */
	asm volatile("sfence" : : : "memory");
	memcpy(target, source, len);
}

static rbull_copy_fn *const rbull_copy_functions[RBULL_COPY_WAYS] = {
	[RBULL_COPY_MEMCPY] = rbull_copy_memcpy,
	[RBULL_COPY_MOVSB] = rbull_copy_movsb,
	[RBULL_COPY_MOVSQ] = rbull_copy_movsq,
	[RBULL_COPY_PREFETCH] = rbull_copy_prefetch,
	[RBULL_COPY_NONTEMPORAL] = rbull_copy_nontemporal,
};
#elif defined(RBULL_COPY_ARM64)
#define RBULL_COPY_DEFAULT_SMALL	RBULL_COPY_MEMCPY
#define RBULL_COPY_DEFAULT_LARGE	RBULL_COPY_MEMCPY

/* Store pairs of registers, with the hint that nobody will read them soon. */
static void rbull_copy_nontemporal(void *to, const void *from, size_t len)
{
	for (; len >= RBULL_COPY_CACHE_LINE; len -= RBULL_COPY_CACHE_LINE) {
		u64 a, b, c, d;
		unsigned int i;

		rbull_copy_fetch(from + RBULL_COPY_AROUND_AHEAD);
		for (i = 0; i < 2; i++) {
			asm volatile("ldp %0, %1, [%4]\n\t"
				     "ldp %2, %3, [%4, #16]\n\t"
				     "stnp %0, %1, [%5]\n\t"
				     "stnp %2, %3, [%5, #16]"
				     : "=&r" (a), "=&r" (b), "=&r" (c),
				       "=&r" (d)
				     : "r" (from), "r" (to)
				     : "memory");
			from += 4 * sizeof(u64);
			to += 4 * sizeof(u64);
		}
	}
	memcpy(to, from, len);
}

static rbull_copy_fn *const rbull_copy_functions[RBULL_COPY_WAYS] = {
	[RBULL_COPY_MEMCPY] = rbull_copy_memcpy,
	[RBULL_COPY_NONTEMPORAL] = rbull_copy_nontemporal,
};
#endif

#ifdef RBULL_COPY_HAS_CHOICE
#ifdef RBULL_COPY_X86
#define RBULL_COPY_LARGE_FUNCTION	rbull_copy_movsq
#else
#define RBULL_COPY_LARGE_FUNCTION	rbull_copy_memcpy
#endif

DEFINE_STATIC_KEY_FALSE(rbull_copy_small_is_other);
DEFINE_STATIC_CALL(rbull_copy_small, rbull_copy_memcpy);
DEFINE_STATIC_CALL(rbull_copy_large_read, RBULL_COPY_LARGE_FUNCTION);
DEFINE_STATIC_CALL(rbull_copy_large_write, RBULL_COPY_LARGE_FUNCTION);

static enum rbull_copy_way rbull_copy_taken[RBULL_COPY_USES] = {
	[RBULL_COPY_SMALL] = RBULL_COPY_DEFAULT_SMALL,
	[RBULL_COPY_READ] = RBULL_COPY_DEFAULT_LARGE,
	[RBULL_COPY_WRITE] = RBULL_COPY_DEFAULT_LARGE,
};
#endif

/**
 * rbull_copy_function() - get the function of a way to copy
 * @way: the way
 *
 * Return: the function, or NULL if this kernel has none.
 */
rbull_copy_fn *rbull_copy_function(enum rbull_copy_way way)
{
#ifdef RBULL_COPY_HAS_CHOICE
	return rbull_copy_functions[way];
#else
	return NULL;
#endif
}

/**
 * rbull_copy_has() - check whether a way to copy is available
 * @way: the way, enum rbull_copy_way
 *
 * Return: true if it is.
 */
bool rbull_copy_has(s64 way)
{
	return way == RBULL_COPY_AUTO || way == RBULL_COPY_MEMCPY ||
	       rbull_copy_function(way);
}

/**
 * rbull_copy_default() - get the way to use unless measuring finds a better one
 * @use: the use
 *
 * Return: the way.
 */
enum rbull_copy_way rbull_copy_default(enum rbull_copy_use use)
{
#ifdef RBULL_COPY_HAS_CHOICE
	return use == RBULL_COPY_SMALL ? RBULL_COPY_DEFAULT_SMALL :
					 RBULL_COPY_DEFAULT_LARGE;
#else
	return RBULL_COPY_MEMCPY;
#endif
}

/**
 * rbull_copy_in_use() - get the way that is used
 * @use: the use
 *
 * Context: any.
 * Return: the way.
 */
enum rbull_copy_way rbull_copy_in_use(enum rbull_copy_use use)
{
#ifdef RBULL_COPY_HAS_CHOICE
	return rbull_copy_taken[use];
#else
	return RBULL_COPY_MEMCPY;
#endif
}

/**
 * rbull_copy_take() - set the way to use
 * @use: the use
 * @way: a way that has a function
 *
 * Context: module init, before anything is copied; may sleep.
 */
void rbull_copy_take(enum rbull_copy_use use, enum rbull_copy_way way)
{
#ifdef RBULL_COPY_HAS_CHOICE
	rbull_copy_fn *function = rbull_copy_functions[way];

	rbull_copy_taken[use] = way;
	if (use == RBULL_COPY_READ) {
		static_call_update(rbull_copy_large_read, function);
	} else if (use == RBULL_COPY_WRITE) {
		static_call_update(rbull_copy_large_write, function);
	} else if (way != RBULL_COPY_DEFAULT_SMALL) {
		static_call_update(rbull_copy_small, function);
		static_branch_enable(&rbull_copy_small_is_other);
	}
#endif
}
