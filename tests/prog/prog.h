/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the test programs: each is one file that includes this header
 * first. They print test points one a line, for points() of tests/guest/lib.sh.
 */
#ifndef RBULL_PROG_H
#define RBULL_PROG_H

#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512u
#define PAGE 4096u

static inline __attribute__((noreturn, format(printf, 1, 2)))
void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	exit(2);
}

/* One test point; returns ok so that a caller can print more. */
static inline __attribute__((format(printf, 2, 3)))
bool point(bool ok, const char *fmt, ...)
{
	va_list args;

	printf(ok ? "ok - " : "not ok - ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	return ok;
}

static inline int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

#define HUGE_PAGE	(2ul << 20)

/* Allocate huge pages if possible, so that large I/O has few segments. */
static inline void *alloc_huge_or_die(size_t len)
{
	size_t size = (len + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	void *buf;

	if (posix_memalign(&buf, HUGE_PAGE, size))
		die("no memory for %zu bytes", size);
	madvise(buf, size, MADV_HUGEPAGE);
	memset(buf, 0, size);
	return buf;
}

static inline void *alloc_or_die(size_t len)
{
	void *buf;

	if (posix_memalign(&buf, PAGE, len))
		die("no memory for %zu bytes", len);
	memset(buf, 0, len);
	return buf;
}

static inline uint64_t number_or_die(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end)
		die("%s: not a number", text);
	return value;
}

/* Return the size in bytes of a disk, or of a plain file in place of one. */
static inline uint64_t size_or_die(int fd)
{
	struct stat st;
	uint64_t size;

	if (fstat(fd, &st))
		die("fstat: %s", strerror(errno));
	if (S_ISREG(st.st_mode))
		return st.st_size;
	if (ioctl(fd, BLKGETSIZE64, &size))
		die("BLKGETSIZE64: %s", strerror(errno));
	return size;
}

static inline unsigned int block_size_or_die(int fd)
{
	struct stat st;
	int size;

	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return SECTOR;
	if (ioctl(fd, BLKSSZGET, &size))
		die("BLKSSZGET: %s", strerror(errno));
	return size;
}

/* splitmix64: every 8 bytes of a pattern depend on seed and place only. */
static inline uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

static inline void fill(void *buf, size_t len, uint64_t offset, uint64_t seed)
{
	uint64_t *word = buf;
	size_t i;

	for (i = 0; i < len / sizeof(*word); i++)
		word[i] = mix(seed ^ ((offset + i * sizeof(*word)) << 8));
}

/* A small random generator. The caller keeps its state, for use in threads. */
static inline uint64_t rnd(uint64_t *state, uint64_t below)
{
	*state += 0x9e3779b97f4a7c15ull;
	return mix(*state) % below;
}

/* Return the offset of the first difference; len if the buffers are equal. */
static inline size_t first_difference(const void *a, const void *b, size_t len)
{
	const unsigned char *x = a, *y = b;
	size_t i;

	if (!memcmp(a, b, len))
		return len;
	for (i = 0; x[i] == y[i]; i++)
		;
	return i;
}

#endif
