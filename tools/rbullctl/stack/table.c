// SPDX-License-Identifier: GPL-2.0-only
/*
 * Partition tables, which sfdisk reads and writes: it prints one as a text, with a
 * line for each partition, and takes it back with other numbers.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs.h"
#include "rbullctl.h"
#include "stack/table.h"

/* As much has a table of 128 entries, which have long names. */
#define TABLE_TEXT	0x8000

/* Partitions end at a multiple of it, as they begin. Bytes. */
#define TABLE_ALIGN	0x100000u

/* A GPT at the end of a disk: 128 entries of 128 bytes, and a block for the header. */
#define TABLE_GPT_BYTES	(128 * 128)

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

int table_partition_size(const struct stack *stack, const struct layer *layer,
			 uint64_t *size)
{
	char text[TABLE_TEXT];
	uint64_t end = stack->size;
	int err = table_dump(stack, text);

	if (err)
		return err;
	if (!table_is_gpt(text) && layer->partition > 4)
		return complain(EXIT_FAILED, "%s is a logical partition: --fs resizes primary ones",
				layer->device);
	if (table_is_gpt(text))
		end -= (TABLE_GPT_BYTES + stack->block - 1) / stack->block * stack->block +
			stack->block;
	end -= end % TABLE_ALIGN;
	if (end <= layer->start || end > stack->size)
		return complain(EXIT_FAILED,
				"%s starts at %llu bytes: nothing of it would be left on a disk of %llu",
				layer->device, (unsigned long long)layer->start,
				(unsigned long long)stack->size);
	*size = end - layer->start;
	return EXIT_DONE;
}

/* The number behind @key in a line, or in a part of it; NULL if it is not there. */
static char *table_number(char *line, const char *key)
{
	char *found = strstr(line, key);

	return found ? found + strlen(key) + strspn(found + strlen(key), " ") : NULL;
}

/* Append a line of the old table to the new one, with what is another now. */
static void table_line(FILE *out, char *line, const struct stack *stack,
		       const struct layer *layer)
{
	size_t length = strlen(layer->device);
	char *size;

	/* sfdisk works it out for the disk as it is. */
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

/* Whoever is killed in the wrong moment finds it there. */
static void table_keep(const struct stack *stack, char path[STACK_PATH])
{
	FILE *out;

	snprintf(path, STACK_PATH, "/run/rbull/%s.sfdisk", stack->disk + strlen("/dev/"));
	mkdir("/run/rbull", 0700);
	out = fopen(path, "we");
	if (!out)
		return;
	fputs(stack->table, out);
	fclose(out);
}

int table_make(struct stack *stack, const struct layer *layer)
{
	char old[TABLE_TEXT], path[STACK_PATH], *line, *rest;
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
	table_keep(stack, path);
	return EXIT_DONE;
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

	table_keep(stack, path);
	if (program_feed(words, stack->table))
		return complain(EXIT_FAILED,
				"%s: sfdisk could not write the partition table, which is in %s: 'sfdisk --force %s <%s' tries again",
				stack->disk, path, stack->disk, path);
	unlink(path);
	return table_resize_partition(stack, layer);
}
