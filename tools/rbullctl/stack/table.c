// SPDX-License-Identifier: GPL-2.0-only
/*
 * Partition tables, which sfdisk reads and writes. It prints a table as text,
 * with a line for each partition, and accepts that text with changed numbers.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock.h"
#include "programs.h"
#include "rbullctl.h"
#include "stack/table.h"

/* Space for the text of a table: enough for 128 entries with long names. */
#define TABLE_TEXT	0x20000

/* Partitions usually start at a multiple of this; they are made to end at one. Bytes. */
#define TABLE_ALIGN	0x100000u

/* The backup GPT at the end of a disk: 128 entries of 128 bytes, and one block for the header. */
#define TABLE_GPT_ENTRIES	128
#define TABLE_GPT_ENTRY		128
#define TABLE_GPT_BYTES		(TABLE_GPT_ENTRIES * TABLE_GPT_ENTRY)

/* Offsets in the header of a GPT, which is the second block, bytes (UEFI, 5.3.2). */
#define TABLE_GPT_PLACE		72	/* number of the block where the entries begin */
#define TABLE_GPT_NUMBER	80	/* number of entries */
#define TABLE_GPT_SIZE		84	/* size of an entry */

/* An MBR: offset of its four entries, their size, and offset of the type in one. Bytes. */
#define TABLE_DOS_PLACE		446
#define TABLE_DOS_ENTRY		16
#define TABLE_DOS_TYPE		4

/* It has 32 bits for numbers of blocks. */
#define TABLE_DOS_BLOCKS	0xffffffffu

static int table_dump(const struct stack *stack, char text[TABLE_TEXT])
{
	const char *const words[] = { "sfdisk", "--dump", stack->disk, NULL };
	int status = program_read(words, text, TABLE_TEXT);

	if (!status && strlen(text) < TABLE_TEXT - 1)
		return EXIT_DONE;
	return complain(EXIT_FAILED,
			"%s: sfdisk could not read the partition table (Debian: fdisk)",
			stack->disk);
}

static bool table_is_gpt(const char *text)
{
	return strstr(text, "label: gpt");
}

/*
 * sfdisk writes a new table with the usual layout: 128 entries of 128 bytes from
 * block 2 on. Refuse other layouts: entries would be lost, or the new table would
 * overwrite other data.
 */
