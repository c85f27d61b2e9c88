/* SPDX-License-Identifier: GPL-2.0-only */
/* Internal declarations of librbull. */
#ifndef RBULL_LIB_H
#define RBULL_LIB_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "rbull.h"

/* Larger than the messages of the kernel: the library adds to them. */
#define RBULL_LIB_MESSAGE_SIZE	1024

/* Space for "/sys/block/rbull4095/rbull/" and the name of a file. */
#define RBULL_LIB_PATH_SIZE	128

/**
 * struct rbull - a handle
 * @fd: file descriptor of the control device, or -1
 * @added: number of the disk that was added last, if @added_at is set
 * @added_at: when that call began; 0: no disk was added
 * @message: reason why the last call failed
 */
struct rbull {
	int fd;
	int added;
	struct timespec added_at;
	char message[RBULL_LIB_MESSAGE_SIZE];
};

/**
 * rbull_fail() - set the message of a handle
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
 * @call: beginning of the structure, which identifies the disk
 * @what: name of the operation, for a message if the kernel gives none
 *
 * Return: 0 or a negative errno, with a message.
 */
int rbull_call(struct rbull *rbull, unsigned long request,
	       struct rbull_call *call, const char *what);

/**
 * struct rbull_busy - state of waiting for a disk that is in use
 * @index: number of the disk, or negative if only its name is known
 * @tries: number of attempts that found it busy
 */
struct rbull_busy {
	int index;
	int tries;
};

/**
 * rbull_busy_wait() - wait a moment for a disk that is in use
 * @busy: state of waiting
 *
 * Return: true if the caller should try again: for about a second, or for ten
 * seconds while only udev has the disk open.
 */
bool rbull_busy_wait(struct rbull_busy *busy);

/* Largest number of devices on a disk; further ones are ignored. */
#define RBULL_DEVICES_MAX	256

/**
 * struct rbull_device - a disk, a partition, or a block device made of them
 * @number: device number
 * @name: name in the kernel
 * @below: name of the device that it is a partition of, or is made of
 * @is_mounted: used by sync.c
 */
struct rbull_device {
	dev_t number;
	char name[64];
	char below[64];
	bool is_mounted;
};

/**
 * struct rbull_devices - a disk and all block devices on it
 * @nr: number of devices; 0 if the disk does not exist
 * @device: the devices, the disk first; a device comes after those below it
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
 * rbull_devices_find() - look up a device
 * @devices: the devices
 * @number: device number
 *
 * Return: the device, or NULL.
 */
const struct rbull_device *rbull_devices_find(const struct rbull_devices *devices,
					      dev_t number);

/**
 * rbull_devices_is_own() - check for the disk itself or one of its partitions
 * @devices: the devices of the disk
 * @device: one of them
 *
 * Return: true if @device is the disk or a partition.
 */
bool rbull_devices_is_own(const struct rbull_devices *devices,
			  const struct rbull_device *device);

/**
 * rbull_devices_read() - read the first line of a file
 * @path: the file
 * @text: receives the line, without line feed
 * @size: size of @text, bytes
 *
 * Return: true on success.
 */
bool rbull_devices_read(const char *path, char *text, size_t size);

/**
 * rbull_devices_number() - get the number of the block device at a path
 * @folder: file descriptor of the folder that a relative path starts from
 * @path: the path
 * @number: receives the device number
 *
 * Does not ask the server of a network file system, which may never answer.
 *
 * Return: true if @path is a block device.
 */
bool rbull_devices_number(int folder, const char *path, dev_t *number);

/**
 * struct rbull_mount - a mount
 * @device: the mounted device
 * @target: the mount point, as seen by @pid
 * @pid: a process that sees the mount, or "self"
 * @id: mount ID
 * @is_own: the mount is in the mount namespace of this process
 */
struct rbull_mount {
	const struct rbull_device *device;
	const char *target;
	const char *pid;
	int id;
	bool is_own;
};

/**
 * rbull_mount_open() - open the mount point of a mount
 * @mount: the mount
 *
 * Return: a file descriptor; -1 if the mount cannot be reached, for example because
 * another mount hides it.
 */
int rbull_mount_open(const struct rbull_mount *mount);

/* Return: true to go on. */
typedef bool rbull_mounts_fn(const struct rbull_mount *mount, void *context);

/**
 * rbull_mounts() - call a function for each mount of some devices
 * @devices: the devices
 * @fn: the function
 * @context: context for the function
 *
 * Covers the mount namespaces of all processes, this one first.
 */
void rbull_mounts(const struct rbull_devices *devices, rbull_mounts_fn *fn,
		  void *context);

/**
 * enum rbull_held - kind of the users of a disk
 * @RBULL_HELD_FREE: no user was found
 * @RBULL_HELD_UDEV: only udev, which opens the disk for a moment
 * @RBULL_HELD_USED: other users
 * @RBULL_HELD_UNSEEN: the kernel counts an opener, but it was not found
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
 * Return: kind of its users.
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
 * Return: kind of these users.
 */
enum rbull_held rbull_holders_of(int index, int partition, unsigned int except,
				 char *text, size_t size);

/**
 * rbull_copy_name() - copy a name to a member of the ABI
 * @rbull: the handle
 * @to: the member, RBULL_NAME_SIZE bytes
 * @name: the name
 *
 * Return: 0, or -ENAMETOOLONG with a message.
 */
int rbull_copy_name(struct rbull *rbull, char *to, const char *name);

#endif /* RBULL_LIB_H */
