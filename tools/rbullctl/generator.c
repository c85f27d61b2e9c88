// SPDX-License-Identifier: GPL-2.0-only
/*
 * What systemd runs at boot and at daemon-reload, as rbull-generator: each file
 * of /etc/rbull.d makes local-fs.target want its rbull@.service, which is tied to
 * the file system that its image is in, and a mount unit if it shall be mounted,
 * which the service wants, too.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "generator.h"

#define GENERATOR_SERVICE	"rbull@.service"

/* Print to a new string; without memory, the program ends. */
static char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *text(const char *format, ...)
{
	va_list args;
	char *result;

	va_start(args, format);
	if (vasprintf(&result, format, args) < 0)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	va_end(args);
	return result;
}

/* The name of the unit that mounts @path, as systemd-escape --path makes it. */
static char *escape_path(const char *path)
{
	char *name = malloc(4 * strlen(path) + 2), *end = name;

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
	*end = '\0';
	return name;
}

/* In unit files a percent sign begins a specifier. */
static char *escape_percent(const char *value)
{
	char *escaped = malloc(2 * strlen(value) + 1), *end = escaped;

	if (!escaped)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	for (; *value; value++) {
		if (*value == '%')
			*end++ = '%';
		*end++ = *value;
	}
	*end = '\0';
	return escaped;
}

static int write_unit(const char *path, const char *contents)
{
	FILE *file = fopen(path, "we");
	int bad;

	if (!file)
		return complain(EXIT_FAILED, "%s: %s", path, strerror(errno));
	bad = fputs(contents, file) < 0;
	return fclose(file) || bad ? complain(EXIT_FAILED, "%s: %m", path) :
		EXIT_DONE;
}

/* Have local-fs.target want a unit, which is at @target seen from there. */
static int want(const char *folder, const char *unit, const char *target)
{
	char *wants = text("%s/local-fs.target.wants", folder);
	char *link = text("%s/%s", wants, unit);
	int err = EXIT_DONE;

	mkdir(wants, 0755);
	if (symlink(target, link) && errno != EEXIST)
		err = complain(EXIT_FAILED, "%s: %s", link, strerror(errno));
	free(wants);
	free(link);
	return err;
}

/*
 * What the service needs: the file system of its image, and the mount unit, which
 * whoever starts the service by hand wants, too.
 */
static char *service_needs(const struct config *config)
{
	char *image = escape_percent(config->values[CONFIG_IMAGE] ?: "");
	char *mount = escape_path(config->values[CONFIG_MOUNT] ?: "");
	char *first = text(*image ? "RequiresMountsFor=\"%s\"\n" : "%s", image);
	char *needs = config->values[CONFIG_MOUNT] ?
		text("%sWants=%s.mount\n", first, mount) : text("%s", first);

	free(image);
	free(mount);
	free(first);
	return needs;
}

static int write_service(const struct config *config, const char *folder)
{
	char *unit = text("rbull@%s.service", config->name);
	char *target = text(RBULL_UNITDIR "/" GENERATOR_SERVICE);
	char *drop_ins = text("%s/%s.d", folder, unit);
	char *path = text("%s/50-rbull.conf", drop_ins);
	char *needs = service_needs(config);
	char *contents = text("# made by " GENERATOR_NAME " of %s\n[Unit]\n"
			      "SourcePath=%s\n%s", config->path, config->path,
			      needs);
	int err = want(folder, unit, target);

	if (!err && *needs) {
		mkdir(drop_ins, 0755);
		err = write_unit(path, contents);
	}
	free(unit);
	free(target);
	free(drop_ins);
	free(path);
	free(needs);
	free(contents);
	return err;
}

static int write_mount(const struct config *config, const char *folder)
{
	const char *type = config->values[CONFIG_MKFS];
	const char *options = config->values[CONFIG_MOUNT_OPTIONS];
	char *escaped = escape_path(config->values[CONFIG_MOUNT]);
	char *unit = text("%s.mount", escaped);
	char *target = text("../%s", unit);
	char *path = text("%s/%s", folder, unit);
	char *where = escape_percent(config->values[CONFIG_MOUNT]);
	char *how = escape_percent(options ? options : "defaults");
	char *contents;
	int err;

	contents = text("# made by " GENERATOR_NAME " of %s\n"
			"[Unit]\nDocumentation=man:rbull.conf(5)\nSourcePath=%s\n"
			"Requires=rbull@%s.service\nAfter=rbull@%s.service\n"
			"Before=local-fs.target\n\n"
			"[Mount]\nWhat=/dev/disk/by-id/rbull-%s\nWhere=%s\nOptions=%s\n%s%s\n",
			config->path, config->path, config->name, config->name,
			config->add.call.name, where, how, type ? "Type=" : "",
			type ? type : "");
	err = write_unit(path, contents);
	if (!err)
		err = want(folder, unit, target);
	free(escaped);
	free(unit);
	free(target);
	free(path);
	free(where);
	free(how);
	free(contents);
	return err;
}

static int generate(const struct config *config, void *context)
{
	int err = write_service(config, context);

	if (!err && config->values[CONFIG_MOUNT])
		err = write_mount(config, context);
	return err;
}

int generator(int argc, char **argv)
{
	if (argc < 2)
		return complain(EXIT_USAGE, "usage: " GENERATOR_NAME " FOLDER [FOLDER FOLDER]");
	return config_each(generate, argv[1]);
}
