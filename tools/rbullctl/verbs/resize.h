/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_RESIZE_H
#define RBULLCTL_RESIZE_H

#include "cli/options.h"

/**
 * size_take() - parse a size
 * @text: the size as text
 * @where: where the user wrote it, for the error message
 * @relative: allow, and ignore, a sign before it
 * @size: receives the size, bytes
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int size_take(const char *text, const char *where, bool relative,
	      uint64_t *size);

/**
 * resize() - change the size of a disk
 * @arguments: the command line: --force, --verbose
 * @index: number of the disk
 * @text: the size as text; with a sign, relative to the current size
 * @where: where the user wrote it, for error messages
 *
 * Does not shrink a disk that is in use, unless --force was given.
 *
 * Return: the exit code.
 */
int resize(const struct arguments *arguments, int index, const char *text,
	   const char *where);

#endif /* RBULLCTL_RESIZE_H */
