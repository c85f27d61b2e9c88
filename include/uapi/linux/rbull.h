/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * rbull: block devices in RAM. What programs may rely on.
 *
 * Disks are /dev/rbull0, /dev/rbull1, ... They come, change and go by ioctls on
 * /dev/rbull-control, for which CAP_SYS_ADMIN is needed. What can change on a
 * disk otherwise is an attribute below /sys/block/rbullN/rbull/.
 *
 * Every ioctl takes the address of a structure that begins with struct
 * rbull_call, whose first member says how long the program thinks the structure
 * is. Structures grow at their end only, and zero always means what was meant
 * before a member was known. So a program may be older than the kernel, and may
 * be newer as long as it does not use what the kernel does not know: then it
 * gets E2BIG. Members that are not used yet must be zero. The layout is the same
 * for 32-bit programs.
 */
#ifndef _UAPI_LINUX_RBULL_H
#define _UAPI_LINUX_RBULL_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Disks are /dev/rbull0, /dev/rbull1, ...; also the name in /proc/devices. */
#define RBULL_NAME			"rbull"

/* The control device, /dev/rbull-control. */
#define RBULL_CONTROL_NAME		"rbull-control"

/* The most disks one machine may have. */
#define RBULL_MAX_DISKS			4096

/* The smallest logical and physical block size, in bytes. */
#define RBULL_MIN_BLOCK_SIZE		512

/* The largest physical block size, in bytes. */
#define RBULL_MAX_PHYSICAL_BLOCK_SIZE	(1U << 20)

/* The most minor numbers one disk may set aside for partitions. */
#define RBULL_MAX_MINORS		256

/* The largest request a disk takes at once, in bytes. */
#define RBULL_MAX_REQUEST_SIZE		(4U << 20)

/*
 * Space for the name of a disk or of a snapshot, with the zero byte at its end.
 * Names are made of letters, digits, '.', '_' and '-', begin with a letter, a
 * digit or '_', and are no disk's number or device: neither "7" nor "rbull7".
 */
#define RBULL_NAME_SIZE			32

/*
 * Space for the serial number of a disk, with the zero byte at its end. Serial
 * numbers are made of letters, digits, '.', '_' and '-', and begin with a letter,
 * a digit or '_'. Disks may have the same.
 */
#define RBULL_SERIAL_SIZE		64

/* The most snapshots one disk may have. */
#define RBULL_MAX_SNAPSHOTS		1024

/* Longer messages than this, zero byte included, are never given. */
#define RBULL_MESSAGE_SIZE		256

/* In struct rbull_call: any number (add), or the disk of that name (others). */
#define RBULL_INDEX_ANY			(-1)

/* In struct rbull_call, flags: do it although the disk is in use. */
#define RBULL_FORCE			(1U << 0)

/**
 * struct rbull_call - how each structure begins
 * @size: size of the whole structure, bytes
 * @index: number of the disk, 0 to %RBULL_MAX_DISKS - 1, or %RBULL_INDEX_ANY;
 *	given back
 * @flags: %RBULL_FORCE where it is allowed, else 0
 * @message_size: how much space there is at @message, bytes; 0: none
 * @message: address of a buffer; when the call fails, it takes a line of text
 *	without line feed that tells why, ended by a zero byte and cut off if it
 *	is too long; when the call succeeds, it is left alone
 * @name: name of the disk, ended by a zero byte; may be empty. add: name it so.
 *	Others: which disk is meant, if @index is %RBULL_INDEX_ANY; else ignored.
 *	Given back by add, info and where the disk was meant by name.
 */
struct rbull_call {
	__u32 size;
	__s32 index;
	__u32 flags;
	__u32 message_size;
	__aligned_u64 message;
	char name[RBULL_NAME_SIZE];
};

/* How I/O comes in: as requests, from blk-mq, or as bios. */
#define RBULL_QUEUE_MODE_MQ		0
#define RBULL_QUEUE_MODE_BIO		1

