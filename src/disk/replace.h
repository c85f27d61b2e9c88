/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_REPLACE_H
#define RBULL_DISK_REPLACE_H

#include <linux/types.h>

struct rbull_disk;
struct rbull_reason;

int rbull_disk_reset(struct rbull_disk *disk, bool force, u64 *quiesced_ns,
		     struct rbull_reason *reason);
int rbull_disk_rewind(struct rbull_disk *disk, const char *snapshot, bool force,
		      u64 *quiesced_ns, struct rbull_reason *reason);

#endif /* RBULL_DISK_REPLACE_H */
