/* SPDX-License-Identifier: GPL-2.0-only */
/* For librbull and for rbullctl, which cannot use what the library does not export. */
#ifndef RBULL_MOUNT_ID_H
#define RBULL_MOUNT_ID_H

#include <stdio.h>

/**
 * mount_id() - get the mount ID of a file descriptor
 * @fd: the file descriptor
 *
 * From /proc, as statx() of older C libraries does not return it.
 *
 * Return: the mount ID, or -1.
 */
static inline int mount_id(int fd)
{
	char path[48], line[128];
	FILE *file;
	int id = -1;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "mnt_id: %d", &id) == 1)
			break;
	if (file)
		fclose(file);
	return id;
}

#endif /* RBULL_MOUNT_ID_H */
