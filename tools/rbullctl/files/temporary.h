/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_TEMPORARY_H
#define RBULLCTL_TEMPORARY_H

#include <rbull.h>

/**
 * struct temporary - a disk that is removed when this process ends
 * @index: its number
 * @fd: the open disk; -1: there is none
 * @path: path of its device
 */
struct temporary {
	int index;
	int fd;
	char path[32];
};

/**
 * temporary_begin() - add and open a temporary disk
 * @temporary: receives the disk
 * @add: description of the disk; its number and name are ignored
 * @flags: as of open()
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int temporary_begin(struct temporary *temporary, const struct rbull_add *add,
		    int flags);

/**
 * temporary_end() - close and remove a temporary disk
 * @temporary: the disk; no effect if @temporary->fd is negative
 */
void temporary_end(struct temporary *temporary);

#endif /* RBULLCTL_TEMPORARY_H */
