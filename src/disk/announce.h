/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_ANNOUNCE_H
#define RBULL_DISK_ANNOUNCE_H

#include <linux/types.h>

struct rbull_disk;

void rbull_disk_announce(struct rbull_disk *disk, bool is_other);

#endif /* RBULL_DISK_ANNOUNCE_H */
