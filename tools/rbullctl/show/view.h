/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Information about disks, for verbs that change nothing. It comes from the
 * control device or, if the caller may not use that, from sysfs.
 */
#ifndef RBULLCTL_VIEW_H
#define RBULLCTL_VIEW_H

#include "rbullctl.h"

/* In @mem_used and @mem_limit of struct rbull_list: sysfs does not have it. */
#define VIEW_UNKNOWN	UINT64_MAX

/**
 * view_list() - list the disks
 * @indices: receives the address of an array of their numbers in ascending
 *	order, which the caller must free()
 * @sums: receives the memory of all disks together and its limit, or
 *	%VIEW_UNKNOWN; initialized with RBULL_INIT(); or NULL
 *
 * Return: number of disks, or a negative errno; the handle has the message.
 * -ENOENT, -ENXIO or -ENODEV mean that the module is not loaded.
 */
int view_list(int **indices, struct rbull_list *sums);

/**
 * view_find() - look up a disk
 * @disk: as of rbull_find()
 *
 * Return: the number of the disk, or the negative exit code after an error
 * message.
 */
int view_find(const char *disk);

/**
 * view_info() - describe a disk
 * @index: number of the disk
 * @info: receives the description; initialized with RBULL_INIT()
 * @is_partial: receives true if the description comes from sysfs; or NULL. Then
 *	only @info->call, serial, disk_size, mem_limit, mem_used, opens,
 *	nr_snapshots, major, minor, the block sizes, max_segments,
 *	max_segment_size and queue_mode are valid, and of the flags
 *	%RBULL_DISK_RO, %RBULL_DISK_NO_DISCARD, %RBULL_DISK_NO_WRITE_ZEROES,
 *	%RBULL_DISK_ROTATIONAL and %RBULL_DISK_TEMPORARY
 *
 * Return: 0 or a negative errno; -ENODEV if there is no such disk.
 */
int view_info(int index, struct rbull_info *info, bool *is_partial);

#endif /* RBULLCTL_VIEW_H */
