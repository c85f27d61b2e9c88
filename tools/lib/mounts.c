// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where file systems on a disk are mounted, in all mount namespaces that a process
 * is in: another one's mounts are not in our /proc/self/mountinfo.
 */
#include <ctype.h>
#include <dirent.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib.h"

/* Some file systems have a device number of their own: look at the source too. */
static const struct rbull_device *
rbull_mounts_device(struct libmnt_fs *fs, const struct rbull_devices *devices)
{
	const char *source = mnt_fs_get_srcpath(fs);
	const struct rbull_device *device;
	struct stat st;

	device = rbull_devices_find(devices, mnt_fs_get_devno(fs));
	if (!device && source && !strncmp(source, "/dev/", 5) &&
	    !stat(source, &st) && S_ISBLK(st.st_mode))
		device = rbull_devices_find(devices, st.st_rdev);
	return device;
}

/* Return: whether to go on. */
static bool rbull_mounts_of(const char *pid, bool is_own,
			    const struct rbull_devices *devices,
			    rbull_mounts_fn *fn, void *context)
{
	struct libmnt_table *table;
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	bool go_on = true;
	char path[48];

	snprintf(path, sizeof(path), "/proc/%.20s/mountinfo", pid);
	table = mnt_new_table_from_file(path);
	while (table && iter && go_on && !mnt_table_next_fs(table, iter, &fs)) {
		struct rbull_mount mount = {
			.device = rbull_mounts_device(fs, devices),
			.target = mnt_fs_get_target(fs),
			.pid = pid,
			.is_own = is_own,
		};

		if (mount.device && mount.target)
			go_on = fn(&mount, context);
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
	return go_on;
}

static bool rbull_mounts_namespace(const char *pid, ino_t *number)
{
	char path[48];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/mnt", pid);
	if (stat(path, &st))
		return false;
	*number = st.st_ino;
	return true;
}

/* Whether it is another one than those; then it is one of them. */
static bool rbull_mounts_is_new(ino_t number, ino_t **seen, size_t *nr)
{
	ino_t *more;
	size_t i;

	for (i = 0; i < *nr; i++)
		if ((*seen)[i] == number)
			return false;
	more = realloc(*seen, (*nr + 1) * sizeof(**seen));
	if (!more)
		return false;
	*seen = more;
	more[(*nr)++] = number;
	return true;
}

void rbull_mounts(const struct rbull_devices *devices, rbull_mounts_fn *fn,
		  void *context)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	ino_t number, *seen = NULL;
	size_t nr = 0;
	bool go_on;

	go_on = rbull_mounts_of("self", true, devices, fn, context);
	if (rbull_mounts_namespace("self", &number))
		rbull_mounts_is_new(number, &seen, &nr);
	while (dir && go_on && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    rbull_mounts_namespace(entry->d_name, &number) &&
		    rbull_mounts_is_new(number, &seen, &nr))
			go_on = rbull_mounts_of(entry->d_name, false, devices,
						fn, context);
	free(seen);
	if (dir)
		closedir(dir);
}
