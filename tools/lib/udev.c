// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting until udev has processed a new disk and made its links.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib.h"

/* Exists while udev runs. */
#define RBULL_UDEV_CONTROL	"/run/udev/control"

/* Interval of polling. */
#define RBULL_UDEV_WAIT_MS	10

/*
 * udev has a file for each device, with a line that starts with "I:" after it has
 * processed the device for the first time. The file of an earlier disk with the same
 * device number exists until udev has processed its removal, so ignore a file that is
 * older than the disk.
 */
static bool rbull_udev_is_done(const char *path, const struct timespec *since)
{
	FILE *file = fopen(path, "re");
	bool is_done = false;
	char line[512];
	struct stat st;

	if (file && (fstat(fileno(file), &st) || st.st_ctim.tv_sec < since->tv_sec ||
		     (st.st_ctim.tv_sec == since->tv_sec &&
		      st.st_ctim.tv_nsec < since->tv_nsec))) {
		fclose(file);
		return false;
	}
	while (file && !is_done && fgets(line, sizeof(line), file))
		is_done = !strncmp(line, "I:", 2);
	if (file)
		fclose(file);
	return is_done;
}

int rbull_disk_settle(struct rbull *rbull, int index, unsigned int timeout_ms)
{
	const struct timespec wait = { .tv_nsec = RBULL_UDEV_WAIT_MS * 1000000 };
	struct timespec since = {};
	char path[64], number[32];
	unsigned int waited;

	snprintf(path, sizeof(path), "/sys/class/block/" RBULL_NAME "%d/dev", index);
	if (!rbull_devices_read(path, number, sizeof(number)))
		return rbull_fail(rbull, -ENODEV, "there is no " RBULL_NAME "%d",
				  index);
	if (rbull->added == index)
		since = rbull->added_at;
	snprintf(path, sizeof(path), "/run/udev/data/b%s", number);
	for (waited = 0; !access(RBULL_UDEV_CONTROL, F_OK); waited += RBULL_UDEV_WAIT_MS) {
		if (rbull_udev_is_done(path, &since))
			return 0;
		if (waited >= timeout_ms)
			return rbull_fail(rbull, -ETIMEDOUT,
					  "/dev/" RBULL_NAME "%d: udev did not process its event within %u ms",
					  index, timeout_ms);
		nanosleep(&wait, NULL);
	}
	return 0;
}
