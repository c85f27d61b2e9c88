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

/* Return: the format that a name says. */
static const char *format_said(const char *path)
{
	return strcasecmp(format_suffix(path), "qcow2") ?
		format_foreign(path) ?: "raw" : "qcow2";
}

bool format_clash(const char *given, const char *path, const char **says,
		  const char **is)
{
	*says = format_said(given);
	*is = format_said(path);
	return *format_suffix(given) && strcmp(*says, *is);
}

/* Return: %IMAGE_RAW if such a file is to be written nevertheless. */
static enum image_format format_unsupported(const char *shown, const char *foreign,
					    bool rescue)
{
	if (rescue)
		complain(EXIT_DONE,
			 "%s: the format %s is not supported: it is saved as raw: 'rbullctl load --format raw' loads it",
			 shown, foreign);
	else
		complain(EXIT_USAGE,
			 "%s: the format %s is not supported, only raw and qcow2: 'qemu-img convert' converts between formats; --format raw ignores the end of the name",
			 shown, foreign);
	return rescue ? IMAGE_RAW : IMAGE_UNKNOWN;
}

enum image_format format_of_place(const struct place *place, bool rescue)
{
	const char *foreign = format_foreign(place->path);
	const char *shown = place->shown, *says, *is;
	bool clash = format_clash(place->given, place->path, &says, &is);

	if (foreign)
		return format_unsupported(shown, foreign, rescue);
	/* By way of a link of the kernel, the path without links is not known. */
	if (!strcmp(shown, place->given))
		shown = strrchr(place->path, '/') + 1;
	if (clash && rescue)
		complain(EXIT_DONE,
			 "%s is %s by its name, but leads to %s, which is %s by its name: it is saved as %s: to load it, write the path of that file",
			 place->given, says, shown, is, is);
	else if (clash)
		complain(EXIT_USAGE,
			 "%s is %s by its name, but leads to %s, which is %s by its name: write the path of that file, or give --format",
			 place->given, says, shown, is);
	if (clash && !rescue)
		return IMAGE_UNKNOWN;
	return strcmp(is, "qcow2") ? IMAGE_RAW : IMAGE_QCOW2;
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
