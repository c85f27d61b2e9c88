/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_TEMPORARY_H
#define RBULLCTL_TEMPORARY_H

#include <rbull.h>

/**
 * struct temporary - a disk that goes when this process does
 * @index: its number
 * @fd: the disk, opened; -1: there is none
 * @path: of its device
 */
struct temporary {
	int index;
	int fd;
	char path[32];
};

/**
 * temporary_begin() - make such a disk, and open it
 * @temporary: the disk
 * @add: what it shall be like; its index and name are chosen here
 * @flags: as of open()
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int temporary_begin(struct temporary *temporary, const struct rbull_add *add,
		    int flags);

/**
 * temporary_end() - close and remove it
 * @temporary: the disk; nothing happens if there is none
 */
void temporary_end(struct temporary *temporary);

#endif /* RBULLCTL_TEMPORARY_H */
