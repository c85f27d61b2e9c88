// SPDX-License-Identifier: GPL-2.0-only
/*
 * The users of a disk: mounts, swap, block devices made of it, exports of the kernel,
 * and programs. Used for messages and to decide whether to wait, so anything that
 * cannot be read is skipped.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

/* Largest number of users that are named. */
#define RBULL_HOLDERS_MAX	5

/**
 * struct rbull_holders - state of a search for users
 * @devices: the block devices on the disk
 * @except: RBULL_EXCEPT_*
 * @text: receives the list of users
 * @size: size of @text, bytes
 * @length: length of the list so far
 * @nr: number of users found
 * @has_udev: udev has the disk open
 * @is_excepted: a mount was found that does not count
 */
struct rbull_holders {
	struct rbull_devices devices;
	unsigned int except;
	char *text;
	size_t size;
	size_t length;
	int nr;
	bool has_udev;
	bool is_excepted;
};

static void __attribute__((format(printf, 2, 3)))
rbull_holders_name(struct rbull_holders *holders, const char *format, ...)
{
	char *text = holders->text + holders->length;
	size_t left = holders->size - holders->length;
	char one[512], *c;
	va_list args;
	int length;

	if (holders->nr++ >= RBULL_HOLDERS_MAX)
		return;
	va_start(args, format);
	vsnprintf(one, sizeof(one), format, args);
	va_end(args);
	/* Users may choose mount points and names with control characters. */
	for (c = one; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	length = snprintf(text, left, "%s%s", holders->length ? ", " : "", one);
	if (length < 0 || (size_t)length >= left)
		*text = '\0';
	else
		holders->length += length;
}

/* Check whether users of this device do not count. */
static bool rbull_holders_excepts(const struct rbull_holders *holders,
				  const struct rbull_device *device)
{
	return holders->except & RBULL_EXCEPT_ABOVE &&
	       !rbull_devices_is_own(&holders->devices, device);
}

/* Get the device at a path, if its users count. */
static const struct rbull_device *
rbull_holders_device(const struct rbull_holders *holders, const char *path)
{
	const struct rbull_device *device;
	dev_t number;

	if (*path != '/' || !rbull_devices_number(AT_FDCWD, path, &number))
		return NULL;
	device = rbull_devices_find(&holders->devices, number);
	return device && !rbull_holders_excepts(holders, device) ? device : NULL;
}

/* Get the path that users know: device mapper has names of its own. */
static const char *rbull_holders_path(const struct rbull_device *device,
				      char *path, size_t size)
{
	char file[128], name[160];

	snprintf(file, sizeof(file), "/sys/class/block/%s/dm/name", device->name);
	if (rbull_devices_read(file, name, sizeof(name)))
		snprintf(path, size, "/dev/mapper/%s", name);
	else
		snprintf(path, size, "/dev/%s", device->name);
	return path;
}

static void rbull_holders_process(const char *pid, char *name, size_t size)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	if (!rbull_devices_read(path, name, size))
		snprintf(name, size, "?");
}

static bool rbull_holders_mount(const struct rbull_mount *mount, void *context)
{
	struct rbull_holders *holders = context;
	char through[220] = "", where[96] = "", path[192], name[32];

	if (rbull_holders_excepts(holders, mount->device) ||
	    (mount->is_own && holders->except & RBULL_EXCEPT_MOUNTS)) {
		holders->is_excepted = true;
		return true;
	}
	/* Other namespaces have copies of the mounts of this one. */
	if (!mount->is_own && holders->is_excepted)
		return true;
	if (!rbull_devices_is_own(&holders->devices, mount->device))
		snprintf(through, sizeof(through), " through %s",
			 rbull_holders_path(mount->device, path, sizeof(path)));
	if (!mount->is_own) {
		rbull_holders_process(mount->pid, name, sizeof(name));
		snprintf(where, sizeof(where), " in the mount namespace of process %.20s (%s)",
			 mount->pid, name);
	}
	rbull_holders_name(holders, "mounted on %s%s%s", mount->target, through,
			   where);
	return holders->nr <= RBULL_HOLDERS_MAX;
}

static void rbull_holders_swaps(struct rbull_holders *holders)
{
	FILE *file = fopen("/proc/swaps", "re");
	char line[512], source[200];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%199s", source) == 1 &&
		    rbull_holders_device(holders, source))
			rbull_holders_name(holders, "swap on %s", source);
	if (file)
		fclose(file);
}

/* Add the block devices made of the disk, as by device mapper or RAID. */
static void rbull_holders_stacked(struct rbull_holders *holders)
{
	const struct rbull_devices *devices = &holders->devices;
	char path[192];
	int i;

	if (holders->except & (RBULL_EXCEPT_STACKED | RBULL_EXCEPT_ABOVE))
		return;
	for (i = 1; i < devices->nr; i++)
		if (!rbull_devices_is_own(devices, &devices->device[i]))
			rbull_holders_name(holders, "part of %s",
					   rbull_holders_path(&devices->device[i],
							      path, sizeof(path)));
}

