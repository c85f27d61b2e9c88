/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The layers on a disk that `resize --fs` can resize: a partition, LUKS, and on
 * top a file system or a physical volume of LVM.
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

/* Largest number of layers. */
#define STACK_LAYERS	3
#define STACK_PATH	160

/**
 * struct layer - a layer on a disk
 * @kind: its kind
 * @type: its kind, as blkid names it
 * @device: path of its block device; for a partition, that of the partition
 * @name: for LUKS: name of the opened device
 * @partition: for a partition: its number
 * @start: for a partition: its start, bytes
 * @sector: for LUKS: unit of its encryption, bytes
 * @old: current size of @device, bytes
 * @size: new size of @device, bytes
 * @mount: for a file system: its mount point, or NULL
 */
struct layer {
	enum layer_kind kind;
	char type[24];
	char device[STACK_PATH];
	char name[STACK_PATH];
	int partition;
	uint64_t start;
	unsigned int sector;
	uint64_t old;
	uint64_t size;
	char *mount;
};

/**
 * struct stack - a disk and all layers on it
 * @disk: path of the disk
 * @block: its logical block size, bytes
 * @old: its current size, bytes
 * @size: its new size, bytes
 * @table: its partition table for @size, as input for sfdisk, or NULL
 * @nr: number of layers
 * @layer: the layers, from the bottom to the top
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
 * stack_find() - find the layers on a disk
 * @stack: receives the layers; the caller has set disk, block, old and size
 *
 * Return: %EXIT_DONE, or another exit code after an error message, for example
 * if there is a layer that cannot be resized.
 */
int stack_find(struct stack *stack);

/**
 * stack_judge() - check whether all layers can be resized
 * @stack: the layers; receives their new sizes
 *
 * Covers everything that can be checked before anything is changed.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int stack_judge(struct stack *stack);

/**
 * stack_shrink() - shrink all layers, from the top down
 * @stack: the layers; the caller shrinks the disk itself afterwards
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int stack_shrink(struct stack *stack);

/**
 * stack_grow() - grow all layers, from the bottom up
 * @stack: the layers; the caller has grown the disk itself before
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int stack_grow(struct stack *stack);

/**
 * stack_end() - free the layers
 * @stack: the layers
 */
void stack_end(struct stack *stack);

#endif /* RBULLCTL_STACK_H */
