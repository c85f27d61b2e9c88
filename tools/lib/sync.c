// SPDX-License-Identifier: GPL-2.0-only
/*
 * Having all that was written to a disk on the disk, whoever has it mounted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

/**
 * struct rbull_sync - what was done
 * @rbull: the handle
 * @devices: what stands on the disk
 * @is_unseen: something is mounted where it cannot be reached
 * @err: the first thing that went wrong
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

/* What is in the block device's own cache. */
static int rbull_sync_device(struct rbull *rbull, const char *name)
{
	char path[64];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	/* Without a node, sync() has to do. */
	if (fd < 0) {
		sync();
		return 0;
	}
	if (fsync(fd))
		err = rbull_fail(rbull, -errno, "%s: %s", path, strerror(errno));
	close(fd);
	return err;
}

/* Claimed by somebody, as a file system does that is mounted where nobody sees it? */
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

/* Claimed at the top of the stack, and no mount of it is known. */
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
	/* The kernel reaches all file systems. */
	if (all.is_unseen || rbull_sync_is_unseen(&all.devices))
		sync();
	/* From the top to the ground, as what is above writes to what is below. */
	for (i = all.devices.nr - 1; i >= 0 && !all.err; i--)
		all.err = rbull_sync_device(rbull, all.devices.device[i].name);
	return all.err;
}