/**
 * struct rbull_holders_kernel - files that show which devices the kernel uses
 * @files: pattern of the files, each of which contains the path of a device
 * @skip: number of leading folders to skip in the path of a file; the next part of
 *	it identifies the user
 * @format: format of the text about the user
 */
struct rbull_holders_kernel {
	const char *files;
	int skip;
	const char *format;
};

static const struct rbull_holders_kernel rbull_holders_of_kernel[] = {
	{ "/sys/block/loop*/loop/backing_file", 3, "backing device of /dev/%.*s" },
	{ "/sys/block/zram*/backing_dev", 3, "backing device of /dev/%.*s" },
	{ "/sys/kernel/config/nvmet/subsystems/*/namespaces/*/device_path", 6,
	  "exported by nvmet as %.*s" },
	{ "/sys/kernel/config/target/core/*/*/udev_path", 6, "exported by LIO as %.*s" },
};

static void rbull_holders_kernel(struct rbull_holders *holders,
				 const struct rbull_holders_kernel *kernel)
{
	char path[300];
	glob_t found;
	size_t i;

	if (glob(kernel->files, 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		const char *name = found.gl_pathv[i];
		int skip = kernel->skip;

		if (!rbull_devices_read(name, path, sizeof(path)) ||
		    !rbull_holders_device(holders, path))
			continue;
		while (skip--)
			name = strchr(name, '/') + 1;
		/* Skip the name of the file, and for the first two its folder. */
		rbull_holders_name(holders, kernel->format,
				   (int)(kernel->skip == 3 ? strcspn(name, "/") :
					 (size_t)(strrchr(name, '/') - name)), name);
	}
	globfree(&found);
}

/* Check whether a process has the disk or a partition open. */
static bool rbull_holders_in_process(const struct rbull_holders *holders,
				     const char *pid)
{
	struct dirent *entry;
	bool found = false;
	char path[48];
	dev_t number;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' &&
		    rbull_devices_number(dirfd(dir), entry->d_name, &number)) {
			const struct rbull_device *device =
				rbull_devices_find(&holders->devices, number);

			found = device &&
				rbull_devices_is_own(&holders->devices, device);
		}
	closedir(dir);
	return found;
}

/*
 * A mount shows only one device of a file system with several devices, and not that
 * of an external journal. The kernel has claimed these devices, too.
 */
static void rbull_holders_claimed(struct rbull_holders *holders)
{
	const struct rbull_devices *devices = &holders->devices;
	char path[80];
	int i, fd;

	for (i = devices->nr - 1; i >= 0 && !holders->nr && !holders->is_excepted; i--) {
		if (!rbull_devices_is_own(devices, &devices->device[i]))
			return;
		snprintf(path, sizeof(path), "/dev/%s", devices->device[i].name);
		fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0)
			close(fd);
		else if (errno == EBUSY)
			rbull_holders_name(holders,
					   "%s is opened exclusively, for example by a file system on several devices",
					   path);
	}
}

static bool rbull_holders_is_udev(const char *name)
{
	return !strcmp(name, "(udev-worker)") || !strcmp(name, "systemd-udevd") ||
	       !strcmp(name, "udev-worker") || !strcmp(name, "udevd");
}

static void rbull_holders_programs(struct rbull_holders *holders)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char name[32];

		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !rbull_holders_in_process(holders, entry->d_name))
			continue;
		rbull_holders_process(entry->d_name, name, sizeof(name));
		if (!rbull_holders_is_udev(name))
			rbull_holders_name(holders, "open by process %s (%s)",
					   entry->d_name, name);
		else
			holders->has_udev = true;
	}
	if (dir)
		closedir(dir);
}

enum rbull_held rbull_holders(int index, char *text, size_t size)
{
	return rbull_holders_of(index, RBULL_ALL_PARTITIONS, 0, text, size);
}

enum rbull_held rbull_holders_of(int index, int partition, unsigned int except,
				 char *text, size_t size)
{
	struct rbull_holders holders = { .except = except, .text = text, .size = size };
	size_t i;

	text[0] = '\0';
	rbull_devices_of(index, partition, &holders.devices);
	rbull_mounts(&holders.devices, rbull_holders_mount, &holders);
	rbull_holders_swaps(&holders);
	rbull_holders_stacked(&holders);
	for (i = 0; i < sizeof(rbull_holders_of_kernel) / sizeof(*rbull_holders_of_kernel); i++)
		rbull_holders_kernel(&holders, &rbull_holders_of_kernel[i]);
	rbull_holders_programs(&holders);
	rbull_holders_claimed(&holders);
	if (holders.nr > RBULL_HOLDERS_MAX)
		snprintf(text + holders.length, size - holders.length,
			 " and %d more", holders.nr - RBULL_HOLDERS_MAX);
	if (holders.nr)
		return RBULL_HELD_USED;
	if (!holders.has_udev)
		return RBULL_HELD_FREE;
	snprintf(text, size, "udev is probing it");
	return RBULL_HELD_UDEV;
}
