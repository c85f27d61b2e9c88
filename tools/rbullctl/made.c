// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for the device and the links of a new disk in /dev.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "interrupt.h"
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

/* A failed command leaves no disk, also if nobody learns its path. */
int made_print(const struct arguments *arguments, int index)
{
	int err = EXIT_DONE;

	made_wait(arguments, index);
	/* If the reader ends, report an error instead of ending by a signal. */
	signal(SIGPIPE, SIG_IGN);
	if (interrupt_came())
		err = EXIT_FAILED;
	else if (printf("/dev/" RBULL_NAME "%d\n", index) < 0 || fflush(stdout))
		err = complain(EXIT_FAILED,
			       "stdout cannot be written: %s: the disk is removed again",
			       strerror(errno));
	if (err && rbull_disk_remove(handle(), index, RBULL_FORCE))
		complain(EXIT_FAILED, "%s", rbull_message(handle()));
	return err;
}