static int table_judge_gpt(const struct stack *stack)
{
	unsigned char blocks[2 * 4096] = {}, *header = blocks + stack->block;
	uint32_t number, size;
	uint64_t place;
	int i, fd = open(stack->disk, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : pread(fd, blocks, 2 * stack->block, 0);

	if (fd >= 0)
		close(fd);
	if (length != (ssize_t)(2 * stack->block))
		return complain(EXIT_FAILED, "%s: its partition table cannot be read",
				stack->disk);
	memcpy(&place, header + TABLE_GPT_PLACE, sizeof(place));
	memcpy(&number, header + TABLE_GPT_NUMBER, sizeof(number));
	memcpy(&size, header + TABLE_GPT_SIZE, sizeof(size));
	if (le64toh(place) != 2 || le32toh(number) != TABLE_GPT_ENTRIES ||
	    le32toh(size) != TABLE_GPT_ENTRY)
		return complain(EXIT_FAILED,
				"%s: its GPT has %u entries of %u bytes from block %llu: --fs can only write 128 entries of 128 bytes from block 2",
				stack->disk, le32toh(number), le32toh(size),
				(unsigned long long)le64toh(place));
	for (i = 1; i < 4; i++)
		if (blocks[TABLE_DOS_PLACE + i * TABLE_DOS_ENTRY + TABLE_DOS_TYPE])
			return complain(EXIT_FAILED,
					"%s: besides its GPT it has an MBR with partitions (hybrid), which --fs cannot write",
					stack->disk);
	return EXIT_DONE;
}

/* Check the type of a partition, as sfdisk prints it for a table that is not a GPT. */
static bool table_is_extended(const char *text, const struct layer *layer)
{
	const char *line = strstr(text, layer->device), *type;

	type = line ? strstr(line, "type=") : NULL;
	if (!type || type > line + strcspn(line, "\n"))
		return false;
	type += strlen("type=");
	return !strncmp(type, "5\n", 2) || !strncmp(type, "f\n", 2) ||
	       !strncmp(type, "85\n", 3) || !strncmp(type, "5,", 2) ||
	       !strncmp(type, "f,", 2) || !strncmp(type, "85,", 3);
}

static int table_judge_dos(const struct stack *stack, const struct layer *layer,
			   const char *text)
{
	if (layer->partition > 4)
		return complain(EXIT_FAILED, "%s is a logical partition: --fs resizes only primary ones",
				layer->device);
	if (table_is_extended(text, layer))
		return complain(EXIT_FAILED, "%s is an extended partition: --fs resizes only primary ones",
				layer->device);
	if (stack->size / stack->block > TABLE_DOS_BLOCKS)
		return complain(EXIT_FAILED,
				"%s: its partition table (dos) is limited to %llu bytes: use one of type gpt",
				stack->disk,
				(unsigned long long)TABLE_DOS_BLOCKS * stack->block);
	return EXIT_DONE;
}

int table_partition_size(const struct stack *stack, const struct layer *layer,
			 uint64_t *size)
{
	char text[TABLE_TEXT];
	uint64_t end = stack->size;
	int err = table_dump(stack, text);

	if (!err)
		err = table_is_gpt(text) ? table_judge_gpt(stack) :
					   table_judge_dos(stack, layer, text);
	if (err)
		return err;
	if (table_is_gpt(text))
		end -= (TABLE_GPT_BYTES + stack->block - 1) / stack->block * stack->block +
			stack->block;
	end -= end % TABLE_ALIGN;
	if (end <= layer->start || end > stack->size)
		return complain(EXIT_FAILED,
				"%s starts at %llu bytes: a disk of %llu bytes has no space for it",
				layer->device, (unsigned long long)layer->start,
				(unsigned long long)stack->size);
	*size = end - layer->start;
	return EXIT_DONE;
}

/* Return: the position of the number after @key, or NULL if @key is not in @line. */
static char *table_number(char *line, const char *key)
{
	char *found = strstr(line, key);

	return found ? found + strlen(key) + strspn(found + strlen(key), " ") : NULL;
}

/* Append a line of the old table to the new one, with the new size of the partition. */
static void table_line(FILE *out, char *line, const struct stack *stack,
		       const struct layer *layer)
{
	size_t length = strlen(layer->device);
	char *size;

	/* Leave it out: sfdisk computes it from the current size of the disk. */
	if (!strncmp(line, "last-lba:", 9))
		return;
	size = !strncmp(line, layer->device, length) && line[length] == ' ' ?
		table_number(line, "size=") : NULL;
	if (size)
		fprintf(out, "%.*s%llu%s\n", (int)(size - line), line,
			(unsigned long long)(layer->size / stack->block),
			size + strspn(size, "0123456789"));
	else
		fprintf(out, "%s\n", line);
}

static void table_path(const struct stack *stack, char path[STACK_PATH])
{
	snprintf(path, STACK_PATH, LOCK_FOLDER "/%s.sfdisk", stack->disk + strlen("/dev/"));
}

/*
 * Keep a copy of the table in a file. If rbullctl is killed while the disk has no
 * valid table, the copy remains.
 */
static int table_keep(const struct stack *stack)
{
	char path[STACK_PATH];
	bool failed;
	FILE *out;

	table_path(stack, path);
	mkdir(LOCK_FOLDER, 0700);
	out = fopen(path, "we");
	failed = !out || fputs(stack->table, out) < 0;
	if (out && fclose(out))
		failed = true;
	return !failed ? EXIT_DONE :
		complain(EXIT_FAILED, "%s: the partition table cannot be saved in this file: %s",
			 path, strerror(errno));
}

void table_forget(const struct stack *stack)
{
	char path[STACK_PATH];

	table_path(stack, path);
	unlink(path);
}

int table_make(struct stack *stack, const struct layer *layer)
{
	char old[TABLE_TEXT], *line, *rest;
	size_t length;
	FILE *out;
	int err = table_dump(stack, old);

	if (err)
		return err;
	free(stack->table);
	stack->table = NULL;
	out = open_memstream(&stack->table, &length);
	if (!out)
		return complain(EXIT_FAILED, "there is not enough memory");
	for (line = strtok_r(old, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		table_line(out, line, stack, layer);
	fclose(out);
	return table_keep(stack);
}

int table_resize_partition(const struct stack *stack, const struct layer *layer)
{
	struct blkpg_partition partition = {
		.start = layer->start,
		.length = layer->size,
		.pno = layer->partition,
	};
	struct blkpg_ioctl_arg arg = {
		.op = BLKPG_RESIZE_PARTITION,
		.datalen = sizeof(partition),
		.data = &partition,
	};
	int fd = open(stack->disk, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 || ioctl(fd, BLKPG, &arg) ? errno : 0;

	if (fd >= 0)
		close(fd);
	return !err ? EXIT_DONE :
		complain(EXIT_FAILED, "%s: the kernel cannot be told its size: %s",
			 layer->device, strerror(err));
}

int table_write(const struct stack *stack, const struct layer *layer)
{
	const char *const words[] = { "sfdisk", "--quiet", "--no-reread", "--no-tell-kernel",
				      "--force", "--wipe", "never", "--wipe-partitions",
				      "never", stack->disk, NULL };
	char path[STACK_PATH];

	table_path(stack, path);
	if (program_feed(words, stack->table))
		return complain(EXIT_FAILED,
				"%s: sfdisk could not write the partition table, which is in %s: 'sfdisk --force %s <%s' tries again",
				stack->disk, path, stack->disk, path);
	table_forget(stack);
	return table_resize_partition(stack, layer);
}
