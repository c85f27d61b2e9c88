// SPDX-License-Identifier: GPL-2.0-only
/*
 * `resize`: checks for possible damage before, and hints on what is left to do
 * afterwards.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lock.h"
#include "sizes.h"
#include "stack/stack.h"
#include "stack/table.h"
#include "verbs/resize.h"

/* The header of a GUID partition table, as UEFI has it: in the second block. */
#define GPT_SIGNATURE	"EFI PART"
#define GPT_ALTERNATE	32	/* where it says in which block its spare is */

static bool size_is_relative(const char *text)
{
	return *text == '+' || *text == '-';
}

int size_take(const char *text, const char *where, bool relative, uint64_t *size)
{
	if (size_parse(relative && size_is_relative(text) ? text + 1 : text, size))
		return EXIT_DONE;
	return complain(EXIT_USAGE,
			"%s: '%s' is not a size: write it as in 1G, 512MiB, 1.5T or 4096",
			where, text);
}

/* A size with a sign is relative to the current size. */
static int resize_target(const struct rbull_info *info, const char *text,
			 const char *where, uint64_t *size)
{
	char now[SIZE_TEXT];
	bool overflow;
	int err = size_take(text, where, true, size);

	if (err || !size_is_relative(text))
		return err;
	if (*text == '-')
		overflow = __builtin_sub_overflow(info->disk_size, *size, size) || !*size;
	else
		overflow = __builtin_add_overflow(info->disk_size, *size, size);
	return !overflow ? EXIT_DONE :
		complain(EXIT_FAILED, "%s: '%s' is too much for " RBULL_NAME "%d, whose size is %s",
			 where, text, info->call.index,
			 size_format(now, info->disk_size));
}

/* Users of a disk do not expect it to shrink. */
static int resize_judge(const struct rbull_info *info, uint64_t size, bool force)
{
	int err;

	if (force || size >= info->disk_size)
		return EXIT_DONE;
	err = rbull_disk_users(handle(), info->call.index);
	if (err != -EBUSY)
		return err ? failed(handle(), err) : EXIT_DONE;
	return complain(EXIT_BUSY, "%s: a disk in use is not made smaller: stop using it first; or use --force",
			rbull_message(handle()));
}

/* Check for a GPT whose spare header is not at the end. */
static bool resize_has_stray_gpt(const struct rbull_info *info, uint64_t size)
{
	unsigned char header[GPT_ALTERNATE + sizeof(uint64_t)];
	uint64_t alternate;
	char path[32];
	bool found;
	int fd;

	snprintf(path, sizeof(path), "/dev/" RBULL_NAME "%d", info->call.index);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	found = pread(fd, header, sizeof(header), info->logical_block_size) ==
		sizeof(header) &&
		!memcmp(header, GPT_SIGNATURE, strlen(GPT_SIGNATURE));
	close(fd);
	memcpy(&alternate, header + GPT_ALTERNATE, sizeof(alternate));
	return found && le64toh(alternate) != size / info->logical_block_size - 1;
}

static void resize_tell_gpt(const struct rbull_info *info, uint64_t size)
{
	int index = info->call.index;

	if (!resize_has_stray_gpt(info, size))
		return;
	if (size < info->disk_size)
		complain(EXIT_DONE,
			 "the backup partition table (GPT) at the end of " RBULL_NAME "%d is cut off: 'sfdisk --relocate gpt-bak-std /dev/" RBULL_NAME "%d' writes a new one, if no partition reaches beyond the end",
			 index, index);
	else
		complain(EXIT_DONE,
			 "the backup partition table (GPT) of " RBULL_NAME "%d is not at its end any more: 'sfdisk --relocate gpt-bak-std /dev/" RBULL_NAME "%d' moves it",
			 index, index);
}

static int resize_disk(const struct arguments *arguments, int index, uint64_t size)
{
	uint64_t quiesced_ns = 0;
	int err = rbull_disk_resize(handle(), index, size, &quiesced_ns);

	if (err)
		return failed(handle(), err);
	tell_quiesced(arguments, quiesced_ns);
	return EXIT_DONE;
}

/* Move the spare header of a GPT to the new end of the disk. */
static int resize_table(const struct stack *stack)
{
	const struct layer *layer = &stack->layer[0];

	return stack->nr && layer->kind == LAYER_PARTITION ?
		table_write(stack, layer) : EXIT_DONE;
}

/*
 * Check the size first: the kernel refuses it only after the layers were
 * resized.
 */
static int resize_judge_size(const struct rbull_info *info, uint64_t size)
{
	return size && !(size % info->logical_block_size) ? EXIT_DONE :
		complain(EXIT_FAILED,
			 "disk_size=%llu: allowed are multiples of %u (logical_block_size)",
			 (unsigned long long)size, info->logical_block_size);
}

