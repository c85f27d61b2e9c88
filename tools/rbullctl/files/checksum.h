/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The checksum of an image file, kept beside it in FILE.rbullsum.
 *
 * It is a SHA-256, but not of the whole file: blocks of 4 KiB that are all
 * zeroes are left out, so that a sparse file of a terabyte takes no longer than
 * what is in it. Of each other block its number goes into the sum, as 8 bytes,
 * the lowest first, then its contents, filled up with zeroes if the file ends in
 * it. Last comes the size of the file, in bytes, as 8 bytes, too. So it does not
 * matter where the file system keeps holes.
 */
#ifndef RBULLCTL_CHECKSUM_H
#define RBULLCTL_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gcrypt.h>

#include "files/shape.h"

#define CHECKSUM_BLOCK	4096u
#define CHECKSUM_TEXT	(2 * 32 + 1)
#define CHECKSUM_SUFFIX	".rbullsum"

/* While a file is replaced, the sums of the old and the new one are kept. */
#define CHECKSUMS_MAX	3

/**
 * struct checksum - the sum of a file
 * @size: of the file, bytes
 * @shape: what the disk was like; it comes behind the sum, where an older rbullctl
 *	does not look
 * @text: the sum, in hexadecimal digits
 */
struct checksum {
	uint64_t size;
	struct shape shape;
	char text[CHECKSUM_TEXT];
};

/**
 * checksum_begin() - begin a sum
 *
 * Return: what to give to the others; without memory, the program ends.
 */
gcry_md_hd_t checksum_begin(void);

/**
 * checksum_add() - put a part of the file into the sum
 * @sum: the sum
 * @data: the part
 * @length: how long it is, bytes; whole blocks, but for the end of the file
 * @pos: where in the file it is, a multiple of %CHECKSUM_BLOCK
 *
 * Parts come in ascending order; what is left out are zeroes.
 */
void checksum_add(gcry_md_hd_t sum, const void *data, size_t length,
		  uint64_t pos);

/**
 * checksum_end() - end a sum
 * @sum: the sum; NULL: nothing happens
 * @size: size of the file, bytes
 * @checksum: where to put it, or NULL
 */
void checksum_end(gcry_md_hd_t sum, uint64_t size, struct checksum *checksum);

/**
 * checksum_is_zero() - is all of it zeroes?
 * @data: where it is
 * @length: how long it is, bytes
 *
 * Return: whether it is.
 */
bool checksum_is_zero(const void *data, size_t length);

/**
 * checksum_read() - read the sums that are kept for a file
 * @file: path of the file, not of the sums
 * @checksums: where to put them
 *
 * Return: how many there are; a negative errno if they cannot be read, %-EINVAL
 * if they are no sums.
 */
int checksum_read(const char *file,
		  struct checksum checksums[CHECKSUMS_MAX]);

/**
 * checksum_write() - keep sums for a file, all at once and for good
 * @file: path of the file, not of the sums
 * @is_shared: others can write to the folder
 * @checksums: the sums
 * @nr: how many there are
 *
 * Return: 0 or a negative errno.
 */
int checksum_write(const char *file, bool is_shared,
		   const struct checksum *checksums, int nr);

/**
 * checksum_remove() - keep no sums for a file any longer
 * @file: path of the file, not of the sums
 */
void checksum_remove(const char *file);

#endif /* RBULLCTL_CHECKSUM_H */
