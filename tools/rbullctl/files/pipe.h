/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_PIPE_H
#define RBULLCTL_PIPE_H

#include "files/temporary.h"

/**
 * pipe_save() - write a disk to a pipe, from its beginning to its end
 * @clone: the disk
 * @to: the pipe
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int pipe_save(const struct temporary *clone, int to);

/**
 * pipe_load() - read a disk from a pipe
 * @from: the pipe
 * @disk: the disk, which is empty
 * @fixed: it keeps its size; else it gets the size of the input
 * @full: what to print after the message if the disk has no space
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int pipe_load(int from, const struct temporary *disk, bool fixed,
	      const char *full);

#endif /* RBULLCTL_PIPE_H */
