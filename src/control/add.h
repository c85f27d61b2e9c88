/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_CONTROL_ADD_H
#define RBULL_CONTROL_ADD_H

#include <linux/rbull.h>

struct rbull_disk;
struct rbull_reason;

int rbull_control_add(struct rbull_add *add, const void *owner,
		      struct rbull_reason *reason);
void rbull_control_describe(struct rbull_disk *disk, struct rbull_info *info);
int rbull_control_check_string(const char *what, const char *text, size_t size,
			       struct rbull_reason *reason);

#endif /* RBULL_CONTROL_ADD_H */
