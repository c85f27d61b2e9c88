// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shrinking and growing the layers on a disk, each with its own tool.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs.h"
#include "rbullctl.h"
#include "sizes.h"
#include "stack/stack.h"
#include "stack/table.h"

/* Smallest size to which the kernel shrinks a btrfs, bytes (fs/btrfs/ioctl.c). */
#define BTRFS_LEAST	0x10000000u

/**
 * struct layer_tool - a program that resizes a layer
 * @program: its name
 * @package: the Debian package that contains it
 */
struct layer_tool {
	const char *program;
	const char *package;
};

static const struct layer_tool layer_tools[] = {
	[LAYER_PARTITION] = { "sfdisk", "fdisk" },
	[LAYER_LUKS] = { "cryptsetup", "cryptsetup-bin" },
	[LAYER_LVM] = { "pvresize", "lvm2" },
	[LAYER_EXT] = { "resize2fs", "e2fsprogs" },
	[LAYER_XFS] = { "xfs_growfs", "xfsprogs" },
	[LAYER_BTRFS] = { "btrfs", "btrfs-progs" },
};

/*
 * Compute the new size of each layer. What is between two layers, such as a
 * header, keeps its size, so a layer changes as much as the one below it.
 */
static int judge_sizes(struct stack *stack)
{
	uint64_t old = stack->old, size = stack->size;
	int i, err;

	for (i = 0; i < stack->nr; i++) {
		struct layer *layer = &stack->layer[i];

		if (layer->kind == LAYER_PARTITION) {
			err = table_partition_size(stack, layer, &layer->size);
			if (err)
				return err;
			/*
			 * Do not grow it if the disk shrinks, nor the reverse:
			 * it need not end at the end of the disk.
			 */
			if (stack->size < stack->old ? layer->size > layer->old :
						       layer->size < layer->old)
				layer->size = layer->old;
		} else if (layer->old - (old - size) > layer->old && size < old) {
			return complain(EXIT_FAILED, "%s: a disk of %llu bytes has no space for it",
					layer->device, (unsigned long long)stack->size);
		} else {
			layer->size = layer->old - (old - size);
		}
		old = layer->old;
		size = layer->size;
	}
	return EXIT_DONE;
}

static int judge_shrink(const struct stack *stack, int i)
{
	const struct layer *layer = &stack->layer[i];

	if (layer->size >= layer->old)
		return EXIT_DONE;
	if (layer->kind == LAYER_LUKS && i + 1 == stack->nr)
		return complain(EXIT_FAILED,
				"%s has LUKS on it with unknown contents, which --fs cannot make smaller",
				layer->device);
	if (layer->kind == LAYER_XFS)
		return complain(EXIT_FAILED, "%s: xfs cannot be made smaller",
				layer->device);
	if (layer->kind == LAYER_BTRFS && layer->size < BTRFS_LEAST)
		return complain(EXIT_FAILED,
				"%s: the kernel does not make btrfs smaller than 256M",
				layer->device);
	if (layer->kind == LAYER_EXT && layer->mount)
		return complain(EXIT_BUSY,
				"%s: %s is made smaller only while it is not mounted: unmount it from %s first",
				layer->device, layer->type, layer->mount);
	return EXIT_DONE;
}

/* The device mapper refuses a part of a sector, but only when the disk has changed. */
static int judge_luks(const struct layer *layer)
{
	uint64_t change = layer->size > layer->old ? layer->size - layer->old :
						     layer->old - layer->size;

	if (layer->kind != LAYER_LUKS || !layer->sector || !(change % layer->sector))
		return EXIT_DONE;
	return complain(EXIT_FAILED,
			"%s: the LUKS on it has sectors of %u bytes: the size may change by multiples of this, not by %llu bytes",
			layer->device, layer->sector, (unsigned long long)change);
}

static int judge_tool(const struct layer *layer)
{
	const struct layer_tool *tool = &layer_tools[layer->kind];

	return program_is_there(tool->program) ? EXIT_DONE :
		complain(EXIT_FAILED, "%s: the program %s, which resizes %s, is missing (Debian: %s)",
			 layer->device, tool->program, layer->type, tool->package);
}

int stack_judge(struct stack *stack)
{
	int i, err = judge_sizes(stack);

	for (i = 0; i < stack->nr && !err; i++)
		err = judge_shrink(stack, i) ?: judge_luks(&stack->layer[i]) ?:
		      judge_tool(&stack->layer[i]);
	return err;
}

/* Name of the program that was run last, for error messages. */
static const char *ran = "";

static int run(const char *const *words)
{
	ran = words[0];
	return run_program(words);
}

static int run_quietly(const char *const *words)
{
	char text[4096];

	ran = words[0];
	return program_read(words, text, sizeof(text));
}

/*
 * resize2fs wants an unmounted file system to be checked first. e2fsck returns 1
 * if it has corrected errors.
 */
static int resize_ext(const struct layer *layer)
{
	char size[32];
	const char *const check[] = { "e2fsck", "-f", "-p", layer->device, NULL };
	const char *const resize[] = { "resize2fs", layer->device, size, NULL };
	int status = layer->mount ? 0 : run(check);

	snprintf(size, sizeof(size), "%lluK", (unsigned long long)(layer->size / 1024));
	return status > 1 ? status : run(resize);
}

