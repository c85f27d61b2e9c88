// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the layers on a disk: partitions and opened LUKS devices in sysfs,
 * the contents of devices with blkid, and mount points with libmount.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mount_id.h"
#include "programs.h"
#include "rbullctl.h"
#include "stack/stack.h"

#define SYSFS_BLOCK	"/sys/class/block/"
#define SYSFS_SECTOR	512	/* bytes; the block size of the disk does not matter */

/* Read the first line of a file below /sys/class/block/NAME; empty on failure. */
static const char *sysfs_text(const char *name, const char *file, char text[STACK_PATH])
{
	char path[400];
	FILE *stream;

	snprintf(path, sizeof(path), SYSFS_BLOCK "%.150s/%s", name, file);
	*text = '\0';
	stream = fopen(path, "re");
	if (stream && !fgets(text, STACK_PATH, stream))
		*text = '\0';
	if (stream)
		fclose(stream);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static uint64_t sysfs_bytes(const char *name, const char *file)
{
	char text[STACK_PATH];

	return strtoull(sysfs_text(name, file, text), NULL, 10) * SYSFS_SECTOR;
}

/* Find the partition with the highest start; @last is empty if there is none. */
static void find_partition(const char *disk, char last[64])
{
	DIR *dir;
	char path[100], text[STACK_PATH];
	struct dirent *entry;
	uint64_t most = 0;

	*last = '\0';
	snprintf(path, sizeof(path), SYSFS_BLOCK "%.60s", disk);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		uint64_t start;

		if (strncmp(entry->d_name, disk, strlen(disk)) ||
		    !*sysfs_text(entry->d_name, "partition", text))
			continue;
		start = sysfs_bytes(entry->d_name, "start");
		if (*last && start < most)
			continue;
		most = start;
		snprintf(last, 64, "%.60s", entry->d_name);
	}
	if (dir)
		closedir(dir);
}

/*
 * Find the opened device of a LUKS device. @opened receives its name in the
 * kernel, as in dm-0.
 */
static bool find_opened(const char *name, char opened[64])
{
	char path[100], text[STACK_PATH];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), SYSFS_BLOCK "%.60s/holders", name);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		snprintf(opened, 64, "%.60s", entry->d_name);
		found = !strncmp(sysfs_text(opened, "dm/uuid", text), "CRYPT-LUKS", 10);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* Return: true if the path of a mount leads to it; another mount may hide it. */
static bool mount_is_reached(struct libmnt_fs *fs)
{
	int fd = open(mnt_fs_get_target(fs), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_reached = fd >= 0 && mount_id(fd) == mnt_fs_get_id(fs);

	if (fd >= 0)
		close(fd);
	return is_reached;
}

static bool mount_is_of(struct libmnt_fs *fs, const char *device, dev_t number)
{
	const char *source = mnt_fs_get_srcpath(fs);
	struct stat st;

	/* The device number of a mounted btrfs is not that of its device. */
	return mnt_fs_get_devno(fs) == number ||
	       (source && *source == '/' &&
		(!strcmp(source, device) ||
		 (!stat(source, &st) && S_ISBLK(st.st_mode) && st.st_rdev == number)));
}

/*
 * Find a mount point of a device. Return: a new string, or NULL. If it is NULL,
 * @hidden receives true if the device is mounted, but another mount hides it.
 */
static char *find_mount(const char *device, bool *hidden)
{
	struct libmnt_table *table = mnt_new_table_from_file("/proc/self/mountinfo");
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	char *mount = NULL;
	struct stat st;

	*hidden = false;
	if (stat(device, &st))
		st.st_rdev = 0;
	while (table && iter && !mount && !mnt_table_next_fs(table, iter, &fs)) {
		if (!mnt_fs_get_target(fs) || !mount_is_of(fs, device, st.st_rdev))
			continue;
		if (mount_is_reached(fs))
			mount = strdup(mnt_fs_get_target(fs));
		else
			*hidden = true;
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
	return mount;
}

static bool kind_of(const char *type, enum layer_kind *kind)
{
	static const struct {
		const char *type;
		enum layer_kind kind;
	} kinds[] = {
		{ "crypto_LUKS", LAYER_LUKS },
		{ "LVM2_member", LAYER_LVM },
		{ "ext2", LAYER_EXT }, { "ext3", LAYER_EXT }, { "ext4", LAYER_EXT },
		{ "xfs", LAYER_XFS },
		{ "btrfs", LAYER_BTRFS },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].type, type)) {
			*kind = kinds[i].kind;
			return true;
		}
	return false;
}

