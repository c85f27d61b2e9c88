/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * librbull: disks in RAM, from C. A thin layer over the ioctls of
 * /dev/rbull-control, whose structures are those of <linux/rbull.h>.
 *
 * Only one thread at a time may use a handle; handles are independent of each
 * other. A function that can fail returns a negative errno on failure, and
 * rbull_message() then returns the reason as text, often that of the kernel.
 * Everything needs CAP_SYS_ADMIN, except for rbull_new(), rbull_free() and reading
 * attributes and statistics.
 *
 *	struct rbull_add add = RBULL_INIT(rbull_add);
 *	struct rbull *rbull = rbull_new();
 *
 *	add.disk_size = 1ULL << 30;
 *	if (!rbull || rbull_disk_add(rbull, &add) < 0)
 *		errx(1, "%s", rbull_message(rbull));
 *	printf("/dev/rbull%d\n", add.call.index);
 *	rbull_free(rbull);
 */
#ifndef RBULL_H
#define RBULL_H

#include <stddef.h>
#include <stdint.h>

#include <linux/rbull.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Initializes a structure of the ABI: its size, and no particular disk. */
#ifdef __cplusplus
#define RBULL_INIT(type)				\
	[]() -> struct type {				\
		struct type value = {};			\
		value.call.size = sizeof(value);	\
		value.call.index = RBULL_INDEX_ANY;	\
		return value;				\
	}()
#else
#define RBULL_INIT(type) \
	{ .call = { .size = sizeof(struct type), .index = RBULL_INDEX_ANY } }
#endif

struct rbull;

/**
 * rbull_new() - allocate a handle; it opens the control device at the first call
 *
 * Return: the handle, or NULL if there is no memory.
 */
struct rbull *rbull_new(void);

/**
 * rbull_free() - free a handle and close the control device
 * @rbull: the handle, or NULL
 *
 * This removes the disks that were added with RBULL_DISK_TEMPORARY.
 */
void rbull_free(struct rbull *rbull);

/**
 * rbull_version() - get the version of the library
 *
 * Return: a static string such as "0.1.0". The module may have another version.
 */
const char *rbull_version(void);

/**
 * rbull_message() - get the reason why the last failed call has failed
 * @rbull: the handle; NULL if rbull_new() has failed
 *
 * Return: a line without line feed, valid until the next call with this handle.
 */
const char *rbull_message(const struct rbull *rbull);

/**
 * rbull_find() - look up a disk
 * @rbull: the handle
 * @disk: such as "/dev/rbull0", "rbull0" or "0", the name of the disk, or the path
 *	of a link to its device
 *
 * Return: the number of the disk; -ENODEV if there is no such disk, -ENXIO if
 * @disk is something else, or another negative errno.
 */
int rbull_find(struct rbull *rbull, const char *disk);

/**
 * rbull_disk_add() - add a disk
 * @rbull: the handle
 * @add: description of the disk, initialized with RBULL_INIT(); @add->call receives
 *	its number and name
 *
 * When this returns, the disk and its device in /dev are complete. To wait for the
 * links that udev makes, call rbull_disk_settle().
 *
 * Return: the number of the disk, or a negative errno.
 */
int rbull_disk_add(struct rbull *rbull, struct rbull_add *add);

/**
 * rbull_disk_settle() - wait until udev has processed a new disk
 * @rbull: the handle
 * @index: number of the disk
 * @timeout_ms: longest time to wait, milliseconds
 *
 * After that its links exist, such as those in /dev/disk/by-id. Returns at once if
 * udev does not run.
 *
 * Return: 0; -ETIMEDOUT; -ENODEV if there is no such disk.
 */
int rbull_disk_settle(struct rbull *rbull, int index, unsigned int timeout_ms);

/**
 * rbull_disk_sync() - write all dirty data of a disk back to the disk
 * @rbull: the handle
 * @index: number of the disk
 *
 * Syncs the file systems on the disk, on its partitions and on block devices made
 * of them, in whatever mount namespace they are mounted, and then the page caches
 * of all these block devices.
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_sync(struct rbull *rbull, int index);

/**
 * rbull_disk_users() - check whether a disk is in use
 * @rbull: the handle
 * @index: number of the disk
 *
 * Users are mounts, swap, block devices made of the disk (device mapper, RAID,
 * loop), exports, and openers. Waits for udev, which opens each disk for a moment
 * when it is new or has changed. The message names the users, except for those
 * that cannot be seen from here, as in another PID namespace.
 *
 * Return: 0 if the disk is not in use, -EBUSY if it is, or another negative errno.
 */
int rbull_disk_users(struct rbull *rbull, int index);

/* For rbull_disk_end_users(): file systems mounted in this mount namespace. */
#define RBULL_EXCEPT_MOUNTS	1

/* Block devices made of the disk or the partition, but not their users. */
#define RBULL_EXCEPT_STACKED	2

/* These block devices and their users. */
#define RBULL_EXCEPT_ABOVE	4

/**
 * rbull_disk_end_users() - check whether the end of a disk is in use
 * @rbull: the handle
 * @index: number of the disk
 * @partition: number of the last partition; 0: there is none. Users of the whole
 *	disk and of this partition count, users of other partitions do not
 * @except: RBULL_EXCEPT_*: users that do not count either
 *
 * Like rbull_disk_users(), for callers that resize a disk and what is on it.
 *
 * Return: 0 if there are no such users, -EBUSY if there are, or another negative
 * errno.
 */
int rbull_disk_end_users(struct rbull *rbull, int index, int partition,
			 unsigned int except);

