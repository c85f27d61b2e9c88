// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mount and automount units of systemd: their names, and where to find them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "boot/units.h"
#include "rbullctl.h"

/*
 * The folders of systemd.unit(5), those of `systemctl set-property` and of portable
 * services; and /lib, which may be a folder apart from /usr/lib.
 */
static const char *const unit_folders[] = {
	"/etc/systemd/system.control",
	"/run/systemd/system.control",
	"/run/systemd/transient",
	"/run/systemd/generator.early",
	"/etc/systemd/system",
	"/etc/systemd/system.attached",
	"/run/systemd/system",
	"/run/systemd/system.attached",
	"/run/systemd/generator",
	"/run/systemd/generator.late",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
	"/lib/systemd/system",
};

char *unit_name(const char *path, const char *suffix)
{
	char *name = malloc(4 * strlen(path) + strlen(suffix) + sizeof("-")), *end = name;

	if (!name)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	for (; *path; path++) {
		if (*path == '/') {
			while (path[1] == '/')
				path++;
			if (end != name && path[1])
				*end++ = '-';
		} else if (isalnum((unsigned char)*path) ||
			   strchr(":_", *path) || (*path == '.' && end != name)) {
			*end++ = *path;
		} else {
			end += sprintf(end, "\\x%02x", (unsigned char)*path);
		}
	}
	if (end == name)
		*end++ = '-';
	strcpy(end, suffix);
	return name;
}

/* Units that were made from a file name it, and so do copies of them. */
static bool unit_is_of(const char *path, const char *source)
{
	FILE *file = fopen(path, "re");
	char line[4096];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strncmp(line, "SourcePath=", 11) &&
			!strcmp(line + 11, source);
	}
	if (file)
		fclose(file);
	return found;
}

char *unit_find(const char *name, const char *source)
{
	struct stat st;
	char *path;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unit_folders); i++) {
		if (asprintf(&path, "%s/%s", unit_folders[i], name) < 0)
			exit(complain(EXIT_FAILED, "there is not enough memory"));
		/* A masked unit is a link to /dev/null. */
		if (stat(path, &st) ? errno != ENOENT :
		    !S_ISREG(st.st_mode) || !unit_is_of(path, source))
			return path;
		free(path);
	}
	return NULL;
}