/* What a disk is like: disk_flags. */
#define RBULL_DISK_RO			(1U << 0)	/* cannot be written */
#define RBULL_DISK_NO_DISCARD		(1U << 1)	/* nor secure erase */
#define RBULL_DISK_ROTATIONAL		(1U << 2)	/* claims to spin */
#define RBULL_DISK_POPULATE		(1U << 3)	/* takes all RAM at once; not for clones */
#define RBULL_DISK_NUMA_NODE		(1U << 4)	/* numa_node is given */
/*
 * Removed, open or not, when the file of the control device with which it was
 * added is closed. The kernel closes it when the program ends in any way, so
 * what a program needs only for itself is not left behind.
 */
#define RBULL_DISK_TEMPORARY		(1U << 5)
#define RBULL_DISK_NO_WRITE_ZEROES	(1U << 6)	/* zeroes are written as data */

/**
 * struct rbull_add - make a disk
 * @call: index and name: which to give it
 * @disk_size: bytes, a multiple of the logical block size; 0: 128 MiB, or with
 *	@source the size of that
 * @disk_flags: RBULL_DISK_*
 * @logical_block_size: bytes, a power of two, 512 to page size; 0: 512
 * @physical_block_size: bytes, a power of two, logical block size to 1 MiB; 0:
 *	4096
 * @queue_mode: %RBULL_QUEUE_MODE_MQ or %RBULL_QUEUE_MODE_BIO
 * @nr_hw_queues: hardware queues, 1 to the number of CPUs; 0: one per CPU, within
 *	reason
 * @poll_queues: hardware queues for polled I/O, in addition, 0 to the number of
 *	CPUs; only with %RBULL_QUEUE_MODE_MQ
 * @queue_depth: requests in flight per hardware queue, 1 to 10240; 0: 128
 * @max_segments: most segments in a request, 1 to 65535; 0: 1024
 * @max_segment_size: most bytes in a segment, page size to 4294967295; 0: 4 MiB
 * @nminors: minor numbers set aside, 1 to what the module parameter nminors says,
 *	or to 16 if that is 0; 0: as many as that
 * @numa_node: memory node to take RAM from, if %RBULL_DISK_NUMA_NODE is set
 * @mem_limit: RAM that the contents may take, bytes; 0: as much as all disks may
 *	together. Must be 0 with @source: a clone shares the limit of its source,
 *	as it shares the RAM
 * @source: number of the disk to begin as a clone of, if %RBULL_SOURCE_DISK is set
 * @source_flags: %RBULL_SOURCE_DISK, or 0: the disk begins with zeroes
 * @source_snapshot: name of the snapshot of @source to begin with, ended by a
 *	zero byte; empty: what @source contains now
 * @serial: serial number, ended by a zero byte; empty: none. A clone does not
 *	have that of its source
 *
 * The disk is visible when it is whole and not before. With a source, @disk_size
 * must be 0 or the size of what it begins with, and members that are 0 are as
 * they are for the source, but for @disk_flags and @queue_mode.
 */
struct rbull_add {
	struct rbull_call call;
	__aligned_u64 disk_size;
	__u32 disk_flags;
	__u32 logical_block_size;
	__u32 physical_block_size;
	__u32 queue_mode;
	__u32 nr_hw_queues;
	__u32 poll_queues;
	__u32 queue_depth;
	__u32 max_segments;
	__u32 max_segment_size;
	__u32 nminors;
	__s32 numa_node;
	__u32 source_flags;
	__aligned_u64 mem_limit;
	__s32 source;
	__u32 reserved;
	char source_snapshot[RBULL_NAME_SIZE];
	char serial[RBULL_SERIAL_SIZE];
};

/* In struct rbull_add, source_flags: begin as a clone. */
#define RBULL_SOURCE_DISK		(1U << 0)

/**
 * struct rbull_remove - remove a disk
 * @call: index or name: which; flags: %RBULL_FORCE: although it is open
 *
 * Without %RBULL_FORCE a disk that is open is not removed: EBUSY. With it, I/O
 * fails from now on, and the memory is freed when the last one closes it.
 */
struct rbull_remove {
	struct rbull_call call;
};

