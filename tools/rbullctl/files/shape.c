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
	char physical[40] = "";

	*text = '\0';
	if (shape->physical_block_size)
		snprintf(physical, sizeof(physical), " physical_block_size=%u",
			 shape->physical_block_size);
	if (shape->logical_block_size)
		snprintf(text, SHAPE_TEXT, "logical_block_size=%u%s ro=%d%s%s",
			 shape->logical_block_size, physical,
			 shape->ro, *shape->name ? " name=" : "", shape->name);
	return text;
}

/*
 * Parse a block size: a power of 2 from 512 to @most. Return: what is allowed, if it is
 * not; or NULL.
 */
static const char *shape_size(const char *text, unsigned long most, uint32_t *size)
{
	static char allowed[48];
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	*size = number;
	if (isdigit((unsigned char)*text) && !*end && number >= RBULL_MIN_BLOCK_SIZE &&
	    number <= most && !(number & (number - 1)))
		return NULL;
	snprintf(allowed, sizeof(allowed), "powers of 2 from %u to %lu",
		 RBULL_MIN_BLOCK_SIZE, most);
	return allowed;
}

/* Return: what is allowed, if the value is not; or NULL. */
static const char *shape_take(struct shape *shape, const char *key, const char *value)
{
	/* The driver allows no larger ones. */
	if (!strcmp(key, "logical_block_size"))
		return shape_size(value, sysconf(_SC_PAGESIZE), &shape->logical_block_size);
	if (!strcmp(key, "physical_block_size"))
		return shape_size(value, RBULL_MAX_PHYSICAL_BLOCK_SIZE,
				  &shape->physical_block_size);
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

/* Parse the words one by one; @words is changed. */
static bool shape_parse_words(struct shape *shape, char *words, const char *shown)
{
	char *word, *rest, *value;
	const char *allowed;

	for (word = strtok_r(words, " \r\n", &rest); word;
	     word = strtok_r(NULL, " \r\n", &rest)) {
		value = strchr(word, '=');
		if (!value)
			continue;
		*value++ = '\0';
		allowed = shape_take(shape, word, value);
		if (allowed)
			return shape_wrong(shown, word, value, allowed);
	}
	return true;
}

bool shape_parse(struct shape *shape, const char *text, const char *shown)
{
	char *words = strdup(text), number[16];
	bool good;

	if (!words)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	*shape = (struct shape) { };
	good = shape_parse_words(shape, words, shown);
	free(words);
	if (!good || !shape->physical_block_size ||
	    shape->logical_block_size <= shape->physical_block_size)
		return good;
	snprintf(number, sizeof(number), "%u", shape->physical_block_size);
	return shape_wrong(shown, "physical_block_size", number,
			   "sizes from logical_block_size on");
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
