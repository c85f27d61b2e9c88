/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Properties of a disk that are saved with its image: words such as
 * logical_block_size=4096, after the checksum in FILE.rbullsum and, in a qcow2
 * file, in an extension of its header.
 */
#ifndef RBULLCTL_SHAPE_H
#define RBULLCTL_SHAPE_H

#include <stdbool.h>

#include <rbull.h>

/* Space for all words, with the zero byte. */
#define SHAPE_TEXT	192

/**
 * struct shape - properties of a disk
 * @logical_block_size: bytes; 0: no property is known
 * @physical_block_size: bytes; 0: not known
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
 * shape_of() - get the properties of a disk
 * @shape: receives the properties
 * @info: the disk
 */
void shape_of(struct shape *shape, const struct rbull_info *info);

/**
 * shape_format() - format properties as text
 * @shape: the properties
 * @text: receives the text; empty if no property is known
 *
 * Return: @text.
 */
const char *shape_format(const struct shape *shape, char text[SHAPE_TEXT]);

/**
 * shape_parse() - parse properties, which somebody may have edited
 * @shape: receives the properties
 * @text: the words, a line of any length; unknown ones are ignored
 * @shown: path of the file for the error message; NULL: print none
 *
 * Return: true if all values are allowed.
 */
bool shape_parse(struct shape *shape, const char *text, const char *shown);

/**
 * shape_apply() - give a new disk the properties of the saved one
 * @shape: properties of the saved disk
 * @add: description of the new disk; values that are set already stay
 * @ro_given: this applies to its read-only flag, too
 */
void shape_apply(const struct shape *shape, struct rbull_add *add, bool ro_given);

/**
 * shape_find_table() - find the block size that the partition table is made for
 * @fd: the disk, opened with O_DIRECT
 *
 * Return: 512 or 4096, bytes; 0 if there is no GUID partition table.
 */
uint32_t shape_find_table(int fd);

#endif /* RBULLCTL_SHAPE_H */
