// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for the device and the links of a new disk in /dev.
 */
#include <stdio.h>
#include <unistd.h>

#include "made.h"

/* Long enough for udev to process events of other disks first. */
#define MADE_PATIENCE_MS	10000

/* In a container, no device nodes are created. */
static void made_missing(int index, const char *path)
{
	struct rbull_info info = RBULL_INIT(rbull_info);

	if (!rbull_disk_info(handle(), index, &info))
		complain(EXIT_DONE,
			 "the disk is made, but there is no %s here, as in a container: 'mknod -m 660 %s b %u %u' makes one",
			 path, path, info.major, info.minor);
}

void made_wait(const struct arguments *arguments, int index)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/" RBULL_NAME "%d", index);
	if (access(path, F_OK))
		made_missing(index, path);
	else if (!arguments->given[OPTION_NO_WAIT] &&
		 rbull_disk_settle(handle(), index, MADE_PATIENCE_MS))
		complain(EXIT_DONE, "%s", rbull_message(handle()));
}

int made_print(const struct arguments *arguments, int index)
{
	made_wait(arguments, index);
	printf("/dev/" RBULL_NAME "%d\n", index);
	return EXIT_DONE;
}
