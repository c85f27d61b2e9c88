// SPDX-License-Identifier: GPL-2.0-only
/*
 * /etc/rbull.d/NAME.conf: disks that are there at each boot. libinih reads them.
 */
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

/* One line each: tests/check reads them. */
const char *const config_keys[CONFIG_KEYS] = {
	[CONFIG_IMAGE] = "image",
	[CONFIG_SAVE] = "save",
	[CONFIG_MKFS] = "mkfs",
	[CONFIG_MKFS_OPTIONS] = "mkfs_options",
	[CONFIG_MOUNT] = "mount",
	[CONFIG_MOUNT_OPTIONS] = "mount_options",
};

static int config_set(struct config *config, const char *key, const char *value)
{
	const struct disk_option *option;
	char where[300];
	int i;

	for (i = 0; i < CONFIG_KEYS; i++) {
		if (strcmp(key, config_keys[i]))
			continue;
		free(config->values[i]);
		config->values[i] = strdup(value);
		return EXIT_DONE;
	}
	option = disk_option_find(key);
	if (!option)
		return complain(EXIT_USAGE, "%s: there is no key '%s': see rbull.conf(5)",
				config->path, key);
	snprintf(where, sizeof(where), "%s: %s", config->path, key);
	return disk_option_set(option, &config->add, value, where);
}

/* As libinih wants it: 0 is an error, of which it keeps the line. */
static int config_handle(void *user, const char *section, const char *key,
			 const char *value)
{
	struct config *config = user;

	if (*section && strcmp(section, "disk"))
		return !complain(EXIT_USAGE, "%s: there is no section [%s]: only [disk] is allowed",
				 config->path, section);
	return !config_set(config, key, value);
}

/* Keys that need each other. */
static int config_judge(struct config *config)
{
	char **values = config->values;

	if (!config->add.call.name[0])
		return complain(EXIT_USAGE, "%s: name: it is empty: leave it out to get that of the file",
				config->path);
	if (values[CONFIG_SAVE] && strcmp(values[CONFIG_SAVE], "never") &&
	    strcmp(values[CONFIG_SAVE], "shutdown"))
		return complain(EXIT_USAGE, "%s: save: '%s' is neither shutdown nor never",
				config->path, values[CONFIG_SAVE]);
	if (config_saves(config) && !values[CONFIG_IMAGE])
		return complain(EXIT_USAGE, "%s: save=shutdown needs image=, the file to save to",
				config->path);
	if (values[CONFIG_MOUNT] && values[CONFIG_MOUNT][0] != '/')
		return complain(EXIT_USAGE, "%s: mount: '%s' is not an absolute path",
				config->path, values[CONFIG_MOUNT]);
	if (values[CONFIG_MKFS] && strchr(values[CONFIG_MKFS], '/'))
		return complain(EXIT_USAGE, "%s: mkfs: '%s' is not a type of file system",
				config->path, values[CONFIG_MKFS]);
	return EXIT_DONE;
}

static int config_image(struct config *config)
{
	char *image = config->values[CONFIG_IMAGE];

	if (!image || *image == '/')
		return EXIT_DONE;
	if (asprintf(&config->values[CONFIG_IMAGE], CONFIG_IMAGES "/%s",
		     image) < 0)
		return complain(EXIT_FAILED, "there is not enough memory");
	free(image);
	return EXIT_DONE;
}

int config_read(struct config *config, const char *name)
{
	int line, err;

	*config = (struct config) { .add = RBULL_INIT(rbull_add) };
	config->name = strdup(name);
	if (!config->name || asprintf(&config->path, CONFIG_FOLDER "/%s" CONFIG_SUFFIX,
				      name) < 0)
		return complain(EXIT_FAILED, "there is not enough memory");
	if (strchr(name, '/') || strlen(name) >= RBULL_NAME_SIZE)
		return complain(EXIT_USAGE, "'%s' is not the name of a file in " CONFIG_FOLDER,
				name);
	strcpy(config->add.call.name, name);
	line = ini_parse(config->path, config_handle, config);
	if (line < 0)
		return complain(EXIT_NO_DISK, "%s: %s", config->path,
				strerror(errno));
	if (line)
		return complain(EXIT_USAGE, "%s: line %d is wrong", config->path,
				line);
	err = config_judge(config);
	return err ? err : config_image(config);
}

void config_free(struct config *config)
{
	int i;

	free(config->name);
	free(config->path);
	for (i = 0; i < CONFIG_KEYS; i++)
		free(config->values[i]);
}

bool config_saves(const struct config *config)
{
	const char *save = config->values[CONFIG_SAVE];

	return save && !strcmp(save, "shutdown");
}

static int config_is_one(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);
	size_t suffix = strlen(CONFIG_SUFFIX);

	return entry->d_name[0] != '.' && length > suffix &&
	       !strcmp(entry->d_name + length - suffix, CONFIG_SUFFIX);
}

int config_each(int (*function)(const struct config *config, void *context),
		void *context)
{
	struct dirent **entries;
	int nr, i, err, code = EXIT_DONE;

	nr = scandir(CONFIG_FOLDER, &entries, config_is_one, alphasort);
	if (nr < 0 && errno == ENOENT)
		return EXIT_DONE;
	if (nr < 0)
		return complain(EXIT_FAILED, CONFIG_FOLDER ": %s",
				strerror(errno));
	for (i = 0; i < nr; i++) {
		char *dot = strrchr(entries[i]->d_name, '.');
		struct config config;

		*dot = '\0';
		err = config_read(&config, entries[i]->d_name);
		if (!err)
			err = function(&config, context);
		if (err)
			code = err;
		config_free(&config);
		free(entries[i]);
	}
	free(entries);
	return code;
}
