// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reasons for refusals.
 */
#include <linux/kernel.h>

#include "reason.h"

/**
 * rbull_refuse() - set the reason for a refusal
 * @reason: receives the text
 * @err: a negative errno
 * @format: as for printk(), without line feed
 *
 * Context: any.
 * Return: @err, so that a refusal is one statement.
 */
int rbull_refuse(struct rbull_reason *reason, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vscnprintf(reason->text, sizeof(reason->text), format, args);
	va_end(args);
	return err;
}
