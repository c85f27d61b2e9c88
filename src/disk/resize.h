/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_RESIZE_H
#define RBULL_DISK_RESIZE_H

#include <linux/types.h>

struct rbull_disk;
struct rbull_reason;

int rbull_disk_resize(struct rbull_disk *disk, u64 size, u64 *quiesced_ns,
		      struct rbull_reason *reason);

#endif /* RBULL_DISK_RESIZE_H */
