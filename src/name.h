/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_NAME_H
#define RBULL_NAME_H

struct rbull_reason;

int rbull_name_validate(const char *what, const char *name,
			struct rbull_reason *reason);
int rbull_name_validate_serial(const char *serial, struct rbull_reason *reason);

#endif /* RBULL_NAME_H */
