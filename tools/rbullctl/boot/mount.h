/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_MOUNT_H
#define RBULLCTL_MOUNT_H

#include "boot/config.h"

/**
 * mount_source() - what is mounted in a place
 * @where: path of the place
 *
 * Return: what its mount is said to be of, a new string, or NULL if it has none.
 */
char *mount_source(const char *where);

/**
 * mount_is_of() - is something mounted from a disk?
 * @source: what mount_source() returned
 * @index: number of the disk
 *
 * Return: whether it is.
 */
bool mount_is_of(const char *source, int index);

/**
 * mount_begin() - mount a disk where its file says
 * @config: the file, which says so
 * @index: number of the disk
 *
 * Return: %EXIT_DONE when it is mounted there, or how rbullctl shall end after a
 * complaint.
 */
int mount_begin(const struct config *config, int index);

/**
 * mount_end() - unmount a disk from where its file says
 * @config: the file, which says so
 * @index: number of the disk
 *
 * What somebody uses stays mounted, which umount says.
 */
void mount_end(const struct config *config, int index);

#endif /* RBULLCTL_MOUNT_H */
