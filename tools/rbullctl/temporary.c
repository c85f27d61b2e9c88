// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks for the time of one command. They get high numbers, so that those that
 * stay keep the low ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rbullctl.h"
#include "temporary.h"

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
	if (temporary->fd < 0) {
		complain(EXIT_FAILED, "%s: %s", temporary->path,
			 strerror(errno));
		rbull_disk_remove(rbull, temporary->index, RBULL_FORCE);
	}
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
