/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_FORMAT_H
#define RBULLCTL_FORMAT_H

#include "files/place.h"

/* Format of an image file. */
enum image_format {
	IMAGE_RAW,
	IMAGE_QCOW2,
	/* As the name of the file itself says, not the name of a link to it. */
	IMAGE_BY_NAME,
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
 * format_of_place() - get the format of a file from the suffix of its name
 * @place: its place; the name there counts, not that of a link to it
 *
 * Return: %IMAGE_RAW or %IMAGE_QCOW2, or %IMAGE_UNKNOWN after an error message.
 */
enum image_format format_of_place(const struct place *place);

/**
 * format_given() - parse the value of --format
 * @given: the value
 *
 * Return: %IMAGE_RAW or %IMAGE_QCOW2, or %IMAGE_UNKNOWN after an error message.
 */
enum image_format format_given(const char *given);

#endif /* RBULLCTL_FORMAT_H */
