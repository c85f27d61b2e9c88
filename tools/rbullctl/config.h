/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_CONFIG_H
#define RBULLCTL_CONFIG_H

#include "options.h"

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
 * @values: of the keys, NULL if they are not given; the image's path is absolute
 * @add: what the disk shall be like
 */
struct config {
	char *name;
	char *path;
	char *values[CONFIG_KEYS];
	struct rbull_add add;
};

/**
 * config_read() - read a file
 * @config: where to put it
 * @name: of the file, without .conf
 *
 * Return: %EXIT_DONE, or how rbullctl shall end after a complaint.
 */
int config_read(struct config *config, const char *name);

/**
 * config_free() - forget a file
 * @config: the file, or one that could not be read
 */
void config_free(struct config *config);

/**
 * config_each() - do something for each file there is, in the order of names
 * @function: what to do; what it returns is how rbullctl ends, if it is not
 *	%EXIT_DONE
 * @context: passed on to @function
 *
 * Files that are no good are complained about and passed over.
 *
 * Return: the last that was not %EXIT_DONE.
 */
int config_each(int (*function)(const struct config *config, void *context),
		void *context);

/**
 * config_saves() - shall the disk be saved when it is stopped?
 * @config: the file
 *
 * Return: whether it shall.
 */
bool config_saves(const struct config *config);

#endif /* RBULLCTL_CONFIG_H */
