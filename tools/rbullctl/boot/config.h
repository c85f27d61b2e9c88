/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_CONFIG_H
#define RBULLCTL_CONFIG_H

#include "cli/options.h"

#define CONFIG_FOLDER	RBULL_SYSCONFDIR "/rbull.d"
#define CONFIG_SUFFIX	".conf"

/* Where images are whose path is not absolute. */
#define CONFIG_IMAGES	RBULL_LOCALSTATEDIR "/lib/rbull"

/* Keys of a file that say what rbullctl shall do; the others are disk options. */
enum config_key {
	CONFIG_IMAGE,
	CONFIG_SAVE,
	CONFIG_MKFS,
	CONFIG_MKFS_OPTIONS,
	CONFIG_MOUNT,
	CONFIG_MOUNT_OPTIONS,
	CONFIG_KEYS,
};

extern const char *const config_keys[CONFIG_KEYS];

/**
 * struct config - a file of /etc/rbull.d
 * @name: of the file, without .conf
 * @path: of the file
 * @masked: it is a link to /dev/null: there shall be no such disk
 * @wrong: %EXIT_DONE, or how rbullctl shall end because of what is wrong with it
 * @values: of the keys, NULL if they are not given; paths are absolute and have
 *	no slash too many
 * @lines: in which lines the keys are, 0 if they are not given
 * @option_lines: the same for the options of disks
 * @add: what the disk shall be like
 */
struct config {
	char *name;
	char *path;
	bool masked;
	int wrong;
	char *values[CONFIG_KEYS];
	int lines[CONFIG_KEYS];
	int option_lines[DISK_OPTIONS_MAX];
	struct rbull_add add;
};

/**
 * config_read() - read a file, and say all that is wrong with it
 * @config: where to put it
 * @name: of the file, without .conf
 *
 * Return: %EXIT_DONE, also if it is masked, or how rbullctl shall end.
 */
int config_read(struct config *config, const char *name);

/**
 * config_free() - forget a file
 * @config: the file, or one that could not be read
 */
void config_free(struct config *config);

/**
 * config_wrong() - say what is wrong with a file
 * @config: the file
 * @line: number of the line, or 0: it is about the file as a whole
 * @format: as of printf(), without line feed
 *
 * Return: %EXIT_USAGE.
 */
int config_wrong(struct config *config, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * config_set() - take a value
 * @config: where to put it
 * @line: number of its line
 * @key: the key
 * @value: its value
 *
 * What is wrong is said, and is in @config->wrong.
 */
void config_set(struct config *config, int line, const char *key,
		const char *value);

/**
 * config_line() - in which line an option of disks is
 * @config: the file
 * @option: its name
 *
 * Return: number of the line, or 0 if it is not given.
 */
int config_line(const struct config *config, const char *option);

/**
 * config_names() - which files there are
 * @names: where to put the address of their names, without .conf, in order; it
 *	and each of them are given back with free()
 *
 * Return: how many, or -1 after a complaint.
 */
int config_names(char ***names);

/**
 * config_each() - do something for each file there is, in the order of names
 * @function: what to do; what it returns is how rbullctl ends, if it is not
 *	%EXIT_DONE
 * @context: passed on to @function
 *
 * Files that are no good are complained about and passed over, those that are
 * masked are just passed over.
 *
 * Return: the last that was not %EXIT_DONE.
 */
int config_each(int (*function)(struct config *config, void *context),
		void *context);

/**
 * config_those() - do something for each file that a command line names
 * @arguments: the command line
 * @saving: call @function for one with mistakes, too, if it says all the same that
 *	its disk is saved, and where
 * @function: as for config_each(), with @arguments as its context
 *
 * One that is masked is refused.
 *
 * Return: the last that was not %EXIT_DONE.
 */
int config_those(const struct arguments *arguments, bool saving,
		 int (*function)(struct config *config, void *context));

/**
 * config_judge_name() - can a file be called so?
 * @name: of the file, without .conf
 *
 * systemd has names of its own for other letters, and -x would be an option.
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after a complaint.
 */
int config_judge_name(const char *name);

/**
 * config_saves() - shall the disk be saved when it is stopped?
 * @config: the file
 *
 * Return: whether it shall.
 */
bool config_saves(const struct config *config);

#endif /* RBULLCTL_CONFIG_H */
