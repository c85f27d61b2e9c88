/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * rbull: block devices in RAM. The interface to programs.
 *
 * Disks are /dev/rbull0, /dev/rbull1, ... They are added, changed and removed
 * by ioctls on /dev/rbull-control, which need CAP_SYS_ADMIN. Other properties
 * of a disk that can change are attributes below /sys/block/rbullN/rbull/.
 *
 * Every ioctl takes the address of a structure that begins with struct
 * rbull_call. Its first member is the size of the structure as the program
 * knows it. Structures grow at their end only, and a new member that is zero
 * means the behaviour from before the member existed. So a program may be older
 * than the kernel. It may also be newer: it gets E2BIG only if it uses a member
 * that the kernel does not know. Members that are not used yet must be zero.
 * The layout is the same for 32-bit programs.
 */
#ifndef _UAPI_LINUX_RBULL_H
#define _UAPI_LINUX_RBULL_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Disks are /dev/rbull0, /dev/rbull1, ...; also the name in /proc/devices. */
#define RBULL_NAME			"rbull"

/* The control device, /dev/rbull-control. */
#define RBULL_CONTROL_NAME		"rbull-control"

/* Largest number of disks of a machine. */
#define RBULL_MAX_DISKS			4096

/* The smallest logical and physical block size, in bytes. */
#define RBULL_MIN_BLOCK_SIZE		512

/* The largest physical block size, in bytes. */
#define RBULL_MAX_PHYSICAL_BLOCK_SIZE	(1U << 20)

/* Largest number of minor numbers that a disk can reserve. */
#define RBULL_MAX_MINORS		256

/* The largest request that a disk accepts, in bytes. */
#define RBULL_MAX_REQUEST_SIZE		(4U << 20)

/*
 * Space for the name of a disk or of a snapshot, with its terminating zero
 * byte. Names consist of letters, digits, '.', '_' and '-', and start with a
 * letter, a digit or '_'. They must not look like a number or a device: neither
 * "7" nor "rbull7".
 */
#define RBULL_NAME_SIZE			32

/*
 * Space for the serial number of a disk, with its terminating zero byte. Serial
 * numbers consist of letters, digits, '.', '_' and '-', and start with a
 * letter, a digit or '_'. They need not be unique.
 */
#define RBULL_SERIAL_SIZE		64

/* Largest number of snapshots of a disk. */
#define RBULL_MAX_SNAPSHOTS		1024

/* Largest size of a message, with its terminating zero byte. */
#define RBULL_MESSAGE_SIZE		256

/* In struct rbull_call: any number (add), or look up by name (others). */
#define RBULL_INDEX_ANY			(-1)

/* In struct rbull_call, flags: do it even if the disk is in use. */
#define RBULL_FORCE			(1U << 0)

/**
 * struct rbull_call - common beginning of all structures
 * @size: size of the whole structure, bytes
 * @index: number of the disk, 0 to %RBULL_MAX_DISKS - 1, or %RBULL_INDEX_ANY;
 *	returned
 * @flags: %RBULL_FORCE where it is allowed, else 0
 * @message_size: size of the buffer at @message, bytes; 0: none
 * @message: address of a buffer. A call that fails writes the reason there: one
 *	line of text without line feed, zero-terminated, truncated if it is too
 *	long. A call that succeeds does not change it
 * @name: name of the disk, zero-terminated; may be empty. add: the name of the
 *	new disk. Others: the name to look up if @index is %RBULL_INDEX_ANY;
 *	else ignored. Returned by add, info and calls that look up the name
 */
struct rbull_call {
	__u32 size;
	__s32 index;
	__u32 flags;
	__u32 message_size;
	__aligned_u64 message;
	char name[RBULL_NAME_SIZE];
};

/* Interface to the block layer: requests of blk-mq, or bios. */
#define RBULL_QUEUE_MODE_MQ		0
#define RBULL_QUEUE_MODE_BIO		1

/* Properties of a disk: disk_flags. */
#define RBULL_DISK_RO			(1U << 0)	/* is read-only */
#define RBULL_DISK_NO_DISCARD		(1U << 1)	/* no secure erase either */
#define RBULL_DISK_ROTATIONAL		(1U << 2)	/* reports a rotating disk */
#define RBULL_DISK_POPULATE		(1U << 3)	/* allocates all its RAM; not for clones */
#define RBULL_DISK_NUMA_NODE		(1U << 4)	/* numa_node is set */
/*
 * The disk is removed, open or not, when the file descriptor of the control
 * device that added it is closed. The kernel closes it however the program
 * ends, so a program leaves none of these disks behind. If the I/O in flight
 * does not end within ten seconds, the disk is removed later.
 */
