// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of disks and snapshots, and serial numbers of disks.
 *
 * They become names of links in /dev and arguments of commands. So they must
 * not contain characters that are special to a shell, a path or an option, and
 * must not look like the number or the device name of a disk.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/rbull.h>

#include "name.h"
#include "reason.h"

static bool rbull_name_is_number(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

static bool rbull_name_is_device(const char *name)
{
	const size_t len = strlen(RBULL_NAME);

	return !strncmp(name, RBULL_NAME, len) &&
	       rbull_name_is_number(name + len);
}

/* The characters that are allowed in names and serial numbers. */
static bool rbull_name_is_spelled(const char *name)
{
	const char *c;

	if (!isascii(*name) || (!isalnum(*name) && *name != '_'))
		return false;
	for (c = name; *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && !strchr("._-", *c)))
			return false;
	return true;
}

/**
 * rbull_name_validate() - check a name
 * @what: what to call the name in the reason, "name" or "snapshot"
 * @name: the name, shorter than %RBULL_NAME_SIZE
 * @reason: receives the reason for a refusal
 *
 * Return: 0 or -EINVAL.
 */
int rbull_name_validate(const char *what, const char *name,
			struct rbull_reason *reason)
{
	if (!rbull_name_is_spelled(name))
		return rbull_refuse(reason, -EINVAL,
				    "%s=%s: allowed are 1 to %d letters, digits and any of . _ - (not . or - as the first character)",
				    what, name, RBULL_NAME_SIZE - 1);
	if (rbull_name_is_number(name) || rbull_name_is_device(name))
		return rbull_refuse(reason, -EINVAL,
				    "%s=%s: allowed are names that are neither a number nor a device name like rbull0",
				    what, name);
	return 0;
}

/**
 * rbull_name_validate_serial() - check the serial number of a disk
 * @serial: the serial number, shorter than %RBULL_SERIAL_SIZE; empty: none
 * @reason: receives the reason for a refusal
 *
 * Return: 0 or -EINVAL.
 */
int rbull_name_validate_serial(const char *serial, struct rbull_reason *reason)
{
	if (!*serial || rbull_name_is_spelled(serial))
		return 0;
	return rbull_refuse(reason, -EINVAL,
			    "serial=%s: allowed are at most %d letters, digits and any of . _ - (not . or - as the first character)",
			    serial, RBULL_SERIAL_SIZE - 1);
}
