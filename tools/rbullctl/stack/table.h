/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_TABLE_H
#define RBULLCTL_TABLE_H

#include "stack/stack.h"

/**
 * table_partition_size() - how large the last partition will be
 * @stack: what stands on the disk; its size is the new one
 * @layer: the partition
 * @size: where to put it, bytes
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int table_partition_size(const struct stack *stack, const struct layer *layer,
			 uint64_t *size);

/**
 * table_make() - make the partition table for a disk of another size
 * @stack: what stands on the disk; its table is the new one afterwards
 * @layer: the last partition, whose size is the new one
 *
 * It is kept in /run/rbull, too, until table_write() or table_forget().
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int table_make(struct stack *stack, const struct layer *layer);

/**
 * table_resize_partition() - tell the kernel how large a partition is
 * @stack: what stands on the disk
 * @layer: the partition, whose size is the new one
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int table_resize_partition(const struct stack *stack, const struct layer *layer);

/**
 * table_forget() - remove the copy that table_make() has kept
 * @stack: what stands on the disk, whose table was not touched
 */
void table_forget(const struct stack *stack);

/**
 * table_write() - write the partition table, and tell the kernel
 * @stack: what stands on the disk, which has its new size; table_make() was called
 * @layer: the last partition, whose size is the new one
 *
 * Of a GPT, the spare is put at the end of the disk. As sfdisk knows only the end that
 * there is, a disk that becomes smaller is without a valid GPT for a moment.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int table_write(const struct stack *stack, const struct layer *layer);

#endif /* RBULLCTL_TABLE_H */