#define RBULL_DISK_TEMPORARY		(1U << 5)
#define RBULL_DISK_NO_WRITE_ZEROES	(1U << 6)	/* zeroes are written as data */

/**
 * struct rbull_add - add a disk
 * @call: index and name of the new disk
 * @disk_size: bytes, a multiple of the logical block size; 0: 128 MiB, or with
 *	a source, its size
 * @disk_flags: RBULL_DISK_*
 * @logical_block_size: bytes, a power of two, 512 to page size; 0: 512
 * @physical_block_size: bytes, a power of two, logical block size to 1 MiB; 0:
 *	4096
 * @queue_mode: %RBULL_QUEUE_MODE_MQ or %RBULL_QUEUE_MODE_BIO
 * @nr_hw_queues: hardware queues, 1 to the number of CPUs; 0: one per CPU, or
 *	fewer if their requests would take more than 2 MiB
 * @poll_queues: hardware queues for polled I/O, in addition, 0 to the number of
 *	CPUs; only with %RBULL_QUEUE_MODE_MQ
 * @queue_depth: requests in flight per hardware queue, 1 to 10240; 0: 128
 * @max_segments: largest number of segments in a request, 1 to 65535; 0: 1024
 * @max_segment_size: largest segment, bytes, page size to 4294967295; 0: 4 MiB
 * @nminors: minor numbers to reserve, 1 to the module parameter nminors, or to
 *	16 if the parameter is 0; 0: as the module parameter
 * @numa_node: memory node to take RAM from, if %RBULL_DISK_NUMA_NODE is set
 * @mem_limit: limit for the RAM of the contents, bytes; 0: only the limit for
 *	all disks together. Must be 0 with @source: a clone shares the RAM of
 *	its source, and therefore its limit
 * @source: number of the disk to clone, if %RBULL_SOURCE_DISK is set
 * @source_flags: %RBULL_SOURCE_DISK, or 0: the disk starts with zeroes
 * @source_snapshot: name of the snapshot of @source to clone, zero-terminated;
 *	empty: the present contents of @source
 * @serial: serial number, zero-terminated; empty: none. A clone does not get
 *	the serial number of its source
 *
 * The disk becomes visible only when it is complete. With a source, @disk_size
 * must be 0 or the size of the disk or snapshot that is cloned. Other members
 * that are 0 are taken from the source disk, except for @disk_flags,
 * @queue_mode and @serial.
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

/* In struct rbull_add, source_flags: make a clone. */
#define RBULL_SOURCE_DISK		(1U << 0)

/**
 * struct rbull_remove - remove a disk
 * @call: index or name; flags: %RBULL_FORCE: even if it is open
 *
 * Without %RBULL_FORCE the call fails with EBUSY if the disk is open. With it,
 * I/O fails from now on, and the memory is freed after the last close. If the
 * program is killed while it waits, the removal goes on; until it is done, calls
 * for the disk fail with ENODEV, and its number and name are taken.
 */
struct rbull_remove {
	struct rbull_call call;
};

/**
 * struct rbull_resize - change the size of a disk, in use or not
 * @call: index or name
 * @disk_size: the new size, bytes, a multiple of the logical block size
 * @quiesced_ns: returned: time that I/O was held up, nanoseconds
 *
 * Shrinking frees the part that is cut off; it reads as zeroes if the disk
 * grows again. If I/O does not end within a minute, the call fails with EBUSY
 * and the disk does not change. If the call fails while it shrinks the disk, or
 * the program is killed then, the disk keeps its size, but data beyond the new
 * end may be lost.
 */
struct rbull_resize {
	struct rbull_call call;
	__aligned_u64 disk_size;
	__aligned_u64 quiesced_ns;
};

/**
 * struct rbull_reset - reset a disk to all zeroes, and free its memory
 * @call: index or name; flags: %RBULL_FORCE: even if it is open for writing
 * @quiesced_ns: returned: time that I/O was held up, nanoseconds
 *
 * The snapshots stay. If the I/O in flight does not end within a minute, the
 * call fails with EBUSY and the disk does not change. With %RBULL_FORCE, dirty
 * caches are written back first, which may take any time.
 */