/* Users that are layers of the stack themselves, and so follow the new size. */
static unsigned int resize_expected_users(const struct stack *stack)
{
	const struct layer *top = &stack->layer[stack->nr - 1];
	unsigned int except = top->mount ? RBULL_EXCEPT_MOUNTS : 0;
	int i;

	for (i = 0; i < stack->nr; i++)
		if (stack->layer[i].kind == LAYER_LUKS)
			except |= RBULL_EXCEPT_STACKED;
	return top->kind == LAYER_LVM ? except | RBULL_EXCEPT_ABOVE : except;
}

/*
 * Others than these do not see the end of the disk move; and a file system that is not
 * mounted may be in use all the same, by way of loop or in a virtual machine: the
 * programs that resize it would work on it at the same time.
 */
static int resize_judge_users(const struct stack *stack, const struct rbull_info *info,
			      bool force)
{
	const struct layer *top = &stack->layer[stack->nr - 1];
	bool offline = top->kind >= LAYER_EXT && !top->mount;
	int err;

	if (info->disk_flags & RBULL_DISK_RO)
		return complain(EXIT_FAILED, "%s is read-only: what is on it cannot be resized",
				stack->disk);
	if (stack->size >= stack->old && !offline)
		return EXIT_DONE;
	if (stack->size < stack->old && force && !offline)
		return EXIT_DONE;
	err = rbull_disk_end_users(handle(), info->call.index,
				   stack->layer[0].kind == LAYER_PARTITION ?
				   stack->layer[0].partition : 0,
				   resize_expected_users(stack));
	if (err != -EBUSY)
		return err ? failed(handle(), err) : EXIT_DONE;
	return complain(EXIT_BUSY, "%s: %s is not resized while it is in use: stop using it first",
			rbull_message(handle()), offline ? top->type : "a disk");
}

/* Block signals until the end: interrupted programs leave damage behind. */
static void resize_hold_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGQUIT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
}

static int resize_shrink_all(const struct arguments *arguments, struct stack *stack,
			     int index)
{
	int err = stack_shrink(stack);

	if (err)
		return err;
	err = resize_disk(arguments, index, stack->size);
	if (err)
		table_forget(stack);
	return err ?: resize_table(stack);
}

/*
 * Resize a disk with all its layers. Change nothing unless all of them can
 * change.
 */
static int resize_all(const struct arguments *arguments,
		      const struct rbull_info *info, uint64_t size)
{
	struct stack stack = {
		.block = info->logical_block_size,
		.old = info->disk_size,
		.size = size,
	};
	bool force = arguments->given[OPTION_FORCE];
	int index = info->call.index, err;

	snprintf(stack.disk, sizeof(stack.disk), "/dev/" RBULL_NAME "%d", index);
	err = resize_judge_size(info, size) ?: stack_find(&stack) ?: stack_judge(&stack);
	if (!err)
		err = stack.nr ? resize_judge_users(&stack, info, force) :
				 resize_judge(info, size, force);
	resize_hold_signals();
	if (!err && size < info->disk_size)
		err = resize_shrink_all(arguments, &stack, index);
	else if (!err)
		err = resize_disk(arguments, index, size) ?: stack_grow(&stack);
	if (!err && (!stack.nr || stack.layer[0].kind != LAYER_PARTITION))
		resize_tell_gpt(info, size);
	stack_end(&stack);
	return err;
}

/* Two runs at a time would undo the changes of each other. */
static int resize_lock(int index)
{
	char name[32], what[100];
	int fd;

	snprintf(name, sizeof(name), "resize." RBULL_NAME "%d", index);
	snprintf(what, sizeof(what),
		 RBULL_NAME "%d: waiting for another rbullctl, which resizes it", index);
	fd = lock_take(name, what);
	return fd >= 0 ? EXIT_DONE :
		complain(EXIT_FAILED, LOCK_FOLDER "/%s.lock: %s", name, strerror(-fd));
}

int resize(const struct arguments *arguments, int index, const char *text,
	   const char *where)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	uint64_t size;
	int err = resize_lock(index);

	if (err)
		return err;
	err = rbull_disk_info(handle(), index, &info);
	if (err)
		return failed(handle(), err);
	err = resize_target(&info, text, where, &size);
	if (!err && arguments->given[OPTION_FS])
		return resize_all(arguments, &info, size);
	if (!err)
		err = resize_judge(&info, size, arguments->given[OPTION_FORCE]);
	if (!err)
		err = resize_disk(arguments, index, size);
	if (!err)
		resize_tell_gpt(&info, size);
	return err;
}

/**
 * verb_resize() - change the size of a disk
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_resize(const struct arguments *arguments)
{
	int index = rbull_find(handle(), arguments->operands[0]);

	return index < 0 ? failed(handle(), index) :
		resize(arguments, index, arguments->operands[1], "SIZE");
}
