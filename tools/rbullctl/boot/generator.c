// SPDX-License-Identifier: GPL-2.0-only
/*
 * What systemd runs at boot and at daemon-reload, as rbull-generator: each file
 * of /etc/rbull.d makes local-fs.target want its rbull@.service, which is tied to
 * the file systems that its image and the place to mount it are in. If it shall be
 * mounted there is a mount unit, too: the service mounts it, the unit unmounts it
 * before the service is stopped, and others can be ordered after it.
 *
 * A file that is refused has its service, too, which says so again and fails; but
 * nothing that could mount.
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

/* In unit files a percent sign begins a specifier; and \ and " end quoted words. */
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

/* A file of @config; what is there already is another generator's. */
static int write_unit(const struct config *config, const char *path,
		      const char *contents)
{
	FILE *file = fopen(path, "wxe");
	int bad;

	if (!file && errno == EEXIST)
		return complain(EXIT_FAILED,
				"%s: %s is there already: another generator has made it",
				config->path, path);
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

static char *requires_mounts_for(const char *path)
{
	char *escaped = escape(path, "\"\\");
	char *line = text("RequiresMountsFor=\"%s\"\n", escaped);

	free(escaped);
	return line;
}

/*
 * What the service needs: the file systems of its image and of the folder that it
 * mounts in. It wants the mount unit, in case somebody has unmounted it.
 */
static char *service_needs(const struct config *config)
{
	const char *image = config->values[CONFIG_IMAGE];
	const char *mount = config->values[CONFIG_MOUNT];
	char *first = image ? requires_mounts_for(image) : text("%s", "");
	char *folder, *second, *unit, *needs;

	if (!mount)
		return first;
	folder = path_folder(mount);
	second = requires_mounts_for(folder);
	unit = unit_name(mount);
	needs = text("%s%sWants=%s\n", first, second, unit);
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
	char *contents = text("# made by " GENERATOR_NAME " of %s\n[Unit]\n"
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
	char *unit = unit_name(config->values[CONFIG_MOUNT]);
	char *target = text("../%s", unit);
	char *path = text("%s/%s", folder, unit);
	char *where = escape(config->values[CONFIG_MOUNT], "");
	char *how = escape(options ? options : "defaults", "");
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
	if (!err && !config.masked)
		err = write_needs(&config, folder);
	if (!config.masked && config_judge_name(name) == EXIT_DONE)
		err = want_service(name, folder) ?: err;
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
