/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_MOUNT_H
#define RBULLCTL_MOUNT_H

#include "boot/config.h"

/**
 * mount_source() - get the source of the mount at a path
 * @where: the path
 *
 * Return: the source, a new string; NULL if nothing is mounted there.
 */
char *mount_source(const char *where);

/**
 * mount_is_of() - check whether a disk is the source of a mount
 * @source: the source, from mount_source()
 * @index: number of the disk
 *
 * Return: true if it is.
 */
bool mount_is_of(const char *source, int index);

/**
 * mount_begin() - mount a disk at the mount point in its file
 * @config: the file, which has a mount point
 * @index: number of the disk
 *
 * Return: %EXIT_DONE if it is mounted there, or another exit code after an
 * error message.
 */
int mount_begin(const struct config *config, int index);

/**
 * mount_end() - unmount a disk from the mount point in its file
 * @config: the file, which has a mount point
 * @index: number of the disk
 *
 * If the mount is in use, it stays, and umount prints the reason.
 */
void mount_end(const struct config *config, int index);

#endif /* RBULLCTL_MOUNT_H */
