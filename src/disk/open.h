/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_OPEN_H
#define RBULL_DISK_OPEN_H

#include <linux/blkdev.h>
#include <linux/types.h>

#include "compat/ops.h"

struct rbull_disk;
struct rbull_reason;

int rbull_disk_count_open(struct rbull_disk *disk, blk_mode_t mode);
void rbull_disk_count_release(struct rbull_disk *disk);
bool rbull_disk_is_writable(const struct rbull_disk *disk);
int rbull_disk_set_ro(struct rbull_disk *disk, bool ro,
		      struct rbull_reason *reason);
int rbull_disk_set_read_only(struct block_device *bdev, bool ro);
int rbull_disk_close(struct rbull_disk *disk, bool force,
		     struct rbull_reason *reason);

#endif /* RBULL_DISK_OPEN_H */
