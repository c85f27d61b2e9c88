/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_CONTENTS_H
#define RBULL_DISK_CONTENTS_H

#include <linux/types.h>

struct rbull_disk;
struct rbull_image;
struct rbull_reason;

int rbull_contents_replace(struct rbull_disk *disk, struct rbull_image *image,
			   bool force, u64 *quiesced_ns,
			   struct rbull_reason *reason);
int rbull_contents_reset(struct rbull_disk *disk, bool force, u64 *quiesced_ns,
			 struct rbull_reason *reason);
int rbull_contents_resize(struct rbull_disk *disk, u64 size, u64 *quiesced_ns,
			  struct rbull_reason *reason);

#endif /* RBULL_DISK_CONTENTS_H */
