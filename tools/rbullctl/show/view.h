/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Disks for those who only look at them. Who may use the control device gets what
 * that tells, others what sysfs tells to everybody.
 */
#ifndef RBULLCTL_VIEW_H
#define RBULLCTL_VIEW_H

#include "rbullctl.h"

/* In @mem_used and @mem_limit of struct rbull_list: sysfs does not tell. */
#define VIEW_UNKNOWN	UINT64_MAX

/**
 * view_list() - which disks there are
 * @indices: where to put the address of their numbers in ascending order, to be
 *	given back with free()
 * @sums: where to put the RAM that all disks take together and may take, or
 *	%VIEW_UNKNOWN; begun with RBULL_INIT(). NULL: nowhere
 *
 * Return: how many there are, or a negative errno, of which the handle has the
 * message; -ENOENT, -ENXIO or -ENODEV: the module is not loaded.
 */
int view_list(int **indices, struct rbull_list *sums);

/**
 * view_find() - which disk is meant
 * @disk: as of rbull_find()
 *
 * Return: its number or, after a complaint, how rbullctl shall end, as a negative
 * number.
 */
int view_find(const char *disk);

/**
 * view_info() - what a disk is like
 * @index: number of the disk
 * @info: where to put it, begun with RBULL_INIT()
 * @is_partial: where to put whether it is of sysfs; then @info->call, disk_size,
 *	mem_limit, mem_used, opens, nr_snapshots, major, minor, the block sizes,
 *	max_segments, max_segment_size and queue_mode are known, and of the flags
 *	%RBULL_DISK_RO, %RBULL_DISK_NO_DISCARD, %RBULL_DISK_ROTATIONAL and
 *	%RBULL_DISK_TEMPORARY. NULL: nowhere
 *
 * Return: 0 or a negative errno; -ENODEV: there is no such disk.
 */
int view_info(int index, struct rbull_info *info, bool *is_partial);

#endif /* RBULLCTL_VIEW_H */
