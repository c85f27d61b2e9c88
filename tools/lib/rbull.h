/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * librbull: disks in RAM, from C. A thin layer over the ioctls of
 * /dev/rbull-control, whose structures are those of <linux/rbull.h>.
 *
 * A handle is used by one thread at a time; several handles do not disturb each
 * other. Functions that can fail return 0, or a number that is not negative, or
 * a negative errno; then rbull_message() says why in words, often the kernel's.
 * CAP_SYS_ADMIN is needed for all but rbull_new(), rbull_free() and what reads
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

/* What a structure of the ABI begins with: its size, and no disk in particular. */
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
 * rbull_new() - make a handle, which opens the control device when it needs it
 *
 * Return: the handle, or NULL if there is no memory.
 */
struct rbull *rbull_new(void);

/**
 * rbull_free() - give a handle back, close the control device
 * @rbull: the handle, or NULL
 *
 * Disks that were added with RBULL_DISK_TEMPORARY go with it.
 */
void rbull_free(struct rbull *rbull);

/**
 * rbull_version() - which version of the library this is
 *
 * Return: as in "0.1.0", for ever. The kernel module may be of another one.
 */
const char *rbull_version(void);

/**
 * rbull_message() - why the last call that failed did so
 * @rbull: the handle; NULL stands for one that rbull_new() could not make
 *
 * Return: a line without line feed, good until the next call with this handle.
 */
const char *rbull_message(const struct rbull *rbull);

/**
 * rbull_find() - which disk is meant
 * @rbull: the handle
 * @disk: as in "/dev/rbull0", "rbull0", "0", the disk's name, or the path of a
 *	link to its device
 *
 * Return: the number of the disk; -ENODEV if there is no such disk, -ENXIO if
 * there is something else of that name, or another negative errno.
 */
int rbull_find(struct rbull *rbull, const char *disk);

/**
 * rbull_disk_add() - make a disk
 * @rbull: the handle
 * @add: what it shall be like, begun with RBULL_INIT(); its number and name are
 *	given back in @add->call
 *
 * The disk and its device in /dev are there when this returns, and are whole. For
 * what udev makes of it there is rbull_disk_settle().
 *
 * Return: the number of the disk, or a negative errno.
 */
int rbull_disk_add(struct rbull *rbull, struct rbull_add *add);

/**
 * rbull_disk_settle() - wait until udev has dealt with a new disk
 * @rbull: the handle
 * @index: number of the disk
 * @timeout_ms: wait no longer, milliseconds
 *
 * Then its links are there, as those in /dev/disk/by-id. Where udev does not run,
 * there is nothing to wait for.
 *
 * Return: 0; -ETIMEDOUT; -ENODEV if there is no such disk.
 */
int rbull_disk_settle(struct rbull *rbull, int index, unsigned int timeout_ms);

/**
 * rbull_disk_sync() - have all that was written to a disk on the disk
 * @rbull: the handle
 * @index: number of the disk
 *
 * That is what file systems have not written yet, wherever they are mounted, in
 * this mount namespace or in another one, on the disk, on its partitions or on
 * what is made of them; and the caches of all these block devices.
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_sync(struct rbull *rbull, int index);

/**
 * rbull_disk_users() - is somebody using a disk?
 * @rbull: the handle
 * @index: number of the disk
 *
 * Somebody who has it mounted, swaps to it, has made another block device of it
 * (device mapper, RAID, loop), exports it, or has it open. udev, which looks at
 * each disk that is new or has changed, is waited for. The message cannot name those
 * who cannot be seen from here, as in another PID namespace.
 *
 * Return: 0 if nobody was found, -EBUSY if the message says who, or another
 * negative errno.
 */
int rbull_disk_users(struct rbull *rbull, int index);

/* For rbull_disk_end_users(): file systems that are mounted in this mount namespace. */
#define RBULL_EXCEPT_MOUNTS	1

/* Block devices that are made of the disk or of the partition; their users count. */
#define RBULL_EXCEPT_STACKED	2

/* These block devices and all who use them. */
#define RBULL_EXCEPT_ABOVE	4

/**
 * rbull_disk_end_users() - is somebody using the end of a disk?
 * @rbull: the handle
 * @index: number of the disk
 * @partition: number of its last partition, whose users count as those of the whole
 *	disk do; users of other partitions do not. 0: there is none
 * @except: RBULL_EXCEPT_*: users that do not count either
 *
 * As rbull_disk_users(), for those who are about to resize a disk and what is on it.
 *
 * Return: 0 if nobody was found, -EBUSY if the message says who, or another
 * negative errno.
 */
int rbull_disk_end_users(struct rbull *rbull, int index, int partition,
			 unsigned int except);

