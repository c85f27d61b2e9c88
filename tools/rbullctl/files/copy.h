/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_COPY_H
#define RBULLCTL_COPY_H

#include "files/checksum.h"
#include "show/progress.h"

/**
 * struct copy - a copy from one file or disk to another
 * @from: the source
 * @from_name: path of the source
 * @to: the destination, which must be all zeroes; -1: none
 * @to_name: path of the destination
 * @full: what to print after the message if the destination has no space, or NULL
 * @grain: unit of writes, bytes, a power of two, at least %CHECKSUM_BLOCK
 * @block: pad what is written at the end to a multiple of this with zeroes, bytes, a
 *	power of two up to the grain; 0: write it as it is
 * @sum: checksum to add the data to, or NULL
 * @progress: the progress bar
 * @buffer: allocated at the first use; the caller must free() it
 */
struct copy {
	int from;
	const char *from_name;
	int to;
	const char *to_name;
	const char *full;
	size_t grain;
	size_t block;
	gcry_md_hd_t sum;
	struct progress *progress;
	char *buffer;
};

/**
 * copy_range() - copy a range to the same position
 * @copy: the copy
 * @pos: start of the range, bytes, a multiple of the grain
 * @length: length of the range, bytes
 *
 * Does not write units that are all zeroes.
 *
 * Return: %EXIT_DONE, or another exit code after an error message, or after
 * interrupt_came().
 */
int copy_range(struct copy *copy, uint64_t pos, uint64_t length);

/**
 * copy_file() - copy a file except for its holes
 * @copy: the copy
 * @size: size of the file, bytes
 *
 * Return: as copy_range().
 */
int copy_file(struct copy *copy, uint64_t size);

#endif /* RBULLCTL_COPY_H */
