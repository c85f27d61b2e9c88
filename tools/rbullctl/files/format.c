// SPDX-License-Identifier: GPL-2.0-only
/*
 * Formats of image files.
 */
#include <string.h>
#include <strings.h>

#include "files/format.h"
#include "rbullctl.h"

/* Formats of virtual machines that rbullctl does not write or read. */
static const char *const foreign_formats[] = {
	"qed", "vdi", "vhd", "vhdx", "vmdk", "vpc",
};

/* Return: the suffix of a name, without the dot; empty if there is none. */
static const char *format_suffix(const char *path)
{
	const char *end = strrchr(path, '.');

	return end && !strchr(end, '/') ? end + 1 : "";
}

const char *format_foreign(const char *path)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(foreign_formats); i++)
		if (!strcasecmp(format_suffix(path), foreign_formats[i]))
			return foreign_formats[i];
	return NULL;
}

enum image_format format_of_place(const struct place *place)
{
	const char *foreign = format_foreign(place->path);

	if (!foreign)
		return strcasecmp(format_suffix(place->path), "qcow2") ? IMAGE_RAW : IMAGE_QCOW2;
	complain(EXIT_USAGE,
		 "%s: the format %s is not supported, only raw and qcow2: 'qemu-img convert' converts between formats; --format raw ignores the end of the name",
		 place->shown, foreign);
	return IMAGE_UNKNOWN;
}

enum image_format format_given(const char *given)
{
	if (!strcmp(given, "raw"))
		return IMAGE_RAW;
	if (!strcmp(given, "qcow2"))
		return IMAGE_QCOW2;
	complain(EXIT_USAGE, "--format: '%s' is neither raw nor qcow2", given);
	return IMAGE_UNKNOWN;
}
