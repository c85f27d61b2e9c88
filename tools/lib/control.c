// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handles, their messages, and the ioctls of the control device.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "lib.h"

#define RBULL_CONTROL_PATH	"/dev/" RBULL_CONTROL_NAME

/* How often to retry on a disk that is open, and how long to wait in between. */
#define RBULL_BUSY_TRIES	50
#define RBULL_BUSY_WAIT_NS	(20 * 1000 * 1000)
/* The same if only udev has it open, which closes it soon. */
#define RBULL_BUSY_UDEV_TRIES	500
/* The same for a module that is being loaded, which takes long with populate=1. */
#define RBULL_LOADING_TRIES	3000
/* Do not retry a call that failed after so long. Seconds. */
#define RBULL_BUSY_LONG		5

struct rbull *rbull_new(void)
{
	struct rbull *rbull = calloc(1, sizeof(*rbull));

	if (rbull)
		rbull->fd = -1;
	return rbull;
}

void rbull_free(struct rbull *rbull)
{
	if (!rbull)
		return;
	if (rbull->fd >= 0)
		close(rbull->fd);
	free(rbull);
}

const char *rbull_version(void)
{
	return RBULL_VERSION;
}

const char *rbull_message(const struct rbull *rbull)
{
	return rbull ? rbull->message : strerror(ENOMEM);
}

int rbull_fail(struct rbull *rbull, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(rbull->message, sizeof(rbull->message), format, args);
	va_end(args);
	return err;
}

int rbull_copy_name(struct rbull *rbull, char *to, const char *name)
{
	size_t length = strlen(name);

	if (length >= RBULL_NAME_SIZE)
		return rbull_fail(rbull, -ENAMETOOLONG,
				  "the name '%s' is too long: at most %d characters are allowed",
				  name, RBULL_NAME_SIZE - 1);
	memcpy(to, name, length + 1);
	return 0;
}

/* The control device is registered last, after the disks of load time. */
static bool rbull_is_loading(void)
{
	char state[16] = "";
	int fd = open("/sys/module/" RBULL_NAME "/initstate", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, state, sizeof(state) - 1) < 0)
		*state = '\0';
	close(fd);
	return !strncmp(state, "coming", strlen("coming"));
}

/* Programs may use a disk as soon as they see it: wait for the control device. */
static int rbull_open_patiently(void)
{
	const struct timespec wait = { .tv_nsec = RBULL_BUSY_WAIT_NS };
	int fd, err, tries = 0;
	bool is_loading;

	do {
		/* Check this first: loading could finish in between. */
		is_loading = rbull_is_loading();
		fd = open(RBULL_CONTROL_PATH, O_RDWR | O_CLOEXEC);
		err = errno;
		if (fd >= 0 || !is_loading || (err != ENOENT && err != ENXIO && err != ENODEV))
			break;
		nanosleep(&wait, NULL);
	} while (tries++ < RBULL_LOADING_TRIES);
	errno = err;
	return fd;
}

static int rbull_open(struct rbull *rbull)
{
	if (rbull->fd >= 0)
		return 0;
	rbull->fd = rbull_open_patiently();
	if (rbull->fd >= 0)
		return 0;
	switch (errno) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return rbull_fail(rbull, -errno,
				  "there is no %s: load the module with 'modprobe rbull nr_disks=0'",
				  RBULL_CONTROL_PATH);
	case EACCES:
	case EPERM:
		return rbull_fail(rbull, -errno,
				  "%s: %s: only root or a process with CAP_SYS_ADMIN may open it",
				  RBULL_CONTROL_PATH, strerror(errno));
	default:
		return rbull_fail(rbull, -errno, "%s: %s", RBULL_CONTROL_PATH,
				  strerror(errno));
	}
}

bool rbull_busy_wait(struct rbull_busy *busy)
{
	const struct timespec wait = { .tv_nsec = RBULL_BUSY_WAIT_NS };
	char text[RBULL_LIB_MESSAGE_SIZE];

	busy->tries++;
	if (busy->tries >= RBULL_BUSY_UDEV_TRIES ||
	    (busy->tries % RBULL_BUSY_TRIES == 0 &&
	     (busy->index < 0 ||
	      rbull_holders(busy->index, text, sizeof(text)) != RBULL_HELD_UDEV)))
		return false;
	nanosleep(&wait, NULL);
	return true;
}

