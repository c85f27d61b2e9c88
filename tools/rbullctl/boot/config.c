// SPDX-License-Identifier: GPL-2.0-only
/*
 * /etc/rbull.d/NAME.conf: disks that are made at each boot. Meaning of the
 * keys, and checks of their values.
 */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/config.h"
#include "boot/config_file.h"
#include "boot/paths.h"
#include "files/format.h"
#include "interrupt.h"

/* One line each: tests/check reads them. */
const char *const config_keys[CONFIG_KEYS] = {
	[CONFIG_IMAGE] = "image",
	[CONFIG_SAVE] = "save",
	[CONFIG_MKFS] = "mkfs",
	[CONFIG_MKFS_OPTIONS] = "mkfs_options",
	[CONFIG_MOUNT] = "mount",
	[CONFIG_MOUNT_OPTIONS] = "mount_options",
};

int config_wrong(struct config *config, int line, const char *format, ...)
{
	char text[1000], where[32] = "";
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (line)
		snprintf(where, sizeof(where), "line %d: ", line);
	config->wrong = complain(EXIT_USAGE, "%s: %s%s", config->path, where,
				 text);
	return config->wrong;
}

/*
 * A quote before a word is an error: it would be taken literally, unlike in a
 * shell.
 */
static bool has_quote(const char *value)
{
	const char *c;

	for (c = value; *c; c++)
		if (strchr("\"'", *c) && (c == value || c[-1] == ' ' || c[-1] == '\t'))
			return true;
	return false;
}

static bool has_blank(const char *value)
{
	return value[strcspn(value, " \t")];
}

/* Checks for all values. Return: true if the value passes. */
static bool config_judge_value(struct config *config, int line, const char *key,
			       const char *value, bool words)
{
	if (has_quote(value))
		config_wrong(config, line, "%s: %s: quotes have no meaning here: leave them out",
			     key, value);
	else if (!words && has_blank(value))
		config_wrong(config, line, "%s: '%s' is more than one word", key,
			     value);
	else
		return true;
	return false;
}

/* A path may contain blanks, but must not be a list of paths. */
static void config_judge_path(struct config *config, int line, const char *key,
			      char *path)
{
	const char *c;

	for (c = path; *c; c++)
		if (strchr(" \t", *c) && (c[1] == '/' || c[-1] == '/')) {
			config_wrong(config, line,
				     "%s: '%s' is more than one path, or has a blank beside a /",
				     key, path);
			return;
		}
	if (path_has_dots(path))
		config_wrong(config, line, "%s: '%s' has . or .. in it: write the path without them",
			     key, path);
	else
		path_simplify(path);
}

static void config_set_key(struct config *config, int line,
			   enum config_key key, const char *value)
{
	bool path = key == CONFIG_IMAGE || key == CONFIG_MOUNT;
	const char *name = config_keys[key];

	if (config->lines[key]) {
		config_wrong(config, line, "%s is given twice, in line %d too",
			     name, config->lines[key]);
		/* Use neither of the two: it is unknown which is meant. */
		free(config->values[key]);
		config->values[key] = NULL;
		return;
	}
	config->lines[key] = line;
	if (!*value && key != CONFIG_MKFS_OPTIONS && key != CONFIG_MOUNT_OPTIONS)
		config_wrong(config, line, "%s: the value is empty", name);
	else if (config_judge_value(config, line, name, value,
				    path || key == CONFIG_MKFS_OPTIONS))
		config->values[key] = strdup(value);
	if (config->values[key] && path)
		config_judge_path(config, line, name, config->values[key]);
}

/*
 * Options for one value in two units, such as size and disk_mb, count as one.
 */
static bool is_same_option(const struct disk_option *a,
			   const struct disk_option *b)
{
	return a == b || (a->offset == b->offset && !disk_option_is_switch(a));
}

