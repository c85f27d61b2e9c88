// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks: adding, looking up, changing, removing.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib.h"

/* Convert @text to a number; -1 if it is none. */
static int rbull_number(const char *text)
{
	char *end;
	long number;

	if (!isdigit((unsigned char)*text))
		return -1;
	errno = 0;
	number = strtol(text, &end, 10);
	return *end || errno || number >= RBULL_MAX_DISKS ? -1 : (int)number;
}

/* Get the number in "rbull7" or "7"; -1 if it is neither. */
static int rbull_index_of(const char *text)
{
	size_t prefix = strlen(RBULL_NAME);

	if (!strncmp(text, RBULL_NAME, prefix) &&
	    isdigit((unsigned char)text[prefix]))
		text += prefix;
	return rbull_number(text);
}

/* Get the number of the disk whose device is at @path. */
static int rbull_find_path(struct rbull *rbull, const char *path)
{
	char *real = realpath(path, NULL);
	const char *name;
	struct stat st;
	int index, err = errno;

	if (!real)
		return rbull_fail(rbull, err == ENOENT ? -ENODEV : -err,
				  "%s: %s", path, strerror(err));
	name = strncmp(real, "/dev/", 5) ? "" : real + 5;
	index = strncmp(name, RBULL_NAME, strlen(RBULL_NAME)) ?
		-1 : rbull_index_of(name);
	if (index >= 0 && (stat(real, &st) || !S_ISBLK(st.st_mode)))
		index = -1;
	free(real);
	if (index < 0)
		return rbull_fail(rbull, -ENXIO, "%s is not a disk of rbull",
				  path);
	return index;
}

/* Look up a disk in the kernel, by number or by name. */
static int rbull_find_known(struct rbull *rbull, int index, const char *disk)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	int err;

	info.call.index = index;
	if (index < 0) {
		err = rbull_copy_name(rbull, info.call.name, disk);
		if (err)
			return err;
	}
	err = rbull_call(rbull, RBULL_IOC_INFO, &info.call, "find");
	/* Without the module the message already says that there is no control device. */
	if (rbull->fd >= 0 && (err == -ENODEV || err == -ENOENT))
		return rbull_fail(rbull, -ENODEV,
				  "there is no disk %s: 'rbullctl ls' shows those there are",
				  disk);
	return err ? err : info.call.index;
}

int rbull_find(struct rbull *rbull, const char *disk)
{
	int index;

	if (strchr(disk, '/')) {
		index = rbull_find_path(rbull, disk);
		if (index < 0)
			return index;
	} else {
		index = rbull_index_of(disk);
	}
	return rbull_find_known(rbull, index, disk);
}

int rbull_disk_add(struct rbull *rbull, struct rbull_add *add)
{
	struct timespec begun;
	int err;

	/* The clock of time stamps in file systems: see rbull_udev_is_done(). */
	clock_gettime(CLOCK_REALTIME_COARSE, &begun);
	err = rbull_call(rbull, RBULL_IOC_ADD, &add->call, "add a disk");
	if (err)
		return err;
	rbull->added = add->call.index;
	rbull->added_at = begun;
	return rbull->added;
}

int rbull_disk_remove(struct rbull *rbull, int index, unsigned int flags)
{
	struct rbull_remove remove = RBULL_INIT(rbull_remove);

	remove.call.index = index;
	remove.call.flags = flags;
	return rbull_call(rbull, RBULL_IOC_REMOVE, &remove.call, "remove");
}

int rbull_disk_resize(struct rbull *rbull, int index, uint64_t size,
		      uint64_t *quiesced_ns)
{
	struct rbull_resize resize = RBULL_INIT(rbull_resize);
	int err;

	resize.call.index = index;
	resize.disk_size = size;
	err = rbull_call(rbull, RBULL_IOC_RESIZE, &resize.call, "resize");
	if (!err && quiesced_ns)
		*quiesced_ns = resize.quiesced_ns;
	return err;
}

int rbull_disk_reset(struct rbull *rbull, int index, unsigned int flags,
		     uint64_t *quiesced_ns)
{
	struct rbull_reset reset = RBULL_INIT(rbull_reset);
	int err;

	reset.call.index = index;
	reset.call.flags = flags;
	err = rbull_call(rbull, RBULL_IOC_RESET, &reset.call, "reset");
	if (!err && quiesced_ns)
		*quiesced_ns = reset.quiesced_ns;
	return err;
}

int rbull_disk_info(struct rbull *rbull, int index, struct rbull_info *info)
{
	info->call.index = index;
	return rbull_call(rbull, RBULL_IOC_INFO, &info->call, "get information about");
}

int rbull_disk_list(struct rbull *rbull, int **indices, struct rbull_list *sums)
{
	struct rbull_list own = RBULL_INIT(rbull_list);
	struct rbull_list *list = sums ? sums : &own;
	int *numbers;
	int err;

	numbers = calloc(RBULL_MAX_DISKS, sizeof(*numbers));
	if (!numbers)
		return rbull_fail(rbull, -ENOMEM, "%s", strerror(ENOMEM));
	list->call.index = RBULL_INDEX_ANY;
	list->indices = (uintptr_t)numbers;
	list->nr = RBULL_MAX_DISKS;
	err = rbull_call(rbull, RBULL_IOC_LIST, &list->call, "list the disks");
	list->indices = 0;
	if (err || !indices)
		free(numbers);
	else
		*indices = numbers;
	return err ? err : (int)list->nr;
}

int rbull_disk_extent(struct rbull *rbull, int index, uint64_t pos,
		      uint64_t *start, uint64_t *length)
{
	struct rbull_extent extent = RBULL_INIT(rbull_extent);
	int err;

	extent.call.index = index;
	extent.pos = pos;
	err = rbull_call(rbull, RBULL_IOC_EXTENT, &extent.call,
			 "look for data on");
	if (err)
		return err;
	*start = extent.start;
	*length = extent.length;
	return 0;
}