static time_t rbull_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static int rbull_ioctl(struct rbull *rbull, unsigned long request,
		       struct rbull_call *call)
{
	struct rbull_busy busy = { .index = call->index };
	char *message = rbull->message;
	time_t begun;

	for (;;) {
		memset(message, 0, RBULL_MESSAGE_SIZE);
		begun = rbull_seconds();
		if (ioctl(rbull->fd, request, call) >= 0)
			return 0;
		if (errno == EINTR)
			continue;
		if (errno != EBUSY)
			return -errno;
		/* A disk in use fails at once. This call waited for I/O. */
		if (rbull_seconds() - begun >= RBULL_BUSY_LONG ||
		    !rbull_busy_wait(&busy))
			return -EBUSY;
	}
}

/* Add the users to the message, if the number of the disk is known. */
static void rbull_add_holders(struct rbull *rbull, const struct rbull_call *call)
{
	size_t length = strlen(rbull->message);
	char holders[RBULL_LIB_MESSAGE_SIZE / 2];

	if (call->index < 0)
		return;
	rbull_holders(call->index, holders, sizeof(holders));
	if (holders[0])
		snprintf(rbull->message + length,
			 sizeof(rbull->message) - length, ": %s", holders);
}

/*
 * The kernel also counts openers that cannot be found here: those in another PID
 * namespace, and file systems that were lazily unmounted.
 */
static enum rbull_held rbull_held_unseen(struct rbull *rbull, int index,
					 char *text, size_t size)
{
	struct rbull_info info = RBULL_INIT(rbull_info);

	if (rbull_disk_info(rbull, index, &info) || !info.opens)
		return RBULL_HELD_FREE;
	snprintf(text, size,
		 "it is open (%u times), but the processes that opened it are not visible here",
		 info.opens);
	return RBULL_HELD_UNSEEN;
}

int rbull_disk_users(struct rbull *rbull, int index)
{
	return rbull_disk_end_users(rbull, index, RBULL_ALL_PARTITIONS, 0);
}

int rbull_disk_end_users(struct rbull *rbull, int index, int partition,
			 unsigned int except)
{
	struct rbull_busy busy = { .index = index };
	char holders[RBULL_LIB_MESSAGE_SIZE / 2];
	enum rbull_held held;

	do {
		held = rbull_holders_of(index, partition, except, holders,
					sizeof(holders));
		if (held == RBULL_HELD_FREE && partition <= 0 && !except)
			held = rbull_held_unseen(rbull, index, holders,
						 sizeof(holders));
	} while ((held == RBULL_HELD_UDEV || held == RBULL_HELD_UNSEEN) &&
		 rbull_busy_wait(&busy));
	return held == RBULL_HELD_FREE ? 0 :
		rbull_fail(rbull, -EBUSY, RBULL_NAME "%d is in use: %s", index,
			   holders);
}

int rbull_call(struct rbull *rbull, unsigned long request,
	       struct rbull_call *call, const char *what)
{
	int err;

	if (call->size < RBULL_CALL_SIZE_VER0)
		return rbull_fail(rbull, -EINVAL,
				  "the structure was not initialized with RBULL_INIT()");
	err = rbull_open(rbull);
	if (err)
		return err;
	call->message = (uintptr_t)rbull->message;
	call->message_size = RBULL_MESSAGE_SIZE;
	err = rbull_ioctl(rbull, request, call);
	call->message = 0;
	call->message_size = 0;
	if (!err)
		return 0;
	if (!rbull->message[0] && call->index >= 0)
		rbull_fail(rbull, err, "cannot %s rbull%d: %s", what,
			   call->index, strerror(-err));
	else if (!rbull->message[0])
		rbull_fail(rbull, err, "cannot %s: %s", what, strerror(-err));
	if (err == -EBUSY)
		rbull_add_holders(rbull, call);
	return err;
}
