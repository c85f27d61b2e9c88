/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_CACHE_H
#define RBULL_DISK_CACHE_H

struct rbull_disk;

int rbull_cache_forget(struct rbull_disk *disk);

#endif /* RBULL_DISK_CACHE_H */
