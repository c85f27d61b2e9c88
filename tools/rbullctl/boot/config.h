/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_CONFIG_H
#define RBULLCTL_CONFIG_H

#include "cli/options.h"

#define CONFIG_FOLDER	RBULL_SYSCONFDIR "/rbull.d"
#define CONFIG_SUFFIX	".conf"

/* Folder for images whose path is not absolute. */
#define CONFIG_IMAGES	RBULL_LOCALSTATEDIR "/lib/rbull"

/* Keys of a file that are not options of disks. */
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
 * @name: name of the file, without .conf
 * @path: path of the file
 * @masked: it is a link to /dev/null, so that there is no such disk
 * @wrong: %EXIT_DONE, or the exit code because of an error in the file
 * @values: values of the keys, NULL if not given; paths are absolute and have
 *	no redundant slashes
 * @lines: line numbers of the keys, 0 if not given
 * @option_lines: the same for the options of disks
 * @add: description of the disk
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
 * config_read() - read a file, and print all errors in it
 * @config: receives the contents
 * @name: name of the file, without .conf
 *
 * Return: %EXIT_DONE, also if it is masked, or another exit code.
 */
int config_read(struct config *config, const char *name);

/**
 * config_free() - free the contents of a file
 * @config: the file, after config_read(), successful or not
 */
void config_free(struct config *config);

/**
 * config_wrong() - print an error in a file, and set @config->wrong
 * @config: the file
 * @line: number of the line, or 0 if the error is in no particular line
 * @format: as of printf(), without line feed
 *
 * Return: %EXIT_USAGE.
 */
int config_wrong(struct config *config, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * config_set() - set a key to a value
 * @config: the file
 * @line: number of its line
 * @key: the key
 * @value: its value
 *
 * Prints errors, and sets @config->wrong.
 */
void config_set(struct config *config, int line, const char *key,
		const char *value);

/**
 * config_line() - get the line number of an option of disks
 * @config: the file
 * @option: its name
 *
 * Return: number of the line, or 0 if it is not given.
 */
int config_line(const struct config *config, const char *option);

/**
 * config_names() - list the files
 * @names: receives the address of an array of their names, without .conf,
 *	sorted; the caller must free() it and each name
 *
 * Return: number of files, or -1 after an error message.
 */
int config_names(char ***names);

/**
 * config_each() - call a function for each file, in the order of names
 * @function: the function; returns an exit code
 * @context: passed to @function
 *
 * Prints the errors of files that have some, and skips these files. Also skips
 * masked files, and all others after interrupt_came().
 *
 * Return: the last exit code other than %EXIT_DONE, or %EXIT_DONE.
 */
int config_each(int (*function)(struct config *config, void *context),
		void *context);

/**
 * config_those() - call a function for each file that a command line names
 * @arguments: the command line
 * @saving: call @function also for a file with errors, if it still says that
 *	its disk is saved, and where
 * @function: as for config_each(), with @arguments as its context
 *
 * A masked file that is named is an error. Skips all others after interrupt_came().
 *
 * Return: the last exit code other than %EXIT_DONE, or %EXIT_DONE.
 */
int config_those(const struct arguments *arguments, bool saving,
		 int (*function)(struct config *config, void *context));

/**
 * config_judge_name() - check whether a file may have a name
 * @name: the name, without .conf
 *
 * systemd would escape other characters, and -x would be an option.
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int config_judge_name(const char *name);

/**
 * config_saves() - check whether the disk is saved when it is stopped
 * @config: the file
 *
 * Return: true if the file has save=shutdown.
 */
bool config_saves(const struct config *config);

#endif /* RBULLCTL_CONFIG_H */
