/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_CONTROL_SYSFS_H
#define RBULL_CONTROL_SYSFS_H

struct attribute_group;

extern const struct attribute_group *rbull_control_groups[];

#endif /* RBULL_CONTROL_SYSFS_H */
