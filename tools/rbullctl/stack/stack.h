/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stands on a disk, one upon another, as far as `resize --fs` can deal with it:
 * a partition, LUKS, and on top a file system or a physical volume of LVM.
 */
#ifndef RBULLCTL_STACK_H
#define RBULLCTL_STACK_H

#include <stdbool.h>
#include <stdint.h>

enum layer_kind {
	LAYER_PARTITION,
	LAYER_LUKS,
	LAYER_LVM,
	LAYER_EXT,
	LAYER_XFS,
	LAYER_BTRFS,
};

/* More do not stand on one another. */
#define STACK_LAYERS	3
#define STACK_PATH	160

/**
 * struct layer - one of them
 * @kind: what it is
 * @type: the same, as blkid has it
 * @device: path of the block device that it is on; of a partition, the partition
 * @name: of LUKS: what it is open as
 * @partition: of a partition: its number
 * @start: of a partition: where it starts, bytes
 * @old: size of the device, bytes
 * @size: what that shall be
 * @mount: where a file system is mounted, or NULL
 */
struct layer {
	enum layer_kind kind;
	char type[24];
	char device[STACK_PATH];
	char name[STACK_PATH];
	int partition;
	uint64_t start;
	uint64_t old;
	uint64_t size;
	char *mount;
};

/**
 * struct stack - all of them
 * @disk: path of the disk
 * @block: its logical block size, bytes
 * @old: its size, bytes
 * @size: what that shall be
 * @table: its partition table for that size, as sfdisk takes it, or NULL
 * @nr: how many layers there are
 * @layer: they, from the ground up
 */
struct stack {
	char disk[32];
	uint32_t block;
	uint64_t old;
	uint64_t size;
	char *table;
	int nr;
	struct layer layer[STACK_LAYERS];
};

/**
 * stack_find() - find out what stands on a disk
 * @stack: where to put it; disk, block, old and size are filled in already
 *
 * Return: %EXIT_DONE, or how rbullctl shall end after a complaint: something is there
 * that cannot be dealt with.
 */
int stack_find(struct stack *stack);

/**
 * stack_judge() - can it all be made to fit?
 * @stack: what stands on the disk; the sizes are filled in
 *
 * What can be known before anything is changed.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int stack_judge(struct stack *stack);

/**
 * stack_shrink() - make all smaller, from the top down
 * @stack: what stands on the disk, which comes last and is not touched here
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int stack_shrink(struct stack *stack);

/**
 * stack_grow() - make all larger, from the ground up
 * @stack: what stands on the disk, which is larger already
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int stack_grow(struct stack *stack);

/**
 * stack_end() - forget about it
 * @stack: what was found
 */
void stack_end(struct stack *stack);

#endif /* RBULLCTL_STACK_H */