/*
 * Resize a file system that must be mounted meanwhile: mount it if it is not.
 * Return: a status.
 */
static int with_mount(const struct layer *layer, int (*resize)(const struct layer *layer,
							       const char *where))
{
	char folder[] = "/run/rbullctl.XXXXXX";
	/*
	 * The file system may be a copy of a mounted one, with the same UUID.
	 * XFS refuses to mount it then, unless nouuid is given.
	 */
	const char *const mount_words[] = {
		"mount", "-t", layer->type, "-o",
		layer->kind == LAYER_XFS ? "nouuid" : "rw", layer->device, folder, NULL
	};
	const char *const umount_words[] = { "umount", folder, NULL };
	int status;

	if (layer->mount)
		return resize(layer, layer->mount);
	ran = "mkdtemp";
	if (!mkdtemp(folder))
		return 1;
	/* Hide the mount from other processes. */
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		complain(EXIT_DONE, "%s: other processes can see it mounted on %s meanwhile", layer->device, folder);
	status = run(mount_words);
	if (!status) {
		status = resize(layer, folder);
		run_program(umount_words);
	}
	rmdir(folder);
	return status;
}

static int resize_xfs(const struct layer *layer, const char *where)
{
	const char *const words[] = { "xfs_growfs", where, NULL };

	(void)layer;
	return run_quietly(words);
}

/*
 * Get the number of a device in its btrfs, which may have several devices.
 * Return: the number, or 0.
 */
static int btrfs_device(const struct layer *layer)
{
	const char *const words[] = { "btrfs", "filesystem", "show", "--raw",
				      layer->device, NULL };
	char text[0x10000], path[STACK_PATH], *line;
	struct stat own, st;
	int number;

	ran = "btrfs filesystem show";
	if (program_read(words, text, sizeof(text)) || stat(layer->device, &own))
		return 0;
	for (line = strstr(text, "devid"); line; line = strstr(line + 1, "devid"))
		if (sscanf(line, "devid %d size %*u used %*u path %159s", &number, path) == 2 &&
		    !stat(path, &st) && st.st_rdev == own.st_rdev)
			return number;
	return 0;
}

static int resize_btrfs(const struct layer *layer, const char *where)
{
	char size[48];
	const char *const words[] = { "btrfs", "filesystem", "resize", size, where, NULL };
	int number = btrfs_device(layer);

	if (!number)
		return 1;
	snprintf(size, sizeof(size), "%d:%llu", number,
		 (unsigned long long)(layer->size - layer->size % 4096));
	return run_quietly(words);
}

static int resize_luks(const struct layer *layer, uint64_t above)
{
	char sectors[32];
	const char *const words[] = { "cryptsetup", "resize", "--size", sectors,
				      layer->name, NULL };
	const char *const whole[] = { "cryptsetup", "resize", layer->name, NULL };

	if (!above)
		return run(whole);
	snprintf(sectors, sizeof(sectors), "%llu", (unsigned long long)above / 512);
	return run(words);
}

static int resize_lvm(const struct layer *layer)
{
	char size[32];
	const char *const words[] = { "pvresize", "--yes", "--setphysicalvolumesize",
				      size, layer->device, NULL };

	snprintf(size, sizeof(size), "%llub", (unsigned long long)layer->size);
	return run_quietly(words);
}

static int layer_resize(struct stack *stack, int i)
{
	const struct layer *layer = &stack->layer[i];
	char size[SIZE_TEXT];
	int status = 1;

	switch (layer->kind) {
	case LAYER_PARTITION:
		return table_make(stack, layer) ?:
		       (stack->size < stack->old ? table_resize_partition(stack, layer) :
						   table_write(stack, layer));
	case LAYER_LUKS:
		status = resize_luks(layer, i + 1 < stack->nr ? stack->layer[i + 1].size : 0);
		break;
	case LAYER_LVM:
		status = resize_lvm(layer);
		break;
	case LAYER_EXT:
		status = resize_ext(layer);
		break;
	case LAYER_XFS:
		status = with_mount(layer, resize_xfs);
		break;
	case LAYER_BTRFS:
		status = with_mount(layer, resize_btrfs);
		break;
	}
	return !status ? EXIT_DONE :
		complain(EXIT_FAILED, "%s: %s could not be resized to %s: %s ended with status %d",
			 layer->device, layer->type, size_format(size, layer->size), ran,
			 status);
}

/*
 * A partition is handled even if it keeps its size: the partition table may
 * contain the size of the disk.
 */
static bool layer_shrinks(const struct layer *layer)
{
	return layer->kind == LAYER_PARTITION || layer->size != layer->old;
}

int stack_shrink(struct stack *stack)
{
	int i, err = EXIT_DONE;

	for (i = stack->nr - 1; i >= 0 && !err; i--)
		if (layer_shrinks(&stack->layer[i]))
			err = layer_resize(stack, i);
	return err;
}

int stack_grow(struct stack *stack)
{
	int i, err = EXIT_DONE;

	/*
	 * Also resize layers whose device has its new size already. An earlier run
	 * may have stopped before it grew the file system, and only the tool of the
	 * file system knows its size.
	 */
	for (i = 0; i < stack->nr && !err; i++)
		err = layer_resize(stack, i);
	return err;
}
