// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files below /sys/block/rbullN/rbull: attributes and statistics.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

/* Largest size of an attribute in sysfs. */
#define RBULL_ATTRIBUTE_SIZE	4096

static int rbull_attribute_path(struct rbull *rbull, int index,
				const char *attribute, char *path)
{
	int length = snprintf(path, RBULL_LIB_PATH_SIZE,
			      "/sys/block/" RBULL_NAME "%d/rbull/%s", index,
			      attribute);

	if (strchr(attribute, '/') || length >= RBULL_LIB_PATH_SIZE)
		return rbull_fail(rbull, -EINVAL, "no attribute is named '%s'",
				  attribute);
	return 0;
}

static int rbull_attribute_open(struct rbull *rbull, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	return fd >= 0 ? fd :
		rbull_fail(rbull, -errno, "%s: %s", path, strerror(errno));
}

int rbull_attribute_get(struct rbull *rbull, int index, const char *attribute,
			char *value, size_t size)
{
	char path[RBULL_LIB_PATH_SIZE];
	ssize_t length;
	int fd, err;

	err = rbull_attribute_path(rbull, index, attribute, path);
	if (err)
		return err;
	fd = rbull_attribute_open(rbull, path, O_RDONLY);
	if (fd < 0)
		return fd;
	length = read(fd, value, size);
	err = length < 0 ? -errno : 0;
	close(fd);
	if (!err && (size_t)length == size)
		err = -EOVERFLOW;
	if (err)
		return rbull_fail(rbull, err, "%s: %s", path, strerror(-err));
	if (length && value[length - 1] == '\n')
		length--;
	value[length] = '\0';
	return 0;
}

/* Get the number of openers; -1 if it cannot be read. */
static long long rbull_attribute_opens(int index)
{
	struct rbull own = { .fd = -1 };
	struct rbull_stat *stats;
	long long opens = -1;
	int i, nr = rbull_stats_get(&own, index, &stats);

	for (i = 0; i < nr; i++)
		if (!strcmp(stats[i].name, "opens"))
			opens = stats[i].value;
	if (nr >= 0)
		free(stats);
	return opens;
}

/*
 * Wait for a limited time until an opener of a busy disk has closed it. Each write
 * that fails adds a line to the kernel log, so do not retry before that.
 */
static bool rbull_attribute_wait(struct rbull_busy *busy, long long *opens)
{
	long long before = *opens;

	do {
		if (!rbull_busy_wait(busy))
			return false;
		*opens = rbull_attribute_opens(busy->index);
		if (*opens > before)
			before = *opens;
	} while (*opens >= before && before >= 0);
	return true;
}

int rbull_attribute_set(struct rbull *rbull, int index, const char *attribute,
			const char *value)
{
	char path[RBULL_LIB_PATH_SIZE], holders[RBULL_LIB_MESSAGE_SIZE / 2] = "";
	/* The driver would not see an empty write. */
	const char *text = *value ? value : "\n";
	struct rbull_busy busy = { .index = index };
	long long opens;
	int fd, err;

	err = rbull_attribute_path(rbull, index, attribute, path);
	if (err)
		return err;
	fd = rbull_attribute_open(rbull, path, O_WRONLY);
	if (fd < 0)
		return fd;
	do {
		opens = rbull_attribute_opens(index);
		err = pwrite(fd, text, strlen(text), 0) < 0 ? -errno : 0;
	} while (err == -EBUSY && rbull_attribute_wait(&busy, &opens));
	close(fd);
	if (err == -EBUSY)
		rbull_holders(index, holders, sizeof(holders));
	if (err)
		return rbull_fail(rbull, err, "%s: cannot be set to '%s': %s%s%s",
				  path, value, strerror(-err),
				  holders[0] ? ": " : "", holders);
	return 0;
}

/* Count the lines of @text that have a name and a number; store them in @stats. */
static int rbull_stats_parse(const char *text, struct rbull_stat *stats)
{
	int nr = 0;

	while (*text) {
		struct rbull_stat stat;
		unsigned long long value;
		const char *end = strchr(text, '\n');

		if (sscanf(text, "%31s %llu", stat.name, &value) == 2) {
			stat.value = value;
			if (stats)
				stats[nr] = stat;
			nr++;
		}
		if (!end)
			break;
		text = end + 1;
	}
	return nr;
}

int rbull_stats_get(struct rbull *rbull, int index, struct rbull_stat **stats)
{
	char text[RBULL_ATTRIBUTE_SIZE];
	int err, nr;

	err = rbull_attribute_get(rbull, index, "stats", text, sizeof(text));
	if (err)
		return err;
	nr = rbull_stats_parse(text, NULL);
	*stats = calloc(nr ? nr : 1, sizeof(**stats));
	if (!*stats)
		return rbull_fail(rbull, -ENOMEM, "%s", strerror(ENOMEM));
	return rbull_stats_parse(text, *stats);
}
