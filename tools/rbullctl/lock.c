// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks between runs of rbullctl. Only root can open the lock files: other
 * users could hold a lock that they can open, and make root wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "interrupt.h"
#include "lock.h"
#include "rbullctl.h"

#define LOCK_WAIT_MS	50
/* Time after which the wait is reported. */
#define LOCK_SAY_MS	2000

int lock_take(const char *name, const char *what)
{
	const struct timespec wait = { .tv_nsec = LOCK_WAIT_MS * 1000000 };
	unsigned int waited;
	char path[80];
	int fd;

	snprintf(path, sizeof(path), LOCK_FOLDER "/%s.lock", name);
	mkdir(LOCK_FOLDER, 0700);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	for (waited = 0; flock(fd, LOCK_EX | LOCK_NB); waited += LOCK_WAIT_MS) {
		int err = errno;

		if (interrupt_came())
			err = EINTR;
		if (interrupt_came() || (err != EWOULDBLOCK && err != EINTR)) {
			close(fd);
			return -err;
		}
		if (waited == LOCK_SAY_MS)
			complain(EXIT_DONE, "%s", what);
		nanosleep(&wait, NULL);
	}
	return fd;
}