/**
 * struct rbull_resize - change the size of a disk, in use or not
 * @call: index or name: which
 * @disk_size: the new size, bytes, a multiple of the logical block size
 * @quiesced_ns: given back: how long I/O had to wait, nanoseconds
 *
 * What is cut off is freed; if the disk grows later, it reads as zeroes. If I/O
 * that is under way does not end within a minute, the disk stays as it is: EBUSY.
 */
struct rbull_resize {
	struct rbull_call call;
	__aligned_u64 disk_size;
	__aligned_u64 quiesced_ns;
};

/**
 * struct rbull_reset - make a disk all zeroes, and free its memory
 * @call: index or name: which; flags: %RBULL_FORCE: although it is open for
 *	writing
 * @quiesced_ns: given back: how long I/O had to wait, nanoseconds
 *
 * The snapshots stay. If I/O that is under way does not end within a minute, the
 * disk stays as it is: EBUSY. With %RBULL_FORCE, what is in caches is written
 * before, which takes as long as it takes.
 */
struct rbull_reset {
	struct rbull_call call;
	__aligned_u64 quiesced_ns;
};

/**
 * struct rbull_info - what a disk is like
 * @call: index or name: which; both are given back
 * @disk_size: bytes
 * @disk_flags: RBULL_DISK_*
 * @logical_block_size: bytes
 * @physical_block_size: bytes
 * @queue_mode: %RBULL_QUEUE_MODE_MQ or %RBULL_QUEUE_MODE_BIO
 * @nr_hw_queues: hardware queues, those for polling not counted; 0 with
 *	%RBULL_QUEUE_MODE_BIO
 * @poll_queues: hardware queues for polled I/O
 * @queue_depth: requests in flight per hardware queue
 * @max_segments: most segments in a request
 * @max_segment_size: most bytes in a segment
 * @nminors: minor numbers set aside; 0: none, it has those that all drivers share
 * @numa_node: memory node that RAM is taken from, if %RBULL_DISK_NUMA_NODE is set
 * @mem_limit: RAM that the contents may take, bytes; 0: as much as all disks may
 * @mem_used: RAM that the contents take, with those of snapshots and of disks
 *	that were cloned from each other, bytes
 * @opens: by how many it is open now
 * @nr_snapshots: how many snapshots it has
 * @major: major number of the device
 * @minor: minor number of the device
 * @serial: serial number, ended by a zero byte; empty: none
 *
 * All members but @call are given back.
 */
struct rbull_info {
	struct rbull_call call;
	__aligned_u64 disk_size;
	__u32 disk_flags;
	__u32 logical_block_size;
	__u32 physical_block_size;
	__u32 queue_mode;
	__u32 nr_hw_queues;
	__u32 poll_queues;
	__u32 queue_depth;
	__u32 max_segments;
	__u32 max_segment_size;
	__u32 nminors;
	__s32 numa_node;
	__u32 opens;
	__aligned_u64 mem_limit;
	__aligned_u64 mem_used;
	__u32 nr_snapshots;
	__u32 major;
	__u32 minor;
	__u32 reserved;
	char serial[RBULL_SERIAL_SIZE];
};

/**
 * struct rbull_list - which disks there are
 * @call: index: RBULL_INDEX_ANY
 * @indices: address of an array of __s32, which takes the numbers of the disks
 *	in ascending order; as many as there is space for
 * @nr: how many elements the array has; how many disks there are is given back
 * @reserved: 0
 * @mem_used: given back: RAM that the contents of all disks take, bytes
 * @mem_limit: given back: RAM that they may take, bytes
 */
struct rbull_list {
	struct rbull_call call;
	__aligned_u64 indices;
	__u32 nr;
	__u32 reserved;
	__aligned_u64 mem_used;
	__aligned_u64 mem_limit;
};

/**
 * struct rbull_snapshot - a snapshot: create, rewind to, remove
 * @call: index or name: of which disk; flags, to rewind: %RBULL_FORCE: although
 *	the disk is open for writing, or mounted
 * @snapshot: name of the snapshot, ended by a zero byte
 * @quiesced_ns: given back: how long I/O had to wait, nanoseconds; to create:
 *	how long a write could have had to wait
 *
 * To rewind gives the disk the contents and the size that it had when the
 * snapshot was created. The snapshot stays, and so do all others.
 */
