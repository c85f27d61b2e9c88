/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_SNAPSHOT_H
#define RBULL_DISK_SNAPSHOT_H

#include <linux/types.h>
#include <linux/rbull.h>

struct rbull_contents;
struct rbull_disk;
struct rbull_reason;

int rbull_snapshot_create(struct rbull_disk *disk, const char *name,
			  u64 *quiesced_ns, struct rbull_reason *reason);
int rbull_snapshot_remove(struct rbull_disk *disk, const char *name,
			  struct rbull_reason *reason);
int rbull_snapshot_clone(struct rbull_disk *disk, const char *name,
			 struct rbull_contents *clone,
			 struct rbull_reason *reason);
unsigned int rbull_snapshot_list(struct rbull_disk *disk,
				 struct rbull_snapshot_entry *entries,
				 unsigned int nr);
void rbull_snapshot_free_all(struct rbull_disk *disk);

#endif /* RBULL_DISK_SNAPSHOT_H */
