/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an image says of the disk that it was saved from, besides its contents: words
 * as logical_block_size=4096, behind the checksum in FILE.rbullsum and, in a qcow2
 * file, in an extension of its header.
 */
#ifndef RBULLCTL_SHAPE_H
#define RBULLCTL_SHAPE_H

#include <stdbool.h>

#include <rbull.h>

/* Space for all words, with the zero byte. */
#define SHAPE_TEXT	192

/**
 * struct shape - what a disk was like
 * @logical_block_size: bytes; 0: not known, nor is the rest
 * @physical_block_size: bytes
 * @ro: it was read-only
 * @name: its name; may be empty
 */
struct shape {
	uint32_t logical_block_size;
	uint32_t physical_block_size;
	bool ro;
	char name[RBULL_NAME_SIZE];
};

/**
 * shape_of() - what a disk is like
 * @shape: where to put it
 * @info: the disk
 */
void shape_of(struct shape *shape, const struct rbull_info *info);

/**
 * shape_format() - write it in words
 * @shape: what the disk is like
 * @text: where to put them; empty if nothing is known
 *
 * Return: @text.
 */
const char *shape_format(const struct shape *shape, char text[SHAPE_TEXT]);

/**
 * shape_parse() - read it
 * @shape: where to put it
 * @text: the words; what is not understood is left out
 */
void shape_parse(struct shape *shape, const char *text);

/**
 * shape_apply() - let a disk be as the one that was saved
 * @shape: what that was like
 * @add: what is wanted; what was asked for already stays
 * @ro_given: that includes whether it is read-only
 */
void shape_apply(const struct shape *shape, struct rbull_add *add, bool ro_given);

/**
 * shape_find_table() - for which block size is the partition table made?
 * @fd: the disk, opened with O_DIRECT
 *
 * Return: 512 or 4096, bytes; 0 if there is no GUID partition table.
 */
uint32_t shape_find_table(int fd);

#endif /* RBULLCTL_SHAPE_H */
