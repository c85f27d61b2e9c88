// SPDX-License-Identifier: GPL-2.0-only
/*
 * Properties of disks as text.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
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

/* Parse a block size: a power of 2 from @least on. */
static bool shape_size(const char *text, uint32_t least, uint32_t *size)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	*size = number;
	return isdigit((unsigned char)*text) && !*end && number >= least &&
	       number <= RBULL_MAX_PHYSICAL_BLOCK_SIZE && !(number & (number - 1));
}

/* Return: what is allowed, if the value is not; or NULL. */
static const char *shape_take(struct shape *shape, const char *key, const char *value)
{
	static const char sizes[] = "powers of 2 from 512 to 1048576";

	if (!strcmp(key, "logical_block_size"))
		return shape_size(value, RBULL_MIN_BLOCK_SIZE,
				  &shape->logical_block_size) ? NULL : sizes;
	if (!strcmp(key, "physical_block_size"))
		return shape_size(value, RBULL_MIN_BLOCK_SIZE,
				  &shape->physical_block_size) ? NULL : sizes;
	if (!strcmp(key, "ro")) {
		shape->ro = *value == '1';
		return strcmp(value, "0") && strcmp(value, "1") ? "0 and 1" : NULL;
	}
	if (strcmp(key, "name"))
		return NULL;
	if (strlen(value) >= sizeof(shape->name) || disk_name_wrong(value))
		return "names that a disk can have";
	strcpy(shape->name, value);
	return NULL;
}

static bool shape_wrong(const char *shown, const char *key, const char *value,
			const char *allowed)
{
	if (shown)
		complain(EXIT_BAD_FILE, "%s: %s=%.100s: allowed are %s", shown, key, value,
			 allowed);
	return false;
}

bool shape_parse(struct shape *shape, const char *text, const char *shown)
{
	char words[SHAPE_TEXT], *word, *rest, *value;
	const char *allowed;

	*shape = (struct shape) { };
	snprintf(words, sizeof(words), "%s", text);
	words[strcspn(words, "\n")] = '\0';
	for (word = strtok_r(words, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		value = strchr(word, '=');
		if (!value)
			continue;
		*value++ = '\0';
		allowed = shape_take(shape, word, value);
		if (allowed)
			return shape_wrong(shown, word, value, allowed);
	}
	if (shape->physical_block_size && !shape->logical_block_size)
		return shape_wrong(shown, "logical_block_size", "",
				   "powers of 2, if there is a physical_block_size");
	if (shape->logical_block_size > shape->physical_block_size) {
		snprintf(words, sizeof(words), "%u", shape->physical_block_size);
		return shape_wrong(shown, "physical_block_size", words,
				   "sizes from logical_block_size on");
	}
	return true;
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
