// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks for the time of one command. They get high numbers, so that low numbers
 * stay free for permanent disks.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "files/temporary.h"
#include "rbullctl.h"

/* Without a device node, as in a container, make one for a moment. */
static int open_own(const char *device, int index, int flags)
{
	char folder[] = "/tmp/rbullctl.XXXXXX", path[sizeof(folder) + 8];
	struct rbull_info info = RBULL_INIT(rbull_info);
	int fd = -1, err;

	err = rbull_disk_info(handle(), index, &info);
	if (err) {
		failed(handle(), err);
		return -1;
	}
	if (!mkdtemp(folder)) {
		complain(EXIT_FAILED,
			 "there is no %s here, as in a container, and %s cannot be made: %s",
			 device, folder, strerror(errno));
		return -1;
	}
	snprintf(path, sizeof(path), "%s/disk", folder);
	err = mknod(path, S_IFBLK | 0600, makedev(info.major, info.minor)) ? errno : 0;
	if (!err) {
		fd = open(path, flags | O_CLOEXEC);
		err = fd < 0 ? errno : 0;
		unlink(path);
	}
	rmdir(folder);
	if (err)
		complain(EXIT_FAILED,
			 "there is no %s here, as in a container, and none can be made: %s",
			 device, strerror(err));
	return fd;
}

int temporary_begin(struct temporary *temporary, const struct rbull_add *add,
		    int flags)
{
	struct rbull *rbull = handle();
	struct rbull_add disk = *add;
	int number = RBULL_MAX_DISKS, err;

	temporary->fd = -1;
	disk.disk_flags |= RBULL_DISK_TEMPORARY;
	memset(disk.call.name, 0, sizeof(disk.call.name));
	do {
		disk.call.index = --number;
		err = rbull_disk_add(rbull, &disk);
	} while (err == -EEXIST && number);
	if (err < 0)
		return failed(rbull, err);
	temporary->index = disk.call.index;
	snprintf(temporary->path, sizeof(temporary->path),
		 "/dev/" RBULL_NAME "%d", temporary->index);
	temporary->fd = open(temporary->path, flags | O_CLOEXEC);
	if (temporary->fd < 0 && errno == ENOENT)
		temporary->fd = open_own(temporary->path, temporary->index, flags);
	else if (temporary->fd < 0)
		complain(EXIT_FAILED, "%s: %s", temporary->path,
			 strerror(errno));
	if (temporary->fd < 0)
		rbull_disk_remove(rbull, temporary->index, RBULL_FORCE);
	return temporary->fd < 0 ? EXIT_FAILED : EXIT_DONE;
}

void temporary_end(struct temporary *temporary)
{
	if (temporary->fd < 0)
		return;
	close(temporary->fd);
	temporary->fd = -1;
	rbull_disk_remove(handle(), temporary->index, RBULL_FORCE);
}
