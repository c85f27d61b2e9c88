/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_REASON_H
#define RBULL_REASON_H

#include <linux/compiler.h>
#include <linux/rbull.h>

/**
 * struct rbull_reason - why something was refused, in words
 * @text: one line, without line feed; empty if nothing was refused
 *
 * It names what is wrong, its value and what is allowed. Whoever stands at the
 * door hands it to the user: module parameters in the kernel log, the control
 * device in the message of the call.
 */
struct rbull_reason {
	char text[RBULL_MESSAGE_SIZE];
};

__printf(3, 4)
int rbull_refuse(struct rbull_reason *reason, int err, const char *format, ...);

#endif /* RBULL_REASON_H */
