/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_CONFIG_H
#define RBULL_CONFIG_H

#include <linux/types.h>
#include <linux/numa.h>
#include <linux/rbull.h>

struct rbull_reason;

/* Number of values of queue_mode: RBULL_QUEUE_MODE_* */
#define RBULL_QUEUE_MODE_NR	2

/**
 * struct rbull_config - the configuration of the module and of a disk
 * @nr_disks: number of disks to create at load time
 * @disk_mb: size of a disk created at load time, MiB
 * @disk_size: size of a disk, bytes
 * @queue_mode: interface to the block layer, RBULL_QUEUE_MODE_*
 * @logical_block_size: smallest unit of I/O, bytes, a power of two
 * @physical_block_size: preferred unit of writes, bytes, a power of two
 * @nr_hw_queues: hardware queues; 0: see rbull_config_hw_queues()
 * @poll_queues: hardware queues for polled I/O, in addition
 * @queue_depth: requests in flight per hardware queue
 * @max_segments: largest number of segments in a request
 * @max_segment_size: largest number of bytes in a segment
 * @nminors: minor numbers reserved for a disk and its first partitions; 0:
 *	none, use the major that all drivers share
 * @ro: 1: the disk is read-only
 * @discard: 1: discard and secure erase are offered
 * @write_zeroes: 1: write zeroes is offered
 * @rotational: 1: report a rotating disk
 * @numa_node: memory node to take pages from, %NUMA_NO_NODE for any
 * @populate: 1: allocate all memory when the disk is created
 * @mem_limit_mb: RAM for the contents of all disks, MiB; 0: half of RAM
 * @copy: how to copy data, enum rbull_copy_way
 * @mem_limit: RAM for the contents of one disk, bytes; 0: only the limit for
 *	all disks
 *
 * All members are s64 so that one table can describe, parse and check them.
 */
struct rbull_config {
	s64 nr_disks;
	s64 disk_mb;
	s64 disk_size;
	s64 logical_block_size;
	s64 physical_block_size;
	s64 queue_mode;
	s64 nr_hw_queues;
	s64 poll_queues;
	s64 queue_depth;
	s64 max_segments;
	s64 max_segment_size;
	s64 nminors;
	s64 ro;
	s64 discard;
	s64 write_zeroes;
	s64 rotational;
	s64 numa_node;
	s64 populate;
	s64 mem_limit_mb;
	s64 copy;
	s64 mem_limit;
};

#define RBULL_CONFIG_DEFAULT {				\
	.nr_disks = 1,					\
	.disk_mb = 128,					\
	.disk_size = 128 << 20,				\
	.logical_block_size = 512,			\
	.physical_block_size = 4096,			\
	.queue_depth = 128,				\
	.max_segments = 1024,				\
	.max_segment_size = 4194304,			\
	.discard = 1,					\
	.write_zeroes = 1,				\
	.numa_node = NUMA_NO_NODE,			\
}

/**
 * struct rbull_config_field - description of a member of struct rbull_config
 * @name: name of the member, as users write it
 * @offset: offset of the member in struct rbull_config
 * @min: smallest value allowed
 * @max: largest value allowed
 * @power_of_2: must be a power of two
 * @boolean: written as 0, 1, y, n, on, off
 * @choices: names of the values from 0 to @max, or NULL for a number
 * @has: returns whether a value is supported on this machine; NULL: all are
 * @note: reason for @max, in parentheses, or NULL
 */
struct rbull_config_field {
	const char *name;
	size_t offset;
	s64 min;
	s64 max;
	bool power_of_2;
	bool boolean;
	const char *const *choices;
	bool (*has)(s64 value);
	const char *note;
};

const struct rbull_config_field *rbull_config_find(const char *name);
s64 *rbull_config_value(struct rbull_config *config,
			const struct rbull_config_field *field);
int rbull_config_parse(struct rbull_config *config,
		       const struct rbull_config_field *field,
		       const char *text);
int rbull_config_format(char *buffer, size_t size, struct rbull_config *config,
			const struct rbull_config_field *field);
int rbull_config_refuse(const struct rbull_config_field *field,
			const char *text, struct rbull_reason *reason);
int rbull_config_judge(const char *name, const char *text, s64 *value,
		       struct rbull_reason *reason);
int rbull_config_validate(struct rbull_config *config,
			  struct rbull_reason *reason);
unsigned int rbull_config_hw_queues(const struct rbull_config *config,
				    size_t request_size);

#endif /* RBULL_CONFIG_H */
