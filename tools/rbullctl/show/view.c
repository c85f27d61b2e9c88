// SPDX-License-Identifier: GPL-2.0-only
/*
 * Information about disks, from the control device or, if that cannot be used,
 * from sysfs: for users who are not root, and in containers.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show/view.h"

#define VIEW_MODULE	"/sys/module/" RBULL_NAME
#define VIEW_BLOCK	"/sys/block"
#define VIEW_ALL	"/sys/class/misc/rbull-control"

/* Numbers in sysfs, and the members that receive them. */
static const struct {
	const char *file;
	size_t offset;
	bool is_wide;	/* u64, else u32 */
} view_numbers[] = {
	{ "rbull/size", offsetof(struct rbull_info, disk_size), true },
	{ "rbull/mem_used", offsetof(struct rbull_info, mem_used), true },
	{ "rbull/mem_limit", offsetof(struct rbull_info, mem_limit), true },
	{ "rbull/snapshots", offsetof(struct rbull_info, nr_snapshots), false },
	{ "queue/logical_block_size", offsetof(struct rbull_info, logical_block_size), false },
	{ "queue/physical_block_size", offsetof(struct rbull_info, physical_block_size), false },
	{ "queue/max_segments", offsetof(struct rbull_info, max_segments), false },
	{ "queue/max_segment_size", offsetof(struct rbull_info, max_segment_size), false },
};

/*
 * Numbers in sysfs that stand for flags. A flag is set if the number is not 0
 * or, with @if_zero, if it is 0.
 */
static const struct {
	const char *file;
	uint32_t flag;
	bool if_zero;
} view_flags[] = {
	{ "rbull/ro", RBULL_DISK_RO, false },
	{ "rbull/temporary", RBULL_DISK_TEMPORARY, false },
	{ "queue/rotational", RBULL_DISK_ROTATIONAL, false },
	{ "queue/discard_max_hw_bytes", RBULL_DISK_NO_DISCARD, true },
	{ "queue/write_zeroes_max_bytes", RBULL_DISK_NO_WRITE_ZEROES, true },
};

/* Return: true if sysfs may help after this error of the control device. */
static bool view_is_of_sysfs(int err)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		return !access(VIEW_MODULE, F_OK);
	default:
		return false;
	}
}

/* Read the first line of a file, without line feed. */
static bool view_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	if (length < 0)
		return false;
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

static bool view_read_disk(int index, const char *file, char *text, size_t size)
{
	char path[80];

	snprintf(path, sizeof(path), VIEW_BLOCK "/" RBULL_NAME "%d/%s", index, file);
	return view_read(path, text, size);
}

static bool view_read_number(int index, const char *file, uint64_t *number)
{
	char text[32];

	if (!view_read_disk(index, file, text, sizeof(text)))
		return false;
	*number = strtoull(text, NULL, 10);
	return true;
}

static int index_compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Return: the number in a name such as rbull7 or 7; -1 if there is no such disk. */
static int view_index(const char *name)
{
	size_t prefix = strlen(RBULL_NAME);
	char text[32];
	char *end;
	long index;

	if (!strncmp(name, RBULL_NAME, prefix))
		name += prefix;
	if (!isdigit((unsigned char)*name))
		return -1;
	index = strtol(name, &end, 10);
	if (*end || index >= RBULL_MAX_DISKS ||
	    !view_read_disk(index, "rbull/size", text, sizeof(text)))
		return -1;
	return index;
}

static int view_sysfs_list(int **indices)
{
	int *found = calloc(RBULL_MAX_DISKS, sizeof(*found));
	DIR *folder = opendir(VIEW_BLOCK);
	struct dirent *entry;
	int nr = 0;

	if (!found)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	while (folder && nr < RBULL_MAX_DISKS && (entry = readdir(folder))) {
		int index = view_index(entry->d_name);

		if (index >= 0)
			found[nr++] = index;
	}
	if (folder)
		closedir(folder);
	qsort(found, nr, sizeof(*found), index_compare);
	*indices = found;
	return nr;
}

