/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_REMOVE_H
#define RBULL_DISK_REMOVE_H

#include <linux/types.h>

struct rbull_disk;
struct rbull_reason;

int rbull_remove_init(void);
void rbull_remove_exit(void);
int rbull_remove_disk(struct rbull_disk *disk, bool force,
		      struct rbull_reason *reason);
void rbull_remove_owned(const void *owner);

#endif /* RBULL_DISK_REMOVE_H */
