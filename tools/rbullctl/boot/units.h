/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_UNITS_H
#define RBULLCTL_UNITS_H

#define UNIT_MOUNT	".mount"
#define UNIT_AUTOMOUNT	".automount"

/**
 * unit_name() - get the name of the unit for a path
 * @path: the mount point
 * @suffix: %UNIT_MOUNT or %UNIT_AUTOMOUNT
 *
 * Return: the name, a new string, as from systemd-escape --path; exits if there is
 * no memory.
 */
char *unit_name(const char *path, const char *suffix);

/**
 * unit_find() - look for a unit that was not made from a file of /etc/rbull.d
 * @name: name of the unit
 * @source: path of the file; a unit that names it as its SourcePath= does not
 *	count
 *
 * A unit that cannot be examined counts, too.
 *
 * Return: its path, a new string, or NULL.
 */
char *unit_find(const char *name, const char *source);

#endif /* RBULLCTL_UNITS_H */
