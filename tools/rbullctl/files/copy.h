/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_COPY_H
#define RBULLCTL_COPY_H

#include "files/checksum.h"
#include "show/progress.h"

/**
 * struct copy - data on its way from one file or disk to another
 * @from: where it comes from
 * @from_name: the path of that
 * @to: where it goes to, which is all zeroes; -1: nowhere
 * @to_name: the path of that
 * @grain: in which units it is written, bytes, a power of two, at least
 *	%CHECKSUM_BLOCK
 * @sum: what it is added to, or NULL
 * @progress: the bar
 * @buffer: made at the first use; free() it at the end
 */
struct copy {
	int from;
	const char *from_name;
	int to;
	const char *to_name;
	size_t grain;
	gcry_md_hd_t sum;
	struct progress *progress;
	char *buffer;
};

/**
 * copy_range() - copy a part to the same place
 * @copy: from where to where
 * @pos: where it begins, bytes, a multiple of the grain
 * @length: how long it is, bytes
 *
 * What is zeroes is not written.
 *
 * Return: %EXIT_DONE, or how rbullctl shall end after a complaint, or after
 * interrupt_came().
 */
int copy_range(struct copy *copy, uint64_t pos, uint64_t length);

/**
 * copy_file() - copy what is not a hole in a file
 * @copy: from where to where
 * @size: of the file, bytes
 *
 * Return: as copy_range().
 */
int copy_file(struct copy *copy, uint64_t size);

#endif /* RBULLCTL_COPY_H */