static void view_sysfs_sums(struct rbull_list *sums)
{
	char text[32];

	sums->mem_used = VIEW_UNKNOWN;
	sums->mem_limit = VIEW_UNKNOWN;
	if (view_read(VIEW_ALL "/mem_used", text, sizeof(text)))
		sums->mem_used = strtoull(text, NULL, 10);
	if (view_read(VIEW_ALL "/mem_limit", text, sizeof(text)))
		sums->mem_limit = strtoull(text, NULL, 10);
}

int view_list(int **indices, struct rbull_list *sums)
{
	int nr = rbull_disk_list(handle(), indices, sums);

	if (nr >= 0 || !view_is_of_sysfs(nr))
		return nr;
	if (sums)
		view_sysfs_sums(sums);
	return view_sysfs_list(indices);
}

static int view_sysfs_info(int index, struct rbull_info *info)
{
	struct rbull_stat *stats;
	char text[32];
	uint64_t number;
	int nr, i;
	size_t n;

	for (n = 0; n < ARRAY_SIZE(view_numbers); n++) {
		void *member = (char *)info + view_numbers[n].offset;

		if (!view_read_number(index, view_numbers[n].file, &number))
			return -ENODEV;
		if (view_numbers[n].is_wide)
			*(uint64_t *)member = number;
		else
			*(uint32_t *)member = number;
	}
	for (n = 0; n < ARRAY_SIZE(view_flags); n++)
		if (view_read_number(index, view_flags[n].file, &number) &&
		    !number == view_flags[n].if_zero)
			info->disk_flags |= view_flags[n].flag;
	info->call.index = index;
	if (!view_read_disk(index, "rbull/name", info->call.name, RBULL_NAME_SIZE) ||
	    !view_read_disk(index, "rbull/serial", info->serial, RBULL_SERIAL_SIZE) ||
	    !view_read_disk(index, "dev", text, sizeof(text)) ||
	    sscanf(text, "%u:%u", &info->major, &info->minor) != 2)
		return -ENODEV;
	snprintf(text, sizeof(text), VIEW_BLOCK "/" RBULL_NAME "%d/mq", index);
	info->queue_mode = access(text, F_OK) ? RBULL_QUEUE_MODE_BIO : RBULL_QUEUE_MODE_MQ;
	nr = rbull_stats_get(handle(), index, &stats);
	if (nr < 0)
		return -ENODEV;
	for (i = 0; i < nr; i++)
		if (!strcmp(stats[i].name, "opens"))
			info->opens = stats[i].value;
	free(stats);
	return 0;
}

int view_info(int index, struct rbull_info *info, bool *is_partial)
{
	int err = rbull_disk_info(handle(), index, info);

	if (is_partial)
		*is_partial = false;
	if (!err || !view_is_of_sysfs(err))
		return err;
	if (is_partial)
		*is_partial = true;
	return view_sysfs_info(index, info);
}

/* Find a disk by its name. Return: its number, or -1. */
static int view_find_name(const char *name)
{
	char text[RBULL_NAME_SIZE];
	int *indices, nr, i, found = -1;

	nr = view_sysfs_list(&indices);
	for (i = 0; i < nr && found < 0; i++)
		if (*name && view_read_disk(indices[i], "rbull/name", text, sizeof(text)) &&
		    !strcmp(text, name))
			found = indices[i];
	free(indices);
	return found;
}

/*
 * Find a disk by the path of its device, or of a link to it. Return: its
 * number, or -1.
 */
static int view_find_path(const char *path)
{
	char *real = realpath(path, NULL);
	int index = -1;

	if (real && !strncmp(real, "/dev/" RBULL_NAME, strlen("/dev/" RBULL_NAME)))
		index = view_index(real + strlen("/dev/"));
	free(real);
	return index;
}

int view_find(const char *disk)
{
	int index, err = rbull_disk_list(handle(), NULL, NULL);

	if (err >= 0 || !view_is_of_sysfs(err)) {
		index = rbull_find(handle(), disk);
		return index >= 0 ? index : -failed(handle(), index);
	}
	if (strchr(disk, '/'))
		index = view_find_path(disk);
	else
		index = view_index(disk);
	if (index < 0 && !strchr(disk, '/'))
		index = view_find_name(disk);
	return index >= 0 ? index :
		-complain(EXIT_NO_DISK,
			  "there is no disk %s: 'rbullctl ls' shows those there are", disk);
}
