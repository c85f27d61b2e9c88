/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_SYSFS_H
#define RBULL_DISK_SYSFS_H

#include <linux/sysfs.h>

/* The attributes of a disk, below /sys/block/rbullN/rbull. */
extern const struct attribute_group *rbull_sysfs_groups[];

#endif /* RBULL_DISK_SYSFS_H */
