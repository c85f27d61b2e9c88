// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has a disk open: mounts, swap, other disks made of it, programs. For
 * messages only: what cannot be read is left out.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib.h"

/* More are not named. */
#define RBULL_HOLDERS_MAX	5

/**
 * struct rbull_holders - the text that is being made
 * @disk: as in "rbull7"
 * @text: where to put it
 * @size: how much space there is, bytes
 * @length: how much of it is used
 * @nr: how many holders were named
 */
struct rbull_holders {
	char disk[16];
	char *text;
	size_t size;
	size_t length;
	int nr;
};

static void __attribute__((format(printf, 2, 3)))
rbull_holders_name(struct rbull_holders *holders, const char *format, ...)
{
	char *text = holders->text + holders->length;
	size_t left = holders->size - holders->length;
	char one[256];
	va_list args;
	int length;

	if (holders->nr++ >= RBULL_HOLDERS_MAX)
		return;
	va_start(args, format);
	vsnprintf(one, sizeof(one), format, args);
	va_end(args);
	length = snprintf(text, left, "%s%s", holders->length ? ", " : "", one);
	if (length < 0 || (size_t)length >= left)
		*text = '\0';
	else
		holders->length += length;
}

/* Is @name the disk, or a partition of it, as in "rbull7" or "rbull7p1"? */
static int rbull_holders_is_disk(const struct rbull_holders *holders,
				 const char *name)
{
	size_t length = strlen(holders->disk);

	if (strncmp(name, holders->disk, length))
		return 0;
	return !name[length] || (name[length] == 'p' &&
				 isdigit((unsigned char)name[length + 1]));
}

/* The name that the kernel has for a device number. */
static int rbull_holders_is_device(const struct rbull_holders *holders,
				   unsigned int major, unsigned int minor)
{
	char path[64], target[256], *name;
	ssize_t length;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major, minor);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return 0;
	target[length] = '\0';
	name = strrchr(target, '/');
	return rbull_holders_is_disk(holders, name ? name + 1 : target);
}

/* Some file systems have a device number of their own: look at the source too. */
static void rbull_holders_mounts(struct rbull_holders *holders)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) > 0) {
		char target[200], source[200], *dash = strstr(line, " - ");
		unsigned int major, minor;

		if (!dash || sscanf(line, "%*d %*d %u:%u %*s %199s", &major,
				    &minor, target) != 3)
			continue;
		if (sscanf(dash, " - %*s %199s", source) != 1)
			source[0] = '\0';
		if (rbull_holders_is_device(holders, major, minor) ||
		    (!strncmp(source, "/dev/", 5) &&
		     rbull_holders_is_disk(holders, source + 5)))
			rbull_holders_name(holders, "mounted on %s", target);
	}
	free(line);
	fclose(file);
}

static void rbull_holders_swaps(struct rbull_holders *holders)
{
	FILE *file = fopen("/proc/swaps", "re");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) > 0) {
		char source[200];

		if (sscanf(line, "/dev/%199s", source) == 1 &&
		    rbull_holders_is_disk(holders, source))
			rbull_holders_name(holders, "swap on /dev/%s", source);
	}
	free(line);
	fclose(file);
}

/* Disks that are made of the one at @path, as by device mapper or RAID. */
static void rbull_holders_stacked(struct rbull_holders *holders,
				  const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			rbull_holders_name(holders, "part of /dev/%s",
					   entry->d_name);
	closedir(dir);
}

static void rbull_holders_disks(struct rbull_holders *holders)
{
	char path[300];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/block/%s/holders", holders->disk);
	rbull_holders_stacked(holders, path);
	snprintf(path, sizeof(path), "/sys/block/%s", holders->disk);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (!rbull_holders_is_disk(holders, entry->d_name))
			continue;
		snprintf(path, sizeof(path), "/sys/block/%.20s/%.200s/holders",
			 holders->disk, entry->d_name);
		rbull_holders_stacked(holders, path);
	}
	closedir(dir);
}

/* Does a process have it open? */
static int rbull_holders_in_process(const struct rbull_holders *holders,
				    const char *pid)
{
	char path[300];
	struct dirent *entry;
	int found = 0;
	struct stat st;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while (!found && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (!fstatat(dirfd(dir), entry->d_name, &st, 0) &&
		    S_ISBLK(st.st_mode))
			found = rbull_holders_is_device(holders, major(st.st_rdev),
							minor(st.st_rdev));
	}
	closedir(dir);
	return found;
}

static void rbull_holders_programs(struct rbull_holders *holders)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		char path[64], name[32] = "?";
		FILE *file;

		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !rbull_holders_in_process(holders, entry->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/comm", entry->d_name);
		file = fopen(path, "re");
		if (file && fscanf(file, "%31[^\n]", name) != 1)
			strcpy(name, "?");
		if (file)
			fclose(file);
		rbull_holders_name(holders, "open by process %s (%s)",
				   entry->d_name, name);
	}
	closedir(dir);
}

void rbull_holders(int index, char *text, size_t size)
{
	struct rbull_holders holders = { .text = text, .size = size };

	snprintf(holders.disk, sizeof(holders.disk), RBULL_NAME "%d", index);
	text[0] = '\0';
	rbull_holders_mounts(&holders);
	rbull_holders_swaps(&holders);
	rbull_holders_disks(&holders);
	rbull_holders_programs(&holders);
	if (holders.nr > RBULL_HOLDERS_MAX)
		snprintf(text + holders.length, size - holders.length,
			 " and %d more", holders.nr - RBULL_HOLDERS_MAX);
}
