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

/* What file names are made of: they become names of units. */
#define CONFIG_LETTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

/**
 * struct config_reader - a file on its way through libinih
 * @config: where to put what it says
 * @file: the file
 * @line: number of the line that was read last
 * @long_line: number of the first line that is too long for libinih, or 0
 * @max: how long lines may be
 * @seen: which disk options were given
 */
struct config_reader {
	struct config *config;
	FILE *file;
	int line;
	int long_line;
	int max;
	uint64_t seen;
};

static bool config_seen(struct config_reader *reader,
			const struct disk_option *option)
{
	uint64_t bit = 1ull << (option - disk_options);
	bool seen = reader->seen & bit;

	reader->seen |= bit;
	return seen;
}

/* libinih gives an indented line out as another value of the key above it. */
static int config_twice(const struct config *config, const char *key)
{
	return complain(EXIT_USAGE, "%s: %s is given twice, or the line below it is indented",
			config->path, key);
}

static int config_set(struct config_reader *reader, const char *key,
		      const char *value)
{
	struct config *config = reader->config;
	const struct disk_option *option;
	char where[300];
	int i;

	for (i = 0; i < CONFIG_KEYS; i++) {
		if (strcmp(key, config_keys[i]))
			continue;
		if (config->values[i])
			return config_twice(config, key);
		config->values[i] = strdup(value);
		return config->values[i] ? EXIT_DONE :
			complain(EXIT_FAILED, "there is not enough memory");
	}
	option = disk_option_find(key);
	if (!option)
		return complain(EXIT_USAGE, "%s: there is no key '%s': see rbull.conf(5)",
				config->path, key);
	if (config_seen(reader, option))
		return config_twice(config, key);
	snprintf(where, sizeof(where), "%s: %s", config->path, key);
	return disk_option_set(option, &config->add, value, where);
}

/* As libinih wants it: 0 is an error, of which it keeps the line. */
static int config_handle(void *user, const char *section, const char *key,
			 const char *value)
{
	struct config_reader *reader = user;

	if (*section && strcmp(section, "disk"))
		return !complain(EXIT_USAGE, "%s: there is no section [%s]: only [disk] is allowed",
				 reader->config->path, section);
	return !config_set(reader, key, value);
}

/* As fgets(), but what does not fit is no line of its own. */
static char *config_line(char *text, int size, void *context)
{
	struct config_reader *reader = context;
	int c;

	reader->line++;
	if (!fgets(text, size, reader->file))
		return NULL;
	if (strlen(text) < (size_t)size - 1 || strchr(text, '\n'))
		return text;
	c = getc(reader->file);
	if (c != EOF && c != '\n' && !reader->long_line &&
	    !strchr("#;", text[strspn(text, " \t")])) {
		reader->long_line = reader->line;
		reader->max = size - 1;
	}
	while (c != EOF && c != '\n')
		c = getc(reader->file);
	/* Or libinih, from version 58 on, would take the next line for its rest. */
	text[size - 2] = '\n';
	return text;
}

static int config_parse(struct config *config)
{
	struct config_reader reader = { .config = config };
	int line, bad;

	reader.file = fopen(config->path, "re");
	if (!reader.file)
		return complain(EXIT_NO_DISK, "%s: %s", config->path,
				strerror(errno));
	line = ini_parse_stream(config_line, &reader, config_handle, &reader);
	bad = ferror(reader.file);
	fclose(reader.file);
	if (bad)
		return complain(EXIT_FAILED, "%s: it cannot be read", config->path);
	if (reader.long_line)
		return complain(EXIT_USAGE,
				"%s: line %d is too long: at most %d bytes are allowed",
				config->path, reader.long_line, reader.max);
	if (line)
		return complain(EXIT_USAGE, "%s: line %d is wrong", config->path,
				line);
	return EXIT_DONE;
}

/* systemd has names of its own for other letters, and -x would be an option. */
static int config_judge_name(const char *name)
{
	if (strlen(name) >= RBULL_NAME_SIZE || *name == '-' ||
	    name[strspn(name, CONFIG_LETTERS)])
		return complain(EXIT_USAGE,
				"'%s' is not the name of a file in " CONFIG_FOLDER
				": allowed are up to %d of A-Z a-z 0-9 . _ -",
				name, RBULL_NAME_SIZE - 1);
	return EXIT_DONE;
}

/* Keys that need each other. */
static int config_judge(struct config *config)
{
	char **values = config->values;

	if (!config->add.call.name[0])
		return complain(EXIT_USAGE,
				"%s: name: it is empty: without it, that of the file is taken",
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
	int err;

	*config = (struct config) { .add = RBULL_INIT(rbull_add) };
	config->name = strdup(name);
	if (!config->name || asprintf(&config->path, CONFIG_FOLDER "/%s" CONFIG_SUFFIX,
				      name) < 0)
		return complain(EXIT_FAILED, "there is not enough memory");
	err = config_judge_name(name);
	if (err)
		return err;
	strcpy(config->add.call.name, name);
	err = config_parse(config);
	if (!err)
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
