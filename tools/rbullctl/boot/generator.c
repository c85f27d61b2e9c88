// SPDX-License-Identifier: GPL-2.0-only
/*
 * systemd runs this program as rbull-generator at boot and at daemon-reload. For
 * each file of /etc/rbull.d, local-fs.target wants an instance of rbull@.service,
 * which requires the file systems of its image and of the folder of its mount
 * point. If the file has a mount point, there is also a mount unit: the service
 * mounts the disk, the mount unit unmounts it before the service is stopped, and
 * other units can be ordered after the mount unit.
 *
 * A file with errors also has its service, unless its name is wrong. The service
 * prints the errors again and fails. There is no mount unit then. But the disk may be
 * there already, and is saved at shutdown: so the service has its dependencies.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/claims.h"
#include "boot/generator.h"
#include "boot/paths.h"
#include "boot/units.h"

#define GENERATOR_SERVICE	"rbull@.service"

/* Print to a new string; exits if there is no memory. */
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

/*
 * Escape a value for a unit file. A percent sign would begin a specifier, so it
 * is doubled. Characters in @special, such as \ and " in quoted words, get a
 * backslash.
 */
static char *escape(const char *value, const char *special)
{
	char *escaped = malloc(2 * strlen(value) + 1), *end = escaped;

	if (!escaped)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	for (; *value; value++) {
		if (*value == '%')
			*end++ = '%';
		else if (strchr(special, *value))
			*end++ = '\\';
		*end++ = *value;
	}
	*end = '\0';
	return escaped;
}

/* Write a file for @config. If it exists already, another generator has made it. */
static int write_unit(const struct config *config, const char *path,
		      const char *contents)
{
	FILE *file = fopen(path, "wxe");
	int bad;

	if (!file && errno == EEXIST)
		return complain(EXIT_FAILED,
				"%s: %s already exists: another generator has made it",
				config->path, path);
	if (!file)
		return complain(EXIT_FAILED, "%s: %s", path, strerror(errno));
	bad = fputs(contents, file) < 0;
	return fclose(file) || bad ? complain(EXIT_FAILED, "%s: %m", path) :
		EXIT_DONE;
}

/*
 * Make local-fs.target want a unit. @target is the path of the unit, relative to
 * the folder of the new link, or absolute.
 */
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

static char *requires_mounts_for(const char *path)
{
	char *escaped = escape(path, "\"\\");
	char *line = text("RequiresMountsFor=\"%s\"\n", escaped);

	free(escaped);
	return line;
}

/*
 * Get the dependencies of the service: the file systems of its image and of the
 * folder of its mount point. It also wants the mount unit, in case somebody has
 * unmounted the disk; but not if that may be another one, as the file has errors.
 */
static char *service_needs(const struct config *config)
{
	const char *image = config->values[CONFIG_IMAGE];
	const char *mount = config->values[CONFIG_MOUNT];
	char *first = image ? requires_mounts_for(image) : text("%s", "");
	char *folder, *second, *unit, *needs;

	if (!mount || *mount != '/')
		return first;
	folder = path_folder(mount);
	second = requires_mounts_for(folder);
	unit = unit_name(mount, UNIT_MOUNT);
	needs = config->wrong ? text("%s%s", first, second) :
		text("%s%sWants=%s\n", first, second, unit);
	free(first);
	free(folder);
	free(second);
	free(unit);
	return needs;
}

static int want_service(const char *name, const char *folder)
{
	char *unit = text("rbull@%s.service", name);
	int err = want(folder, unit, RBULL_UNITDIR "/" GENERATOR_SERVICE);

	free(unit);
	return err;
}

static int write_needs(const struct config *config, const char *folder)
{
	char *drop_ins = text("%s/rbull@%s.service.d", folder, config->name);
	char *path = text("%s/50-rbull.conf", drop_ins);
	char *needs = service_needs(config);
	char *contents = text("# made by " GENERATOR_NAME " from %s\n[Unit]\n"
			      "SourcePath=%s\n%s", config->path, config->path,
			      needs);
	int err = EXIT_DONE;

	if (*needs) {
		mkdir(drop_ins, 0755);
		err = write_unit(config, path, contents);
	}
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
	char *unit = unit_name(config->values[CONFIG_MOUNT], UNIT_MOUNT);
	char *target = text("../%s", unit);
	char *path = text("%s/%s", folder, unit);
	char *where = escape(config->values[CONFIG_MOUNT], "");
	char *how = escape(options ? options : "defaults", "");
	char *contents;
	int err;

	contents = text("# made by " GENERATOR_NAME " from %s\n"
			"[Unit]\nDocumentation=man:rbull.conf(5)\nSourcePath=%s\n"
			"Requires=rbull@%s.service\nAfter=rbull@%s.service\n"
			"Before=local-fs.target\n\n"
			"[Mount]\nWhat=/dev/disk/by-id/rbull-%s\nWhere=%s\nOptions=%s\n%s%s\n",
			config->path, config->path, config->name, config->name,
			config->add.call.name, where, how, type ? "Type=" : "",
			type ? type : "");
	err = write_unit(config, path, contents);
	if (!err)
		err = want(folder, unit, target);
	free(unit);
	free(target);
	free(path);
	free(where);
	free(how);
	free(contents);
	return err;
}

static int generate(const char *name, const char *folder)
{
	struct config config;
	int err = config_read(&config, name);

	if (!err && !config.masked)
		err = claims_judge(&config);
	if (!err && !config.masked && config.values[CONFIG_MOUNT])
		err = write_mount(&config, folder);
	if (!config.masked && config_judge_name(name) == EXIT_DONE) {
		err = write_needs(&config, folder) ?: err;
		err = want_service(name, folder) ?: err;
	}
	config_free(&config);
	return err;
}

int generator(int argc, char **argv)
{
	int nr, i, err, code = EXIT_DONE;
	char **names;

	if (argc < 2)
		return complain(EXIT_USAGE, "usage: " GENERATOR_NAME " FOLDER [FOLDER FOLDER]");
	complain_to_kernel_log();
	nr = config_names(&names);
	for (i = 0; i < nr; i++) {
		err = generate(names[i], argv[1]);
		if (err)
			code = err;
		free(names[i]);
	}
	free(names);
	return nr < 0 ? EXIT_FAILED : code;
}