struct rbull_snapshot {
	struct rbull_call call;
	char snapshot[RBULL_NAME_SIZE];
	__aligned_u64 quiesced_ns;
};

/**
 * struct rbull_snapshot_entry - a snapshot in a list
 * @snapshot: its name, ended by a zero byte
 * @disk_size: size of the disk then, bytes
 * @created: when it was made: nanoseconds since 1970 UTC
 */
struct rbull_snapshot_entry {
	char snapshot[RBULL_NAME_SIZE];
	__aligned_u64 disk_size;
	__aligned_u64 created;
};

/**
 * struct rbull_snapshot_list - which snapshots a disk has
 * @call: index or name: of which disk
 * @entries: address of an array of struct rbull_snapshot_entry, which takes the
 *	snapshots, oldest first; as many as there is space for
 * @nr: how many elements the array has; how many snapshots there are is given
 *	back
 * @entry_size: size of an element, bytes
 */
struct rbull_snapshot_list {
	struct rbull_call call;
	__aligned_u64 entries;
	__u32 nr;
	__u32 entry_size;
};

/**
 * struct rbull_extent - where a disk has data
 * @call: index or name: which
 * @pos: where to start looking, bytes
 * @start: given back: start of the first stretch of RAM at or after @pos, bytes;
 *	the size of the disk if there is none
 * @length: given back: how long it is, bytes; 0 if there is none
 *
 * Outside these stretches all is zeroes. They are whole pages, but do not reach
 * beyond the end of the disk.
 */
struct rbull_extent {
	struct rbull_call call;
	__aligned_u64 pos;
	__aligned_u64 start;
	__aligned_u64 length;
};

/* How long the structures were at first, bytes; shorter ones are refused. */
#define RBULL_CALL_SIZE_VER0		56
#define RBULL_ADD_SIZE_VER0		160
#define RBULL_REMOVE_SIZE_VER0		56
#define RBULL_RESIZE_SIZE_VER0		72
#define RBULL_RESET_SIZE_VER0		64
#define RBULL_INFO_SIZE_VER0		144
#define RBULL_LIST_SIZE_VER0		88
#define RBULL_SNAPSHOT_SIZE_VER0	96
#define RBULL_SNAPSHOT_ENTRY_SIZE_VER0	48
#define RBULL_SNAPSHOT_LIST_SIZE_VER0	72
#define RBULL_EXTENT_SIZE_VER0		80

/* With the serial number. */
#define RBULL_ADD_SIZE_VER1		224
#define RBULL_INFO_SIZE_VER1		208

/*
 * The ioctls. Their numbers do not contain the size of the structure, as it
 * may grow.
 */
#define RBULL_IOC_MAGIC			0xBB

#define RBULL_IOC_ADD			_IO(RBULL_IOC_MAGIC, 0x00)
#define RBULL_IOC_REMOVE		_IO(RBULL_IOC_MAGIC, 0x01)
#define RBULL_IOC_RESIZE		_IO(RBULL_IOC_MAGIC, 0x02)
#define RBULL_IOC_RESET			_IO(RBULL_IOC_MAGIC, 0x03)
#define RBULL_IOC_INFO			_IO(RBULL_IOC_MAGIC, 0x04)
#define RBULL_IOC_LIST			_IO(RBULL_IOC_MAGIC, 0x05)
#define RBULL_IOC_SNAPSHOT_CREATE	_IO(RBULL_IOC_MAGIC, 0x06)
#define RBULL_IOC_SNAPSHOT_REWIND	_IO(RBULL_IOC_MAGIC, 0x07)
#define RBULL_IOC_SNAPSHOT_REMOVE	_IO(RBULL_IOC_MAGIC, 0x08)
#define RBULL_IOC_SNAPSHOT_LIST		_IO(RBULL_IOC_MAGIC, 0x09)
#define RBULL_IOC_EXTENT		_IO(RBULL_IOC_MAGIC, 0x0a)

#endif /* _UAPI_LINUX_RBULL_H */
