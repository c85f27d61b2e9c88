// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ways to copy, and which of them are taken.
 */
#include <linux/mm.h>
#include <linux/prefetch.h>

#include "image/copy.h"

/* As processors have it. */
#define RBULL_COPY_CACHE_LINE	64

/* How much of the next page is fetched while one is copied. Bytes. */
#define RBULL_COPY_AHEAD	(16 * RBULL_COPY_CACHE_LINE)

/* How far ahead of stores that bypass the cache the source is fetched. Bytes. */
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
 * @to: where to
 * @from: where from; does not overlap with @to
 * @len: how many bytes
 *
 * Context: any.
 */
void rbull_copy_memcpy(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
}

/*
 * Have a cache line fetched, into all levels of the cache: what prefetch() does
 * on x86, to bypass all but the first, makes copying slower than none. The
 * address need not be valid.
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
 * The processor looks ahead by itself as far as the page ends. So the beginning
 * of the next one is fetched meanwhile.
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
 * What is overwritten need not be read from memory first, and nothing else is
 * driven out of the cache.
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
	/* Others must not see these stores later than those that follow. */
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

/* Pairs of registers, stored with the hint that nobody reads them soon. */
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
 * rbull_copy_function() - the code of a way to copy
 * @way: the way
 *
 * Return: the function, or NULL if this kernel has none for it.
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
 * rbull_copy_has() - whether a way to copy can be asked for here
 * @way: the way, enum rbull_copy_way
 *
 * Return: true if it can.
 */
bool rbull_copy_has(s64 way)
{
	return way == RBULL_COPY_AUTO || way == RBULL_COPY_MEMCPY ||
	       rbull_copy_function(way);
}

/**
 * rbull_copy_default() - what to take where measuring does not tell
 * @use: for what
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
 * rbull_copy_in_use() - which way is taken
 * @use: for what
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
 * rbull_copy_take() - copy so from now on
 * @use: for what
 * @way: a way for which there is a function
 *
 * Context: module init, when nobody copies yet; may sleep.
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
