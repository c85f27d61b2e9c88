/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_RESIZE_H
#define RBULLCTL_RESIZE_H

#include "cli/options.h"

/**
 * size_take() - read a size
 * @text: as it was written
 * @where: where it was written, for the complaint
 * @relative: a sign before it is allowed, and is not looked at
 * @size: where to put it, bytes
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int size_take(const char *text, const char *where, bool relative,
	      uint64_t *size);

/**
 * resize() - change the size of a disk
 * @arguments: the command line: --force, --verbose
 * @index: number of the disk
 * @text: the size as it was written; after a sign, how much more or less
 * @where: where it was written, for complaints
 *
 * A disk that somebody uses is not made smaller, unless that is forced.
 *
 * Return: the exit code.
 */
int resize(const struct arguments *arguments, int index, const char *text,
	   const char *where);

#endif /* RBULLCTL_RESIZE_H */
