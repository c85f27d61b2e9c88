/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The checksum of an image file, kept beside it in FILE.rbullsum.
 *
 * It is a SHA-256 that leaves out blocks of 4 KiB that are all zeroes, so that
 * the time depends on the data in a sparse file and not on its size. For each
 * other block, the sum covers its number, as 8 bytes, lowest first, and then
 * its contents, padded with zeroes if the file ends within the block. Last
 * comes the size of the file in bytes, also as 8 bytes. So the sum does not
 * depend on where the file system has holes.
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

/* While a file is replaced, the sums of the old and the new file are kept. */
#define CHECKSUMS_MAX	3

/**
 * struct checksum - the sum of a file
 * @size: size of the file, bytes
 * @shape: properties of the disk; stored after the sum, where older versions of
 *	rbullctl ignore them
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
 * Return: a handle for the other functions; exits if libgcrypt fails.
 */
gcry_md_hd_t checksum_begin(void);

/**
 * checksum_add() - add a part of the file to the sum
 * @sum: the sum
 * @data: the part
 * @length: its length, bytes; whole blocks, except at the end of the file
 * @pos: its position in the file, a multiple of %CHECKSUM_BLOCK
 *
 * Add parts in ascending order; parts that are not added count as zeroes.
 */
void checksum_add(gcry_md_hd_t sum, const void *data, size_t length,
		  uint64_t pos);

/**
 * checksum_end() - end a sum
 * @sum: the sum, or NULL
 * @size: size of the file, bytes
 * @checksum: receives the sum; or NULL
 */
void checksum_end(gcry_md_hd_t sum, uint64_t size, struct checksum *checksum);

/**
 * checksum_is_zero() - check for data that is all zeroes
 * @data: the data
 * @length: its length, bytes
 *
 * Return: true if all bytes are 0.
 */
bool checksum_is_zero(const void *data, size_t length);

/**
 * checksum_read() - read the sums of a file
 * @file: path of the file, not of the sums
 * @shown: the same for an error message about properties that are not allowed;
 *	NULL: print none
 * @checksums: receives the sums
 *
 * Return: number of sums, or a negative errno; %-EINVAL if there is no valid
 * sum; %-EBADMSG if its properties are not valid.
 */
int checksum_read(const char *file, const char *shown,
		  struct checksum checksums[CHECKSUMS_MAX]);

/**
 * checksum_judge() - check that the sums of a file can be written
 * @file: path of the file, not of the sums
 * @shown: the same for messages
 *
 * Only a folder is an obstacle: anything else is replaced; a link is not followed.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int checksum_judge(const char *file, const char *shown);

/**
 * checksum_write() - write the sums of a file, atomically and to stable storage
 * @file: path of the file, not of the sums
 * @is_shared: other users can write to the folder
 * @checksums: the sums
 * @nr: number of sums
 *
 * Return: 0 or a negative errno; %-EISDIR if there is a folder in their place.
 */
int checksum_write(const char *file, bool is_shared,
		   const struct checksum *checksums, int nr);

/**
 * checksum_remove() - remove the sums of a file
 * @file: path of the file, not of the sums
 */
void checksum_remove(const char *file);

#endif /* RBULLCTL_CHECKSUM_H */
