/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_REASON_H
#define RBULL_REASON_H

#include <linux/compiler.h>
#include <linux/rbull.h>

/**
 * struct rbull_reason - the reason for a refusal
 * @text: one line without line feed; empty if nothing was refused
 *
 * The text names the parameter, its value and the values that are allowed. For
 * module parameters and attributes, it goes to the kernel log. For the control
 * device, it goes to the message of the call.
 */
struct rbull_reason {
	char text[RBULL_MESSAGE_SIZE];
};

__printf(3, 4)
int rbull_refuse(struct rbull_reason *reason, int err, const char *format, ...);

#endif /* RBULL_REASON_H */
