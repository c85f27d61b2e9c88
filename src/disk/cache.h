/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_CACHE_H
#define RBULL_DISK_CACHE_H

struct rbull_disk;
struct rbull_reason;

int rbull_cache_init(void);
void rbull_cache_exit(void);
int rbull_cache_forget(struct rbull_disk *disk, unsigned long timeout,
		       struct rbull_reason *reason);

#endif /* RBULL_DISK_CACHE_H */
