// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing all dirty data of a disk back, wherever it is mounted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

/**
 * struct rbull_sync - state of a sync
 * @rbull: the handle
 * @devices: the block devices on the disk
 * @is_unseen: a mount cannot be reached
 * @err: the first error
 */
struct rbull_sync {
	struct rbull *rbull;
	struct rbull_devices devices;
	bool is_unseen;
	int err;
};

static bool rbull_sync_mount(const struct rbull_mount *mount, void *context)
{
	struct rbull_sync *sync = context;
	int fd = rbull_mount_open(mount);

	sync->devices.device[mount->device - sync->devices.device].is_mounted = true;
	if (fd < 0) {
		sync->is_unseen = true;
		return true;
	}
	if (syncfs(fd) && !sync->err)
		sync->err = rbull_fail(sync->rbull, -errno, "%s: %s",
				       mount->target, strerror(errno));
	close(fd);
	return true;
}

/* Write the page cache of a block device back. */
static int rbull_sync_device(struct rbull *rbull, const char *name)
{
	char path[64];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	/* Without a device node, sync everything. */
	if (fd < 0) {
		sync();
		return 0;
	}
	if (fsync(fd))
		err = rbull_fail(rbull, -errno, "%s: %s", path, strerror(errno));
	close(fd);
	return err;
}

/* Check for an exclusive claim, such as that of a mount that no process sees. */
static bool rbull_sync_is_claimed(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EBUSY;
}

/* Check for a topmost device that is claimed, but has no known mount. */
static bool rbull_sync_is_unseen(const struct rbull_devices *devices)
{
	int i, j;

	for (i = 0; i < devices->nr; i++) {
		for (j = i + 1; j < devices->nr; j++)
			if (!strcmp(devices->device[j].below, devices->device[i].name))
				break;
		if (j == devices->nr && !devices->device[i].is_mounted &&
		    rbull_sync_is_claimed(devices->device[i].name))
			return true;
	}
	return false;
}

int rbull_disk_sync(struct rbull *rbull, int index)
{
	struct rbull_sync all = { .rbull = rbull };
	int i;

	rbull_devices_of(index, RBULL_ALL_PARTITIONS, &all.devices);
	if (!all.devices.nr)
		return rbull_fail(rbull, -ENODEV, "there is no " RBULL_NAME "%d",
				  index);
	rbull_mounts(&all.devices, rbull_sync_mount, &all);
	/* sync() covers all file systems. */
	if (all.is_unseen || rbull_sync_is_unseen(&all.devices))
		sync();
	/* Start at the top: writing a device back dirties the one below it. */
	for (i = all.devices.nr - 1; i >= 0 && !all.err; i--)
		all.err = rbull_sync_device(rbull, all.devices.device[i].name);
	return all.err;
}
