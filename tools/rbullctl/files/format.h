/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_FORMAT_H
#define RBULLCTL_FORMAT_H

#include <stdbool.h>

#include "files/place.h"

/* Format of an image file. */
enum image_format {
	IMAGE_RAW,
	IMAGE_QCOW2,
	/* As the name of the file itself says, not the name of a link to it. */
	IMAGE_BY_NAME,
	/* The same, or raw, for a disk whose data is lost if it is not saved. */
	IMAGE_RESCUE,
	IMAGE_UNKNOWN,
};

/**
 * format_foreign() - check whether a name is that of an unsupported format
 * @path: path of the file
 *
 * Return: the format, or NULL.
 */
const char *format_foreign(const char *path);

/**
 * format_clash() - check whether a link says another format than its target
 * @given: path of the file, which may be that of a link
 * @path: path of the file, without links
 * @says: receives the format that the name @given says
 * @is: receives the format that the name @path says
 *
 * A name without a suffix says nothing.
 *
 * Return: true if they differ.
 */
bool format_clash(const char *given, const char *path, const char **says,
		  const char **is);

/**
 * format_of_place() - get the format of a file from the suffix of its name
 * @place: its place; the name there counts, not that of a link to it
 * @rescue: do not refuse what load would refuse, but print a message
 *
 * Refuses a link whose name says another format: older versions of rbullctl saved
 * in that one.
 *
 * Return: %IMAGE_RAW or %IMAGE_QCOW2, or %IMAGE_UNKNOWN after an error message.
 */
enum image_format format_of_place(const struct place *place, bool rescue);

/**
 * format_given() - parse the value of --format
 * @given: the value
 *
 * Return: %IMAGE_RAW or %IMAGE_QCOW2, or %IMAGE_UNKNOWN after an error message.
 */
enum image_format format_given(const char *given);

#endif /* RBULLCTL_FORMAT_H */
