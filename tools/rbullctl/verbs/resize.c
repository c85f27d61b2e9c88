// SPDX-License-Identifier: GPL-2.0-only
/*
 * `resize`: what a user may lose by it is looked at before, and what is left to do
 * is said afterwards.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

/* After a sign it is how much more or less than the disk has. */
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

/* Whoever has it in use does not expect it to end earlier. */
static int resize_judge(const struct rbull_info *info, uint64_t size, bool force)
{
	int err;

	if (force || size >= info->disk_size)
		return EXIT_DONE;
	err = rbull_disk_users(handle(), info->call.index);
	if (err != -EBUSY)
		return err ? failed(handle(), err) : EXIT_DONE;
	return complain(EXIT_BUSY, "%s: it is not made smaller: end that first; or use --force",
			rbull_message(handle()));
}

/* Is there a GPT whose spare is not at the end? */
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
			 "the spare partition table (GPT) at the end of " RBULL_NAME "%d is cut off: 'sfdisk --relocate gpt-bak-std /dev/" RBULL_NAME "%d' writes a new one, if no partition reaches beyond the end",
			 index, index);
	else
		complain(EXIT_DONE,
			 "the spare partition table (GPT) of " RBULL_NAME "%d is not at its end any more: 'sfdisk --relocate gpt-bak-std /dev/" RBULL_NAME "%d' moves it",
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

/* Of a GPT, the spare goes to where the disk ends now. */
static int resize_table(const struct stack *stack)
{
	const struct layer *layer = &stack->layer[0];

	return stack->nr && layer->kind == LAYER_PARTITION ?
		table_write(stack, layer) : EXIT_DONE;
}

/* With all that stands on the disk: nothing is changed unless all can be. */
static int resize_all(const struct arguments *arguments,
		      const struct rbull_info *info, uint64_t size)
{
	struct stack stack = {
		.block = info->logical_block_size,
		.old = info->disk_size,
		.size = size,
	};
	int index = info->call.index, err;

	snprintf(stack.disk, sizeof(stack.disk), "/dev/" RBULL_NAME "%d", index);
	err = stack_find(&stack) ?: stack_judge(&stack);
	/* Who uses what stands on it is no obstacle; whoever uses the bare disk is. */
	if (!err && !stack.nr)
		err = resize_judge(info, size, arguments->given[OPTION_FORCE]);
	if (!err && size < info->disk_size)
		err = stack_shrink(&stack) ?: resize_disk(arguments, index, size) ?:
		      resize_table(&stack);
	else if (!err)
		err = resize_disk(arguments, index, size) ?: stack_grow(&stack);
	stack_end(&stack);
	return err;
}

int resize(const struct arguments *arguments, int index, const char *text,
	   const char *where)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	uint64_t size;
	int err;

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
 * Return: how rbullctl shall end.
 */
int verb_resize(const struct arguments *arguments)
{
	int index = rbull_find(handle(), arguments->operands[0]);

	return index < 0 ? failed(handle(), index) :
		resize(arguments, index, arguments->operands[1], "SIZE");
}