struct rbull_reset {
	struct rbull_call call;
	__aligned_u64 quiesced_ns;
};

/**
 * struct rbull_info - describe a disk
 * @call: index or name; both are returned
 * @disk_size: bytes
 * @disk_flags: RBULL_DISK_*
 * @logical_block_size: bytes
 * @physical_block_size: bytes
 * @queue_mode: %RBULL_QUEUE_MODE_MQ or %RBULL_QUEUE_MODE_BIO
 * @nr_hw_queues: hardware queues without those for polling; 0 with
 *	%RBULL_QUEUE_MODE_BIO
 * @poll_queues: hardware queues for polled I/O
 * @queue_depth: requests in flight per hardware queue
 * @max_segments: largest number of segments in a request
 * @max_segment_size: largest segment, bytes
 * @nminors: reserved minor numbers; 0: none, it uses the major that all drivers
 *	share
 * @numa_node: memory node that RAM is taken from, if %RBULL_DISK_NUMA_NODE is
 *	set
 * @mem_limit: limit for the RAM of the contents, bytes; 0: only the limit for
 *	all disks together
 * @mem_used: RAM of the contents, of the snapshots, and of all disks that were
 *	cloned from each other, bytes
 * @opens: number of openers
 * @nr_snapshots: number of snapshots
 * @major: major number of the device
 * @minor: minor number of the device
 * @serial: serial number, zero-terminated; empty: none
 *
 * All members after @call are returned.
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
 * struct rbull_list - list the disks
 * @call: index: RBULL_INDEX_ANY
 * @indices: address of an array of __s32. It receives as many numbers of disks
 *	as fit, in ascending order
 * @nr: number of elements of the array; returned: number of disks
 * @reserved: 0
 * @mem_used: returned: RAM of the contents of all disks, bytes
 * @mem_limit: returned: the limit for this, bytes
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
 * struct rbull_snapshot - create, rewind to, or remove a snapshot
 * @call: index or name of the disk; flags, to rewind: %RBULL_FORCE: even if the
 *	disk is open for writing, or mounted
 * @snapshot: name of the snapshot, zero-terminated
 * @quiesced_ns: returned: time that I/O was held up, nanoseconds; to create:
 *	the longest time that a write may have been held up
 *
 * Rewinding restores the contents and the size that the disk had when the
 * snapshot was created. All snapshots stay.
 */
struct rbull_snapshot {
	struct rbull_call call;
	char snapshot[RBULL_NAME_SIZE];
	__aligned_u64 quiesced_ns;
};

/**
 * struct rbull_snapshot_entry - a snapshot in a list
 * @snapshot: its name, zero-terminated
 * @disk_size: size of the disk at that time, bytes
 * @created: time of creation, nanoseconds since 1970 UTC
 */
struct rbull_snapshot_entry {
	char snapshot[RBULL_NAME_SIZE];
	__aligned_u64 disk_size;
	__aligned_u64 created;
};

/**
 * struct rbull_snapshot_list - list the snapshots of a disk
 * @call: index or name of the disk
 * @entries: address of an array of struct rbull_snapshot_entry. It receives as
 *	many snapshots as fit, oldest first
 * @nr: number of elements of the array; returned: number of snapshots
 * @entry_size: size of an element, bytes
 */
struct rbull_snapshot_list {
	struct rbull_call call;
	__aligned_u64 entries;
	__u32 nr;
	__u32 entry_size;
};

/**
 * struct rbull_extent - find allocated RAM of a disk
 * @call: index or name
 * @pos: where to start, bytes
 * @start: returned: start of the first allocated range at or after @pos, bytes;
 *	the size of the disk if there is none
 * @length: returned: length of the range, bytes; 0 if there is none
 *
 * Outside these ranges the disk is all zeroes. Ranges consist of whole pages,
 * but do not reach beyond the end of the disk.
 */
struct rbull_extent {
	struct rbull_call call;
	__aligned_u64 pos;
	__aligned_u64 start;
	__aligned_u64 length;
};

/* Sizes of the first versions, bytes; smaller structures are refused. */
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

/* Sizes since the serial number was added, bytes. */
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
