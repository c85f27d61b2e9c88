// SPDX-License-Identifier: GPL-2.0-only
/*
 * `check`: print the errors that `start` would find in files of /etc/rbull.d, as
 * far as possible without making a disk. Changes nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot/claims.h"
#include "boot/mount.h"
#include "boot/paths.h"
#include "verbs/images.h"

static int check_size(struct config *config, uint64_t size)
{
	int line = config_line(config, "size") ?: config_line(config, "disk_mb");

	if (!line || config->add.disk_size >= size)
		return EXIT_DONE;
	return config_wrong(config, line, "size: %llu bytes are less than the %llu that are in %s",
			    (unsigned long long)config->add.disk_size,
			    (unsigned long long)size,
			    config->values[CONFIG_IMAGE]);
}

/* An image that does not exist yet will be saved to its folder. */
static int check_new_image(struct config *config, const char *image)
{
	char *folder = path_folder(image);
	int err = access(folder, W_OK | X_OK) ? errno : 0;

	if (err)
		err = complain(EXIT_FAILED,
			       "%s: line %d: image: nothing can be saved in %s: %s",
			       config->path, config->lines[CONFIG_IMAGE], folder,
			       strerror(err));
	free(folder);
	return err;
}

/* Check for what claims_judge() has reported. */
static bool check_is_known(const char *image)
{
	char *real = path_real(image);
	const char *says, *is;
	bool known = path_error(image) || format_foreign(real) ||
		     format_clash(image, real, &says, &is);

	free(real);
	return known;
}

static int check_image(struct config *config)
{
	const char *image = config->values[CONFIG_IMAGE];
	int line = config->lines[CONFIG_IMAGE];
	uint64_t size;
	int err;

	if (!image)
		return EXIT_DONE;
	if (image_is_stray(image))
		return complain(EXIT_FAILED,
				"%s: line %d: image: %s is a link to a file that is not there",
				config->path, line, image);
	if (check_is_known(image))
		return config->wrong;
	if (access(image, R_OK)) {
		if (errno == ENOENT && config_saves(config))
			return check_new_image(config, image);
		return complain(EXIT_FAILED, "%s: line %d: image: %s: %s",
				config->path, line, image, strerror(errno));
	}
	err = image_judge(image, &size);
	if (err)
		return complain(err, "%s: line %d: image: it would not be loaded",
				config->path, line);
	return check_size(config, size);
}

static bool program_exists(const char *name)
{
	const char *folders = getenv("PATH") ?: "/usr/sbin:/usr/bin:/sbin:/bin";
	bool found = false;
	char *path;

	while (*folders && !found) {
		int length = strcspn(folders, ":");

		if (asprintf(&path, "%.*s/%s", length, folders, name) < 0)
			exit(complain(EXIT_FAILED, "there is not enough memory"));
		found = !access(path, X_OK);
		free(path);
		folders += length;
		folders += *folders == ':';
	}
	return found;
}

static int check_mkfs(struct config *config)
{
	char *program;
	int err = EXIT_DONE;

	if (!config->values[CONFIG_MKFS])
		return EXIT_DONE;
	if (asprintf(&program, "mkfs.%s", config->values[CONFIG_MKFS]) < 0)
		return complain(EXIT_FAILED, "there is not enough memory");
	if (!program_exists(program))
		err = complain(EXIT_FAILED, "%s: line %d: mkfs: there is no program %s",
			       config->path, config->lines[CONFIG_MKFS], program);
	free(program);
	return err;
}

/* Check that the disk has a file system, and that its mount point is free. */
static int check_mount(struct config *config)
{
	const char *mount = config->values[CONFIG_MOUNT];
	const char *image = config->values[CONFIG_IMAGE];
	int line = config->lines[CONFIG_MOUNT], err = EXIT_DONE, index;
	char *source;

	if (!mount)
		return EXIT_DONE;
	if (!config->values[CONFIG_MKFS] && (!image || (access(image, F_OK) && errno == ENOENT)))
		err = config_wrong(config, line,
				   "mount: a new disk has no file system: mkfs= or an image is needed");
	index = rbull_find(handle(), config->add.call.name);
	source = mount_source(mount);
	if (source && (index < 0 || !mount_is_of(source, index)))
		err = complain(EXIT_BUSY, "%s: line %d: mount: %s is mounted on %s now",
			       config->path, line, source, mount);
	free(source);
	return err;
}

static int check_memory(struct config *config)
{
	uint64_t ram = (uint64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	uint64_t size = config->add.disk_size;

	if (!(config->add.disk_flags & RBULL_DISK_POPULATE) || size <= ram)
		return EXIT_DONE;
	return config_wrong(config, config_line(config, "populate"),
			    "populate: there are %llu bytes of RAM, fewer than the %llu of the disk",
			    (unsigned long long)ram, (unsigned long long)size);
}

static int check(struct config *config, void *context)
{
	static int (*const checks[])(struct config *config) = {
		claims_judge, check_memory, check_mkfs, check_mount, check_image,
	};
	int code = EXIT_DONE, err;
	size_t i;

	(void)context;
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		err = checks[i](config);
		if (err)
			code = err;
	}
	return code;
}

/**
 * verb_check() - check files of /etc/rbull.d
 * @arguments: the command line; without names, all files
 *
 * Return: the exit code.
 */
int verb_check(const struct arguments *arguments)
{
	return arguments->nr ? config_those(arguments, false, check) :
		config_each(check, NULL);
}