/**
 * rbull_disk_remove() - remove a disk and its snapshots
 * @rbull: the handle
 * @index: number of the disk
 * @flags: 0, or RBULL_FORCE: although it is open
 *
 * udev opens disks for a moment when they have changed. So a disk that is open
 * is tried again for a second, or ten while nobody but udev has it, before it is
 * refused. The same holds for all functions here that can fail with -EBUSY; the
 * message names who has it.
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_remove(struct rbull *rbull, int index, unsigned int flags);

/**
 * rbull_disk_resize() - change the size of a disk, in use or not
 * @rbull: the handle
 * @index: number of the disk
 * @size: the new size, bytes, a multiple of the logical block size
 * @quiesced_ns: where to put how long I/O had to wait, nanoseconds; or NULL
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_resize(struct rbull *rbull, int index, uint64_t size,
		      uint64_t *quiesced_ns);

/**
 * rbull_disk_reset() - make a disk all zeroes, and free its memory
 * @rbull: the handle
 * @index: number of the disk
 * @flags: 0, or RBULL_FORCE: although it is open for writing
 * @quiesced_ns: where to put how long I/O had to wait, nanoseconds; or NULL
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_reset(struct rbull *rbull, int index, unsigned int flags,
		     uint64_t *quiesced_ns);

/**
 * rbull_disk_info() - what a disk is like
 * @rbull: the handle
 * @index: number of the disk
 * @info: where to put it, begun with RBULL_INIT()
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_info(struct rbull *rbull, int index, struct rbull_info *info);

/**
 * rbull_disk_list() - which disks there are
 * @rbull: the handle
 * @indices: where to put the address of their numbers in ascending order, to be
 *	given back with free(); or NULL
 * @sums: where to put the memory that all disks take together and may take,
 *	begun with RBULL_INIT(); or NULL
 *
 * Return: how many there are, or a negative errno.
 */
int rbull_disk_list(struct rbull *rbull, int **indices,
		    struct rbull_list *sums);

/**
 * rbull_disk_extent() - where a disk has data
 * @rbull: the handle
 * @index: number of the disk
 * @pos: where to start looking, bytes
 * @start: where to put the start of the first stretch of RAM at or after @pos,
 *	bytes; the size of the disk if there is none
 * @length: where to put how long it is, bytes; 0 if there is none
 *
 * Return: 0 or a negative errno.
 */
int rbull_disk_extent(struct rbull *rbull, int index, uint64_t pos,
		      uint64_t *start, uint64_t *length);

/**
 * rbull_snapshot_create() - keep what a disk contains now
 * @rbull: the handle
 * @index: number of the disk
 * @snapshot: name for it
 * @quiesced_ns: where to put how long a write could have had to wait,
 *	nanoseconds; or NULL
 *
 * Return: 0 or a negative errno.
 */
int rbull_snapshot_create(struct rbull *rbull, int index, const char *snapshot,
			  uint64_t *quiesced_ns);

/**
 * rbull_snapshot_rewind() - give a disk the contents and size of a snapshot
 * @rbull: the handle
 * @index: number of the disk
 * @snapshot: its name
 * @flags: 0, or RBULL_FORCE: although the disk is open for writing
 * @quiesced_ns: where to put how long I/O had to wait, nanoseconds; or NULL
 *
 * Return: 0 or a negative errno.
 */
int rbull_snapshot_rewind(struct rbull *rbull, int index, const char *snapshot,
			  unsigned int flags, uint64_t *quiesced_ns);

/**
 * rbull_snapshot_remove() - remove a snapshot, free what only it has kept
 * @rbull: the handle
 * @index: number of the disk
 * @snapshot: its name
 *
 * Return: 0 or a negative errno.
 */
int rbull_snapshot_remove(struct rbull *rbull, int index, const char *snapshot);

/**
 * rbull_snapshot_list() - which snapshots a disk has
 * @rbull: the handle
 * @index: number of the disk
 * @entries: where to put the address of an array, oldest first, to be given back
 *	with free(); or NULL
 * @entry_size: sizeof(struct rbull_snapshot_entry)
 *
 * Return: how many there are, or a negative errno.
 */
int rbull_snapshot_list(struct rbull *rbull, int index,
			struct rbull_snapshot_entry **entries,
			size_t entry_size);

/**
 * rbull_attribute_get() - read a file below /sys/block/rbullN/rbull
 * @rbull: the handle
 * @index: number of the disk
 * @attribute: name of the file
 * @value: where to put its contents, without the line feed at the end
 * @size: how much space there is at @value, bytes
 *
 * Return: 0 or a negative errno; -EOVERFLOW if there is not enough space.
 */
int rbull_attribute_get(struct rbull *rbull, int index, const char *attribute,
			char *value, size_t size);

/**
 * rbull_attribute_set() - write a file below /sys/block/rbullN/rbull
 * @rbull: the handle
 * @index: number of the disk
 * @attribute: name of the file
 * @value: what to write
 *
 * Return: 0 or a negative errno.
 */
int rbull_attribute_set(struct rbull *rbull, int index, const char *attribute,
			const char *value);

/**
 * struct rbull_stat - a line of a disk's statistics
 * @name: as in /sys/block/rbullN/rbull/stats
 * @value: the number beside it
 */
struct rbull_stat {
	char name[32];
	uint64_t value;
};

/**
 * rbull_stats_get() - the statistics of a disk
 * @rbull: the handle
 * @index: number of the disk
 * @stats: where to put the address of an array, to be given back with free()
 *
 * Return: how many elements it has, or a negative errno.
 */
int rbull_stats_get(struct rbull *rbull, int index, struct rbull_stat **stats);

#ifdef __cplusplus
}
#endif

#endif /* RBULL_H */