/**
 * rbull_disk_remove() - remove a disk and its snapshots
 * @rbull: the handle
 * @index: number of the disk
 * @flags: 0, or RBULL_FORCE: even if it is open
 *
 * udev opens disks for a moment when they have changed. So this function retries
 * for a second if the disk is open, and for ten seconds if only udev has it open.
 * The same applies to all functions that can fail with -EBUSY; the message then
 * names the users.
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_remove(struct rbull *rbull, int index, unsigned int flags);

/**
 * rbull_disk_resize() - change the size of a disk, in use or not
 * @rbull: the handle
 * @index: number of the disk
 * @size: the new size, bytes, a multiple of the logical block size
 * @quiesced_ns: receives how long I/O was held up, nanoseconds; or NULL
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_resize(struct rbull *rbull, int index, uint64_t size,
		      uint64_t *quiesced_ns);

/**
 * rbull_disk_reset() - reset a disk to all zeroes, and free its memory
 * @rbull: the handle
 * @index: number of the disk
 * @flags: 0, or RBULL_FORCE: even if it is open for writing
 * @quiesced_ns: receives how long I/O was held up, nanoseconds; or NULL
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_reset(struct rbull *rbull, int index, unsigned int flags,
		     uint64_t *quiesced_ns);

/**
 * rbull_disk_info() - describe a disk
 * @rbull: the handle
 * @index: number of the disk
 * @info: receives the description; initialized with RBULL_INIT()
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_info(struct rbull *rbull, int index, struct rbull_info *info);

/**
 * rbull_disk_list() - list the disks
 * @rbull: the handle
 * @indices: receives the address of an array of their numbers in ascending order,
 *	which the caller must free(); or NULL
 * @sums: receives the memory of all disks together and its limit; initialized with
 *	RBULL_INIT(); or NULL
 *
 * Return: number of disks, or a negative errno.
 */
int rbull_disk_list(struct rbull *rbull, int **indices,
		    struct rbull_list *sums);

/**
 * rbull_disk_extent() - find allocated RAM of a disk
 * @rbull: the handle
 * @index: number of the disk
 * @pos: where to start, bytes
 * @start: receives the start of the first allocated range at or after @pos, bytes;
 *	the size of the disk if there is none
 * @length: receives the length of the range, bytes; 0 if there is none
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_extent(struct rbull *rbull, int index, uint64_t pos,
		      uint64_t *start, uint64_t *length);

/**
 * rbull_snapshot_create() - take a snapshot of a disk
 * @rbull: the handle
 * @index: number of the disk
 * @snapshot: name for the snapshot
 * @quiesced_ns: receives how long a write may have been held up, nanoseconds; or
 *	NULL
 *
 * Return: 0 or a negative errno.
 */
int rbull_snapshot_create(struct rbull *rbull, int index, const char *snapshot,
			  uint64_t *quiesced_ns);

/**
 * rbull_snapshot_rewind() - restore the contents and the size of a snapshot
 * @rbull: the handle
 * @index: number of the disk
 * @snapshot: name of the snapshot
 * @flags: 0, or RBULL_FORCE: even if the disk is open for writing
 * @quiesced_ns: receives how long I/O was held up, nanoseconds; or NULL
 *
 * Return: 0 or a negative errno.
 */
int rbull_snapshot_rewind(struct rbull *rbull, int index, const char *snapshot,
			  unsigned int flags, uint64_t *quiesced_ns);

/**
 * rbull_snapshot_remove() - remove a snapshot, and free the RAM that only it uses
 * @rbull: the handle
 * @index: number of the disk
 * @snapshot: name of the snapshot
 *
 * Return: 0 or a negative errno.
 */
int rbull_snapshot_remove(struct rbull *rbull, int index, const char *snapshot);

/**
 * rbull_snapshot_list() - list the snapshots of a disk
 * @rbull: the handle
 * @index: number of the disk
 * @entries: receives the address of an array of snapshots, oldest first, which the
 *	caller must free(); or NULL
 * @entry_size: sizeof(struct rbull_snapshot_entry)
 *
 * Return: number of snapshots, or a negative errno.
 */
int rbull_snapshot_list(struct rbull *rbull, int index,
			struct rbull_snapshot_entry **entries,
			size_t entry_size);

/**
 * rbull_attribute_get() - read a file below /sys/block/rbullN/rbull
 * @rbull: the handle
 * @index: number of the disk
 * @attribute: name of the file
 * @value: receives the contents, without a trailing line feed
 * @size: size of @value, bytes
 *
 * Return: 0 or a negative errno; -EOVERFLOW if @value is too small.
 */
int rbull_attribute_get(struct rbull *rbull, int index, const char *attribute,
			char *value, size_t size);

/**
 * rbull_attribute_set() - write a file below /sys/block/rbullN/rbull
 * @rbull: the handle
 * @index: number of the disk
 * @attribute: name of the file
 * @value: the new contents
 *
 * Return: 0 or a negative errno.
 */
int rbull_attribute_set(struct rbull *rbull, int index, const char *attribute,
			const char *value);

/**
 * struct rbull_stat - one statistic of a disk
 * @name: its name in /sys/block/rbullN/rbull/stats
 * @value: its value
 */
struct rbull_stat {
	char name[32];
	uint64_t value;
};

/**
 * rbull_stats_get() - get the statistics of a disk
 * @rbull: the handle
 * @index: number of the disk
 * @stats: receives the address of an array, which the caller must free()
 *
 * Return: number of elements, or a negative errno.
 */
int rbull_stats_get(struct rbull *rbull, int index, struct rbull_stat **stats);

#ifdef __cplusplus
}
#endif

#endif /* RBULL_H */
