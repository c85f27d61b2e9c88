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
/* Time between two looks for a signal that ends the wait. */
#define MADE_LOOK_MS		200

/* In a container, no device nodes are created. */
static void made_missing(int index, const char *path)
{
	struct rbull_info info = RBULL_INIT(rbull_info);

	if (!rbull_disk_info(handle(), index, &info))
		complain(EXIT_DONE,
			 "the disk is made, but there is no %s here, as in a container: 'mknod -m 660 %s b %u %u' makes one",
			 path, path, info.major, info.minor);
}

static void made_settle(int index)
{
	int waited, err = -ETIMEDOUT;

	for (waited = 0; err == -ETIMEDOUT && waited < MADE_PATIENCE_MS && !interrupt_came();
	     waited += MADE_LOOK_MS)
		err = rbull_disk_settle(handle(), index, MADE_LOOK_MS);
	if (!err || interrupt_came())
		return;
	if (err == -ETIMEDOUT)
		complain(EXIT_DONE, "/dev/" RBULL_NAME "%d: udev did not process its event within %d ms",
			 index, MADE_PATIENCE_MS);
	else
		complain(EXIT_DONE, "%s", rbull_message(handle()));
}

void made_wait(const struct arguments *arguments, int index)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/" RBULL_NAME "%d", index);
	if (access(path, F_OK))
		made_missing(index, path);
	else if (!arguments->given[OPTION_NO_WAIT])
		made_settle(index);
}

/*
 * A failed command leaves no disk, also if nobody learns its path. So if a signal will
 * end this one, it has failed.
 */
int made_print(const struct arguments *arguments, int index)
{
	int err = EXIT_DONE;

	made_wait(arguments, index);
	/* If the reader ends, report an error instead of ending by a signal. */
	signal(SIGPIPE, SIG_IGN);
	if (!interrupt_came() &&
	    (printf("/dev/" RBULL_NAME "%d\n", index) < 0 || fflush(stdout)) &&
	    !interrupt_came())
		err = complain(EXIT_FAILED,
			       "stdout cannot be written: %s: the disk is removed again",
			       strerror(errno));
	interrupt_hold();
	if (interrupt_came())
		err = EXIT_FAILED;
	if (err && rbull_disk_remove(handle(), index, RBULL_FORCE))
		complain(EXIT_FAILED, "%s", rbull_message(handle()));
	return err;
}
