/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_UNITS_H
#define RBULLCTL_UNITS_H

/**
 * unit_name() - the name of the unit that mounts something
 * @path: where
 *
 * Return: what systemd-escape --path --suffix=mount makes of it, a new string;
 * without memory, the program ends.
 */
char *unit_name(const char *path);

/**
 * unit_find() - look for a unit that others have made
 * @name: name of the unit
 * @source: path of a file; a unit that was made of it, or is a copy of such a one,
 *	does not count
 *
 * Return: its path, a new string, or NULL.
 */
char *unit_find(const char *name, const char *source);

#endif /* RBULLCTL_UNITS_H */
