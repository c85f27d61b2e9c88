/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_TABLE_H
#define RBULLCTL_TABLE_H

#include "stack/stack.h"

/**
 * table_partition_size() - get the new size of the last partition
 * @stack: the layers, with the new size of the disk
 * @layer: the partition
 * @size: receives its new size, bytes
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int table_partition_size(const struct stack *stack, const struct layer *layer,
			 uint64_t *size);

/**
 * table_make() - make the partition table for the new size of a disk
 * @stack: the layers; @stack->table receives the new table
 * @layer: the last partition, with its new size
 *
 * Also keeps a copy of the table in /run/rbull, until table_write() or
 * table_forget().
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int table_make(struct stack *stack, const struct layer *layer);

/**
 * table_resize_partition() - tell the kernel the new size of a partition
 * @stack: the layers
 * @layer: the partition, with its new size
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int table_resize_partition(const struct stack *stack, const struct layer *layer);

/**
 * table_forget() - remove the copy that table_make() has kept
 * @stack: the layers; the table on the disk is still the old one
 */
void table_forget(const struct stack *stack);

/**
 * table_write() - write the partition table, and tell the kernel
 * @stack: the layers, after table_make(); the disk has its new size
 * @layer: the last partition, with its new size
 *
 * sfdisk writes the spare header of a GPT to the current end of the disk. So a
 * disk that shrinks has no valid GPT for a moment.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int table_write(const struct stack *stack, const struct layer *layer);

#endif /* RBULLCTL_TABLE_H */
