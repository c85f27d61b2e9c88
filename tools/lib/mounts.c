// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mounts of file systems on a disk, in the mount namespaces of all processes:
 * /proc/self/mountinfo only shows those of this process.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib.h"
#include "mount_id.h"

/**
 * struct rbull_mounts_seen - views and mounts that were processed already
 * @views: pairs of a mount namespace and a root directory: a process in a chroot only
 *	sees the mounts below its root
 * @nr_views: number of views
 * @ids: mount IDs, as a mount may be visible in several views
 * @nr_ids: number of mount IDs
 */
struct rbull_mounts_seen {
	struct rbull_mounts_view {
		ino_t namespace;
		ino_t root;
		dev_t device;
	} *views;
	size_t nr_views;
	int *ids;
	size_t nr_ids;
};

/* Some file systems have their own device number: check the source, too. */
static const struct rbull_device *
rbull_mounts_device(struct libmnt_fs *fs, const struct rbull_devices *devices)
{
	const char *source = mnt_fs_get_srcpath(fs);
	const struct rbull_device *device;
	dev_t number;

	device = rbull_devices_find(devices, mnt_fs_get_devno(fs));
	if (!device && source && !strncmp(source, "/dev/", 5) &&
	    rbull_devices_number(AT_FDCWD, source, &number))
		device = rbull_devices_find(devices, number);
	return device;
}

/* Add a mount; false if it was added before. Without memory it counts as new. */
static bool rbull_mounts_is_new(struct rbull_mounts_seen *seen, int id)
{
	int *more;
	size_t i;

	for (i = 0; i < seen->nr_ids; i++)
		if (seen->ids[i] == id)
			return false;
	more = realloc(seen->ids, (seen->nr_ids + 1) * sizeof(*more));
	if (more) {
		seen->ids = more;
		more[seen->nr_ids++] = id;
	}
	return true;
}

/* Return: true to go on. */
static bool rbull_mounts_of(const char *pid, bool is_own,
			    const struct rbull_devices *devices,
			    struct rbull_mounts_seen *seen,
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
			.id = mnt_fs_get_id(fs),
			.is_own = is_own,
		};

		if (mount.device && mount.target && rbull_mounts_is_new(seen, mount.id))
			go_on = fn(&mount, context);
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
	return go_on;
}

int rbull_mount_open(const struct rbull_mount *mount)
{
	char path[RBULL_LIB_MESSAGE_SIZE];
	int fd;

	/* The root of a process gives access to its mount namespace. */
	if (mount->is_own)
		snprintf(path, sizeof(path), "%s", mount->target);
	else
		snprintf(path, sizeof(path), "/proc/%.20s/root%.900s", mount->pid,
			 mount->target);
	/* Do not open mount points that are files: they may be FIFOs. */
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && mount_id(fd) != mount->id) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool rbull_mounts_view(const char *pid, struct rbull_mounts_view *view)
{
	char path[48];
	struct statx st;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/mnt", pid);
	if (statx(AT_FDCWD, path, 0, STATX_INO, &st))
		return false;
	view->namespace = st.stx_ino;
	snprintf(path, sizeof(path), "/proc/%.20s/root", pid);
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO, &st))
		return false;
	view->root = st.stx_ino;
	view->device = makedev(st.stx_dev_major, st.stx_dev_minor);
	return true;
}

/* Add the view of a process; false if another process had the same. */
static bool rbull_mounts_is_new_view(struct rbull_mounts_seen *seen, const char *pid)
{
	struct rbull_mounts_view view, *more;
	size_t i;

	if (!rbull_mounts_view(pid, &view))
		return false;
	for (i = 0; i < seen->nr_views; i++)
		if (seen->views[i].namespace == view.namespace &&
		    seen->views[i].root == view.root &&
		    seen->views[i].device == view.device)
			return false;
	more = realloc(seen->views, (seen->nr_views + 1) * sizeof(*more));
	if (!more)
		return false;
	seen->views = more;
	more[seen->nr_views++] = view;
	return true;
}

void rbull_mounts(const struct rbull_devices *devices, rbull_mounts_fn *fn,
		  void *context)
{
	struct rbull_mounts_seen seen = {};
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	bool go_on;

	go_on = rbull_mounts_of("self", true, devices, &seen, fn, context);
	rbull_mounts_is_new_view(&seen, "self");
	while (dir && go_on && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    rbull_mounts_is_new_view(&seen, entry->d_name))
			go_on = rbull_mounts_of(entry->d_name, false, devices,
						&seen, fn, context);
	free(seen.views);
	free(seen.ids);
	if (dir)
		closedir(dir);
}
