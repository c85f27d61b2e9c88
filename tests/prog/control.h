/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of /dev/rbull-control for test programs. They do not use the library,
 * which library.c tests.
 */
#ifndef RBULL_PROG_CONTROL_H
#define RBULL_PROG_CONTROL_H

#include "prog.h"
#include "../../include/uapi/linux/rbull.h"

static char control_message[RBULL_MESSAGE_SIZE];

static inline void control_begin(void *args, uint32_t size, int index)
{
	struct rbull_call *call = args;

	memset(args, 0, size);
	call->size = size;
	call->index = index;
	call->message = (uintptr_t)control_message;
	call->message_size = sizeof(control_message);
	control_message[0] = 0;
}

#define CONTROL(type, variable, index)			\
	struct type variable;				\
	control_begin(&(variable), sizeof(variable), index)

/* Return: 0 or a negative errno. */
static inline int control_call(int fd, unsigned long cmd, void *args)
{
	return ioctl(fd, cmd, args) ? -errno : 0;
}

static inline int control_open(void)
{
	return open_or_die("/dev/" RBULL_CONTROL_NAME, O_RDWR | O_CLOEXEC);
}

static inline int control_snapshot(int fd, unsigned long cmd, int index,
				   const char *name, uint32_t flags,
				   uint64_t *quiesced_ns)
{
	int err;

	CONTROL(rbull_snapshot, args, index);
	args.call.flags = flags;
	strncpy(args.snapshot, name, sizeof(args.snapshot) - 1);
	err = control_call(fd, cmd, &args);
	if (quiesced_ns)
		*quiesced_ns = args.quiesced_ns;
	return err;
}

static inline int control_remove(int fd, int index, uint32_t flags)
{
	CONTROL(rbull_remove, args, index);
	args.call.flags = flags;
	return control_call(fd, RBULL_IOC_REMOVE, &args);
}

/* Try again while the disk is busy: udev opens new disks for a moment. */
static inline int control_remove_patiently(int fd, int index)
{
	unsigned int waited = 0;
	int err;

	while ((err = control_remove(fd, index, 0)) == -EBUSY &&
	       waited++ < 10000)
		usleep(1000);
	return err;
}

static inline uint64_t control_mem_used(int fd)
{
	CONTROL(rbull_list, args, RBULL_INDEX_ANY);
	if (control_call(fd, RBULL_IOC_LIST, &args))
		die("list: %s", strerror(errno));
	return args.mem_used;
}

static inline uint32_t control_nr_disks(int fd)
{
	CONTROL(rbull_list, args, RBULL_INDEX_ANY);
	if (control_call(fd, RBULL_IOC_LIST, &args))
		die("list: %s", strerror(errno));
	return args.nr;
}

#endif
