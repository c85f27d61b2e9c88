// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounting the disks of /etc/rbull.d. The service mounts them itself, so that
 * they are mounted as soon as the service is started. The mount unit would start
 * only after that. systemd notices the mount, and treats it as that of the mount
 * unit.
 */
#include <errno.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "boot/mount.h"

char *mount_source(const char *where)
{
	struct libmnt_table *table = mnt_new_table_from_file("/proc/self/mountinfo");
	struct libmnt_fs *fs;
	char *source = NULL;

	/* The last mount hides the others. */
	fs = table ? mnt_table_find_target(table, where, MNT_ITER_BACKWARD) : NULL;
	if (fs && mnt_fs_get_source(fs))
		source = strdup(mnt_fs_get_source(fs));
	mnt_unref_table(table);
	return source;
}

bool mount_is_of(const char *source, int index)
{
	struct stat disk, mounted;
	char path[32];

	snprintf(path, sizeof(path), "/dev/" RBULL_NAME "%d", index);
	return !stat(path, &disk) && !stat(source, &mounted) &&
	       S_ISBLK(mounted.st_mode) && disk.st_rdev == mounted.st_rdev;
}

static int make_folders(const struct config *config, const char *where)
{
	char *path = strdup(where), *slash;
	int err = path ? 0 : ENOMEM;

	for (slash = path; slash && !err; ) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			err = errno;
		if (slash)
			*slash = '/';
	}
	free(path);
	return err ? complain(EXIT_FAILED, "%s: mount: %s: %s", config->path,
			      where, strerror(err)) : EXIT_DONE;
}

static int mount_run(const struct config *config, int index)
{
	const char *where = config->values[CONFIG_MOUNT];
	const char *type = config->values[CONFIG_MKFS];
	const char *options = config->values[CONFIG_MOUNT_OPTIONS];
	const char *words[8] = { "mount" };
	char path[32];
	int nr = 1;

	snprintf(path, sizeof(path), "/dev/" RBULL_NAME "%d", index);
	if (type) {
		words[nr++] = "-t";
		words[nr++] = type;
	}
	if (options && *options) {
		words[nr++] = "-o";
		words[nr++] = options;
	}
	words[nr++] = path;
	words[nr++] = where;
	if (run_program_whole(words))
		return complain(EXIT_FAILED, "%s: mount: %s could not be mounted on %s; the disk is kept",
				config->path, path, where);
	return EXIT_DONE;
}

int mount_begin(const struct config *config, int index)
{
	const char *where = config->values[CONFIG_MOUNT];
	char *source = mount_source(where);
	int err;

	if (source && mount_is_of(source, index))
		err = EXIT_DONE;
	else if (source)
		err = complain(EXIT_BUSY, "%s: mount: %s is mounted on %s already",
			       config->path, source, where);
	else
		err = make_folders(config, where) ?: mount_run(config, index);
	free(source);
	return err;
}

void mount_end(const struct config *config, int index)
{
	const char *const words[] = { "umount", config->values[CONFIG_MOUNT],
				      NULL };
	char *source = mount_source(config->values[CONFIG_MOUNT]);

	if (source && mount_is_of(source, index))
		run_program_whole(words);
	free(source);
}
