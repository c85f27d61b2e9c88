// SPDX-License-Identifier: GPL-2.0-only
/*
 * Properties of disks as text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/shape.h"

/* The header of a GUID partition table is in the second block. */
#define SHAPE_GPT	"EFI PART"
#define SHAPE_BLOCK	4096

void shape_of(struct shape *shape, const struct rbull_info *info)
{
	*shape = (struct shape) {
		.logical_block_size = info->logical_block_size,
		.physical_block_size = info->physical_block_size,
		.ro = info->disk_flags & RBULL_DISK_RO,
	};
	strcpy(shape->name, info->call.name);
}

const char *shape_format(const struct shape *shape, char text[SHAPE_TEXT])
{
	*text = '\0';
	if (shape->logical_block_size)
		snprintf(text, SHAPE_TEXT,
			 "logical_block_size=%u physical_block_size=%u ro=%d%s%s",
			 shape->logical_block_size, shape->physical_block_size,
			 shape->ro, *shape->name ? " name=" : "", shape->name);
	return text;
}

static void shape_take(struct shape *shape, const char *word)
{
	int ro;

	if (sscanf(word, "logical_block_size=%u", &shape->logical_block_size) == 1 ||
	    sscanf(word, "physical_block_size=%u", &shape->physical_block_size) == 1)
		return;
	if (sscanf(word, "ro=%d", &ro) == 1)
		shape->ro = ro;
	else if (!strncmp(word, "name=", 5))
		snprintf(shape->name, sizeof(shape->name), "%s", word + 5);
}

void shape_parse(struct shape *shape, const char *text)
{
	char words[SHAPE_TEXT], *word, *rest;

	*shape = (struct shape) { };
	snprintf(words, sizeof(words), "%s", text);
	words[strcspn(words, "\n")] = '\0';
	for (word = strtok_r(words, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		shape_take(shape, word);
}

void shape_apply(const struct shape *shape, struct rbull_add *add, bool ro_given)
{
	if (!shape->logical_block_size)
		return;
	/* A logical block size that was given must not exceed the physical one. */
	if (!add->physical_block_size &&
	    add->logical_block_size <= shape->physical_block_size)
		add->physical_block_size = shape->physical_block_size;
	if (!add->logical_block_size)
		add->logical_block_size = shape->logical_block_size;
	if (!*add->call.name)
		strcpy(add->call.name, shape->name);
	if (shape->ro && !ro_given)
		add->disk_flags |= RBULL_DISK_RO;
}

uint32_t shape_find_table(int fd)
{
	uint32_t found = 0;
	char *block;

	if (posix_memalign((void **)&block, SHAPE_BLOCK, 2 * SHAPE_BLOCK))
		return 0;
	if (pread(fd, block, 2 * SHAPE_BLOCK, 0) == 2 * SHAPE_BLOCK) {
		if (!memcmp(block + 512, SHAPE_GPT, strlen(SHAPE_GPT)))
			found = 512;
		else if (!memcmp(block + SHAPE_BLOCK, SHAPE_GPT, strlen(SHAPE_GPT)))
			found = SHAPE_BLOCK;
	}
	free(block);
	return found;
}