/*
 * Find out what a device contains. With -p, blkid reads the device itself and
 * not its cache. @type becomes empty if nothing is found.
 */
static int look_at(const char *device, char type[24])
{
	const char *const words[] = { "blkid", "-p", "-o", "value", "-s", "TYPE",
				      device, NULL };
	int status, fd = open(device, O_RDONLY | O_CLOEXEC);

	/* blkid returns the same status for a missing device and for an empty one. */
	if (fd < 0)
		return complain(EXIT_FAILED, "%s: %s", device, strerror(errno));
	close(fd);
	status = program_read(words, type, 24);
	type[strcspn(type, "\n")] = '\0';
	if (status == 127)
		return complain(EXIT_FAILED,
				"%s: the program blkid, which finds out what is on it, is missing (Debian: util-linux)",
				device);
	/* Status 2 means that nothing was found. */
	if (status && status != 2)
		return complain(EXIT_FAILED, "%s: blkid could not find out what is on it (status %d)",
				device, status);
	if (status)
		*type = '\0';
	return EXIT_DONE;
}

static struct layer *stack_add(struct stack *stack, enum layer_kind kind,
			       const char *type, const char *device)
{
	struct layer *layer = &stack->layer[stack->nr++];

	*layer = (struct layer) { .kind = kind };
	snprintf(layer->type, sizeof(layer->type), "%s", type);
	snprintf(layer->device, sizeof(layer->device), "%s", device);
	return layer;
}

static void stack_add_partition(struct stack *stack, char name[64])
{
	char text[STACK_PATH], last[64];
	struct layer *layer;

	find_partition(name, last);
	if (!*last)
		return;
	snprintf(text, sizeof(text), "/dev/%s", last);
	layer = stack_add(stack, LAYER_PARTITION, "partition", text);
	layer->partition = atoi(sysfs_text(last, "partition", text));
	layer->start = sysfs_bytes(last, "start");
	layer->old = sysfs_bytes(last, "size");
	strcpy(name, last);
}

/*
 * Add the layer that a device contains. If that is LUKS, @name and @device
 * become those of the opened device; otherwise @is_top receives true.
 */
static int stack_add_contents(struct stack *stack, char name[64], char *device,
			      bool *is_top)
{
	char type[24], opened[64], text[STACK_PATH];
	enum layer_kind kind;
	struct layer *layer;
	int err = look_at(device, type);
	bool hidden;

	*is_top = true;
	if (err || !*type)
		return err;
	if (!kind_of(type, &kind) || (kind == LAYER_LUKS && stack->nr == STACK_LAYERS - 1))
		return complain(EXIT_FAILED, "%s has %s on it, which --fs cannot resize",
				device, type);
	layer = stack_add(stack, kind, type, device);
	layer->old = sysfs_bytes(name, "size");
	if (kind != LAYER_LUKS) {
		layer->mount = find_mount(device, &hidden);
		return layer->mount || !hidden ? EXIT_DONE :
			complain(EXIT_BUSY, "%s is mounted where another mount hides it: unmount the other one first",
				 device);
	}
	if (!find_opened(name, opened))
		return complain(EXIT_FAILED, "%s has LUKS on it that is not open: open it first",
				device);
	snprintf(layer->name, sizeof(layer->name), "%s",
		 sysfs_text(opened, "dm/name", text));
	layer->sector = atoi(sysfs_text(opened, "queue/logical_block_size", text));
	snprintf(device, STACK_PATH, "/dev/mapper/%.140s", layer->name);
	strcpy(name, opened);
	*is_top = false;
	return EXIT_DONE;
}

int stack_find(struct stack *stack)
{
	char name[64], device[STACK_PATH];
	bool is_top = false;
	int err = EXIT_DONE;

	stack->nr = 0;
	snprintf(name, sizeof(name), "%s", stack->disk + strlen("/dev/"));
	stack_add_partition(stack, name);
	snprintf(device, sizeof(device), "/dev/%s", name);
	while (!err && !is_top)
		err = stack_add_contents(stack, name, device, &is_top);
	return err;
}

void stack_end(struct stack *stack)
{
	int i;

	for (i = 0; i < stack->nr; i++)
		free(stack->layer[i].mount);
	free(stack->table);
	stack->nr = 0;
}
