// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block devices on a disk: the disk, its partitions, and the devices that device
 * mapper, RAID and the like have made of them, as far as sysfs shows them.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib.h"

bool rbull_devices_read(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t length;

	if (!file)
		return false;
	length = fread(text, 1, size - 1, file);
	fclose(file);
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

bool rbull_devices_number(int folder, const char *path, dev_t *number)
{
	struct statx st;

	if (statx(folder, path, AT_STATX_DONT_SYNC, STATX_TYPE, &st) ||
	    !S_ISBLK(st.stx_mode))
		return false;
	*number = makedev(st.stx_rdev_major, st.stx_rdev_minor);
	return true;
}

/* Add a device by its name in /sys/class/block, unless it is there already. */
static void rbull_devices_add(struct rbull_devices *devices, const char *name,
			      const char *below)
{
	struct rbull_device *device = &devices->device[devices->nr];
	unsigned int major, minor;
	char path[320], text[32];

	snprintf(path, sizeof(path), "/sys/class/block/%.200s/dev", name);
	if (devices->nr == RBULL_DEVICES_MAX || strlen(name) >= sizeof(device->name) ||
	    !rbull_devices_read(path, text, sizeof(text)) ||
	    sscanf(text, "%u:%u", &major, &minor) != 2)
		return;
	device->number = makedev(major, minor);
	if (rbull_devices_find(devices, device->number))
		return;
	strcpy(device->name, name);
	snprintf(device->below, sizeof(device->below), "%s", below);
	devices->nr++;
}

static void rbull_devices_add_all(struct rbull_devices *devices,
				  const struct rbull_device *of,
				  const char *folder, bool partitions)
{
	char path[320], below[sizeof(of->name)];
	struct dirent *entry;
	DIR *dir;

	strcpy(below, of->name);
	snprintf(path, sizeof(path), "/sys/class/block/%s%s", below, folder);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (*name != '.' && (!partitions || !strncmp(name, below, strlen(below))))
			rbull_devices_add(devices, name, below);
	}
	closedir(dir);
}

void rbull_devices_of(int index, int partition, struct rbull_devices *devices)
{
	char name[16], one[32];
	int i;

	devices->nr = 0;
	snprintf(name, sizeof(name), RBULL_NAME "%d", index);
	rbull_devices_add(devices, name, "");
	if (devices->nr && partition > 0) {
		snprintf(one, sizeof(one), "%sp%d", name, partition);
		rbull_devices_add(devices, one, name);
	}
	for (i = 0; i < devices->nr; i++) {
		if (partition < 0 || i)
			rbull_devices_add_all(devices, &devices->device[i], "", true);
		rbull_devices_add_all(devices, &devices->device[i], "/holders", false);
	}
}

const struct rbull_device *rbull_devices_find(const struct rbull_devices *devices,
					      dev_t number)
{
	int i;

	for (i = 0; i < devices->nr; i++)
		if (devices->device[i].number == number)
			return &devices->device[i];
	return NULL;
}

bool rbull_devices_is_own(const struct rbull_devices *devices,
			  const struct rbull_device *device)
{
	const char *disk = devices->device[0].name;

	return device == devices->device ||
	       (!strncmp(device->name, disk, strlen(disk)) &&
		device->name[strlen(disk)] == 'p' &&
		isdigit((unsigned char)device->name[strlen(disk) + 1]));
}