static void config_set_option(struct config *config, int line,
			      const struct disk_option *option,
			      const char *key, const char *value)
{
	char where[300];
	size_t i;

	for (i = 0; i < nr_disk_options; i++) {
		const struct disk_option *other = &disk_options[i];

		if (!config->option_lines[i] || !is_same_option(option, other))
			continue;
		if (option == other)
			config_wrong(config, line, "%s is given twice, in line %d too",
				     key, config->option_lines[i]);
		else
			config_wrong(config, line,
				     "%s is given twice: %s in line %d sets the same value",
				     key, other->name, config->option_lines[i]);
		return;
	}
	config->option_lines[option - disk_options] = line;
	if (!config_judge_value(config, line, key, value, false))
		return;
	if (!*value)
		config_wrong(config, line, "%s: the value is empty%s", key,
			     option->kind == KIND_NAME ?
			     ": without this key, the name of the file is used" : "");
	snprintf(where, sizeof(where), "%s: line %d: %s", config->path, line, key);
	if (*value && disk_option_set(option, &config->add, value, where))
		config->wrong = EXIT_USAGE;
}

void config_set(struct config *config, int line, const char *key,
		const char *value)
{
	const struct disk_option *option = disk_option_find(key);
	int i;

	for (i = 0; i < CONFIG_KEYS; i++)
		if (!strcmp(key, config_keys[i])) {
			config_set_key(config, line, i, value);
			return;
		}
	if (option)
		config_set_option(config, line, option, key, value);
	else
		config_wrong(config, line, "there is no key '%s': see rbull.conf(5)",
			     key);
}

int config_judge_name(const char *name)
{
	if (strlen(name) >= RBULL_NAME_SIZE || *name == '-' ||
	    name[strspn(name, NAME_LETTERS)])
		return complain(EXIT_USAGE,
				"'%s' cannot be the name of a file in " CONFIG_FOLDER
				": allowed are up to %d of A-Z a-z 0-9 . _ - (not - as the first character)",
				name, RBULL_NAME_SIZE - 1);
	return EXIT_DONE;
}

/* The driver checks names only when a disk is made. */
static void config_judge_disk_name(struct config *config)
{
	const char *name = config->add.call.name;
	const char *wrong = disk_name_wrong(name);

	if (wrong)
		config_wrong(config, config_line(config, "name"), "name: '%s'%s", name, wrong);
}

/* Checks that need the whole file. */
static void config_judge(struct config *config)
{
	char **values = config->values;
	const int *lines = config->lines;

	config_judge_disk_name(config);
	if (values[CONFIG_SAVE] && strcmp(values[CONFIG_SAVE], "never") &&
	    strcmp(values[CONFIG_SAVE], "shutdown"))
		config_wrong(config, lines[CONFIG_SAVE], "save: '%s' is neither shutdown nor never",
			     values[CONFIG_SAVE]);
	if (config_saves(config) && !lines[CONFIG_IMAGE])
		config_wrong(config, lines[CONFIG_SAVE],
			     "save=shutdown needs image=, the file to save to");
	if (values[CONFIG_IMAGE] && format_foreign(values[CONFIG_IMAGE]))
		config_wrong(config, lines[CONFIG_IMAGE],
			     "image: %s: the format %s is not supported, only raw and qcow2",
			     values[CONFIG_IMAGE], format_foreign(values[CONFIG_IMAGE]));
	if (values[CONFIG_MOUNT] && values[CONFIG_MOUNT][0] != '/')
		config_wrong(config, lines[CONFIG_MOUNT], "mount: '%s' is not an absolute path",
			     values[CONFIG_MOUNT]);
	if (values[CONFIG_MKFS] &&
	    values[CONFIG_MKFS][strspn(values[CONFIG_MKFS], NAME_LETTERS)])
		config_wrong(config, lines[CONFIG_MKFS], "mkfs: '%s' is not a type of file system",
			     values[CONFIG_MKFS]);
}

