/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of librbull share with each other, and with nobody else. */
#ifndef RBULL_LIB_H
#define RBULL_LIB_H

#include <stdbool.h>

#include "rbull.h"

/* More than the kernel ever says, for what the library adds to it. */
#define RBULL_LIB_MESSAGE_SIZE	1024

/* The end of "/sys/block/rbull4095/rbull/" and a file's name. */
#define RBULL_LIB_PATH_SIZE	128

/**
 * struct rbull - a handle
 * @fd: the control device, or -1
 * @message: why the last call failed
 */
struct rbull {
	int fd;
	char message[RBULL_LIB_MESSAGE_SIZE];
};

/**
 * rbull_fail() - keep a message
 * @rbull: the handle
 * @err: a negative errno
 * @format: as of printf()
 *
 * Return: @err.
 */
int rbull_fail(struct rbull *rbull, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * rbull_call() - do an ioctl on the control device
 * @rbull: the handle
 * @request: RBULL_IOC_*
 * @call: what the structure begins with, which names the disk
 * @what: what is being done, for a message if the kernel gives none
 *
 * Return: 0 or a negative errno, with a message.
 */
int rbull_call(struct rbull *rbull, unsigned long request,
	       struct rbull_call *call, const char *what);

/**
 * rbull_busy_wait() - wait a moment for a disk that is in use
 * @tries: how often this was done; 0 at first
 *
 * Return: whether to try again; after about a second, no longer.
 */
bool rbull_busy_wait(int *tries);

/**
 * rbull_holders() - who has a disk open
 * @index: number of the disk
 * @text: where to put it, as in "mounted on /mnt, open by 812 (dd)"; empty if
 *	nobody was found
 * @size: how much space there is at @text, bytes
 */
void rbull_holders(int index, char *text, size_t size);

/**
 * rbull_copy_name() - put a name in a member of the ABI
 * @rbull: the handle
 * @to: the member, RBULL_NAME_SIZE bytes
 * @name: the name
 *
 * Return: 0, or -ENAMETOOLONG with a message.
 */
int rbull_copy_name(struct rbull *rbull, char *to, const char *name);

#endif /* RBULL_LIB_H */
