/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of librbull share with each other, and with nobody else. */
#ifndef RBULL_LIB_H
#define RBULL_LIB_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "rbull.h"

/* More than the kernel ever says, for what the library adds to it. */
#define RBULL_LIB_MESSAGE_SIZE	1024

/* The end of "/sys/block/rbull4095/rbull/" and a file's name. */
#define RBULL_LIB_PATH_SIZE	128

/**
 * struct rbull - a handle
 * @fd: the control device, or -1
 * @added: number of the disk that was added last; meaningless before
 * @added_at: when that call began; zero if there was none
 * @message: why the last call failed
 */
struct rbull {
	int fd;
	int added;
	struct timespec added_at;
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
 * struct rbull_busy - somebody who waits for a disk that is in use
 * @index: number of the disk, or negative if only its name is known
 * @tries: how often it was busy
 */
struct rbull_busy {
	int index;
	int tries;
};

/**
 * rbull_busy_wait() - wait a moment for a disk that is in use
 * @busy: who waits
 *
 * Return: whether to try again: for about a second, and for ten as long as nobody
 * but udev has it, which looks at each disk that is new or has changed.
 */
bool rbull_busy_wait(struct rbull_busy *busy);

/* More devices that stand on a disk are not looked at. */
#define RBULL_DEVICES_MAX	256

/**
 * struct rbull_device - a block device that stands on a disk
 * @number: its device number
 * @name: the kernel's name for it
 * @below: the name of the one that it is, or is made of, a part of
 * @is_mounted: used by sync.c
 */
struct rbull_device {
	dev_t number;
	char name[64];
	char below[64];
	bool is_mounted;
};

/**
 * struct rbull_devices - all of them; the first is the disk
 * @nr: how many there are; 0 if there is no such disk
 * @device: they; what is below comes first
 */
struct rbull_devices {
	int nr;
	struct rbull_device device[RBULL_DEVICES_MAX];
};

/* For rbull_devices_of(): every partition. */
#define RBULL_ALL_PARTITIONS	(-1)

/**
 * rbull_devices_of() - list the block devices that a disk consists of, or that are
 *	made of it
 * @index: number of the disk
 * @partition: list this partition only, and what is made of it; 0: no partition
 * @devices: receives the list
 */
void rbull_devices_of(int index, int partition, struct rbull_devices *devices);

/**
 * rbull_devices_find() - look a device up
 * @devices: those to look at
 * @number: its device number
 *
 * Return: the device, or NULL.
 */
const struct rbull_device *rbull_devices_find(const struct rbull_devices *devices,
					      dev_t number);

/**
 * rbull_devices_is_own() - is it the disk itself, or a partition of it?
 * @devices: those it is of
 * @device: the device
 *
 * Return: whether it is.
 */
bool rbull_devices_is_own(const struct rbull_devices *devices,
			  const struct rbull_device *device);

/**
 * rbull_devices_read() - the first line of a file
 * @path: the file
 * @text: where to put it, without line feed
 * @size: how much space there is, bytes
 *
 * Return: whether it could be read.
 */
bool rbull_devices_read(const char *path, char *text, size_t size);

/**
 * rbull_devices_number() - the number of the block device that a path leads to
 * @folder: file descriptor of the folder that a relative path starts from
 * @path: the path
 * @number: receives the device number
 *
 * Asks no server of a network file system, which may be gone for ever.
 *
 * Return: whether there is a block device.
 */
bool rbull_devices_number(int folder, const char *path, dev_t *number);

/**
 * struct rbull_mount - where something is mounted
 * @device: what
 * @target: where, as seen by @pid
 * @pid: a process that sees it, or "self"
 * @id: the kernel's number for the mount
 * @is_own: it is in this process' mount namespace
 */
struct rbull_mount {
	const struct rbull_device *device;
	const char *target;
	const char *pid;
	int id;
	bool is_own;
};

/**
 * rbull_mount_open() - open the folder on which something is mounted
 * @mount: the mount
 *
 * Another mount may hide it, and then the path leads to that one.
 *
 * Return: a file descriptor, or -1 if this mount cannot be reached.
 */
int rbull_mount_open(const struct rbull_mount *mount);

/* Return: whether to go on. */
typedef bool rbull_mounts_fn(const struct rbull_mount *mount, void *context);

/**
 * rbull_mounts() - call a function for each mount of some devices
 * @devices: the devices
 * @fn: the function
 * @context: for the function
 *
 * All mount namespaces that processes are in are looked at, this one first.
 */
void rbull_mounts(const struct rbull_devices *devices, rbull_mounts_fn *fn,
		  void *context);

/**
 * enum rbull_held - by whom a disk is held
 * @RBULL_HELD_FREE: by nobody who could be found
 * @RBULL_HELD_UDEV: by udev, which looks at it for a moment
 * @RBULL_HELD_USED: by others
 * @RBULL_HELD_UNSEEN: by somebody who could not be found
 */
enum rbull_held {
	RBULL_HELD_FREE,
	RBULL_HELD_UDEV,
	RBULL_HELD_USED,
	RBULL_HELD_UNSEEN,
};

/**
 * rbull_holders() - find the users of a disk
 * @index: number of the disk
 * @text: receives the users, as in "mounted on /mnt, open by process 812 (dd)";
 *	empty if there are none
 * @size: size of @text, bytes
 *
 * Return: by whom the disk is held.
 */
enum rbull_held rbull_holders(int index, char *text, size_t size);

/**
 * rbull_holders_of() - find the users of a part of a disk
 * @index: number of the disk
 * @partition: as of rbull_devices_of()
 * @except: RBULL_EXCEPT_*: users that do not count
 * @text: as of rbull_holders()
 * @size: size of @text, bytes
 *
 * Return: by whom it is held.
 */
enum rbull_held rbull_holders_of(int index, int partition, unsigned int except,
				 char *text, size_t size);

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