static void config_image(struct config *config)
{
	char *image = config->values[CONFIG_IMAGE];

	if (!image || *image == '/')
		return;
	if (asprintf(&config->values[CONFIG_IMAGE], CONFIG_IMAGES "/%s",
		     image) < 0)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	free(image);
}

int config_read(struct config *config, const char *name)
{
	*config = (struct config) { .add = RBULL_INIT(rbull_add) };
	config->name = strdup(name);
	if (!config->name || asprintf(&config->path, CONFIG_FOLDER "/%s" CONFIG_SUFFIX,
				      name) < 0)
		return config->wrong = complain(EXIT_FAILED, "there is not enough memory");
	config->wrong = config_judge_name(name);
	if (config->wrong)
		return config->wrong;
	strcpy(config->add.call.name, name);
	config_file_parse(config);
	if (config->masked || config->wrong == EXIT_NO_DISK)
		return config->wrong;
	config_judge(config);
	config_image(config);
	return config->wrong;
}

int config_line(const struct config *config, const char *option)
{
	return config->option_lines[disk_option_find(option) - disk_options];
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

int config_names(char ***names)
{
	struct dirent **entries;
	int nr, i;

	*names = NULL;
	nr = scandir(CONFIG_FOLDER, &entries, config_is_one, alphasort);
	if (nr < 0 && errno == ENOENT)
		return 0;
	if (nr >= 0)
		*names = calloc(nr + 1, sizeof(**names));
	if (!*names) {
		complain(EXIT_FAILED, CONFIG_FOLDER ": %s", strerror(errno));
		return -1;
	}
	for (i = 0; i < nr; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		(*names)[i] = strdup(entries[i]->d_name);
		if (!(*names)[i])
			exit(complain(EXIT_FAILED, "there is not enough memory"));
		free(entries[i]);
	}
	free(entries);
	return nr;
}

/*
 * Save a disk despite errors in its file, if its image is known: else its data
 * is lost.
 */
static bool config_is_savable(const struct config *config)
{
	bool named = !config_line(config, "name") ||
		     strcmp(config->add.call.name, config->name);

	return config_saves(config) && config->values[CONFIG_IMAGE] && named;
}

/* @named: the command line names the file; then a masked file is an error. */
static int config_one(const char *name, bool named, bool saving,
		      int (*function)(struct config *config, void *context),
		      void *context)
{
	struct config config;
	int err = config_read(&config, name);

	if (config.masked && named)
		err = complain(EXIT_NO_DISK,
			       "%s is a link to /dev/null: the disk is masked",
			       config.path);
	else if (!config.masked && (!err || (saving && config_is_savable(&config))))
		err = function(&config, context) ?: err;
	config_free(&config);
	return err;
}

static int config_all(bool saving,
		      int (*function)(struct config *config, void *context),
		      void *context)
{
	int nr, i, err, code = EXIT_DONE;
	char **names;

	nr = config_names(&names);
	if (nr < 0)
		return EXIT_FAILED;
	for (i = 0; i < nr; i++) {
		err = interrupt_came() ? EXIT_FAILED :
			config_one(names[i], false, saving, function, context);
		if (err)
			code = err;
		free(names[i]);
	}
	free(names);
	return code;
}

int config_each(int (*function)(struct config *config, void *context),
		void *context)
{
	return config_all(false, function, context);
}

int config_those(const struct arguments *arguments, bool saving,
		 int (*function)(struct config *config, void *context))
{
	void *context = (void *)arguments;
	int i, err, code = EXIT_DONE;

	if (arguments->given[OPTION_ALL] && !arguments->nr)
		return config_all(saving, function, context);
	if (arguments->given[OPTION_ALL] || !arguments->nr)
		return complain(EXIT_USAGE,
				"give either --all or names of files in " CONFIG_FOLDER
				", without " CONFIG_SUFFIX);
	for (i = 0; i < arguments->nr && !interrupt_came(); i++) {
		err = config_one(arguments->operands[i], true, saving, function,
				 context);
		if (err)
			code = err;
	}
	return code;
}
