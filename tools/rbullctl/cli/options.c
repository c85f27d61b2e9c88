// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of options, and parsing the values of options of disks.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/options.h"
#include "sizes.h"

/* Keep each entry on one line: tests/check reads them. */
const struct verb_option verb_options[OPTION_NR] = {
	[OPTION_ALL] = { "all", 'a', NULL, "all disks", " check rm start stop " },
	[OPTION_BYTES] = { "bytes", 'b', NULL, "print sizes in bytes", " info ls snapshot stats " },
	[OPTION_COUNT] = { "count", 'c', "NUMBER", "end after NUMBER lines or tables", " stats top " },
	[OPTION_DELETE] = { "delete", 'd', NULL, "remove the snapshot", " snapshot " },
	[OPTION_FORCE] = { "force", 'f', NULL, "do it even if the disk is in use", " reset resize rewind rm set " },
	[OPTION_FORMAT] = { "format", 'F', "FORMAT", "raw or qcow2 (by the end of the file name)", " load save " },
	[OPTION_FS] = { "fs", 0, NULL, "also resize the partition, LUKS and the file system on it", " resize " },
	[OPTION_HELP] = { "help", 'h', NULL, "show this help", "" },
	[OPTION_JSON] = { "json", 'J', NULL, "print JSON, sizes in bytes", " info ls snapshot stats " },
	[OPTION_KEEP] = { "keep", 'k', NULL, "only save, do not remove", " stop " },
	[OPTION_LIST] = { "list", 'l', NULL, "list the snapshots", " snapshot " },
	[OPTION_MOUNT] = { "mount", 'm', NULL, "also mount or unmount the disk", " start stop " },
	[OPTION_NOHEADINGS] = { "noheadings", 'n', NULL, "print no headings", " info ls snapshot stats " },
	[OPTION_NO_VERIFY] = { "no-verify", 0, NULL, "do not verify the checksum", " load " },
	[OPTION_NO_WAIT] = { "no-wait", 0, NULL, "do not wait for udev", " add clone load start " },
	[OPTION_OUTPUT] = { "output", 'o', "COLUMNS", "print these columns, separated by commas", " info ls snapshot " },
	[OPTION_OUTPUT_ALL] = { "output-all", 'O', NULL, "print all columns", " info ls snapshot " },
	[OPTION_QUIET] = { "quiet", 'q', NULL, "show no progress", " load save start stop " },
	[OPTION_RAW] = { "raw", 'r', NULL, "separate columns by one blank", " info ls snapshot stats " },
	[OPTION_VERBOSE] = { "verbose", 'v', NULL, "say how long I/O had to wait", " reset resize rewind snapshot " },
	[OPTION_WATCH] = { "watch", 'w', "[SECONDS]", "print a line with rates per second for each interval (1)", " stats " },
};

#define MEMBER(member) offsetof(struct rbull_add, member)
#define SWITCH(bit) MEMBER(disk_flags), bit, 0, "[0|1]"

/*
 * Load-time parameters that set the same property have the same name, with '_'
 * instead of '-'. Keep each entry on one line, too.
 */
const struct disk_option disk_options[] = {
	{ "size", KIND_SIZE, MEMBER(disk_size), 0, RBULL_MIN_BLOCK_SIZE, "SIZE", "size of the disk (128M)" },
	{ "disk-mb", KIND_MIB, MEMBER(disk_size), 0, 1, "NUMBER", "the same in MiB" },
	{ "name", KIND_NAME, MEMBER(call.name), 0, 0, "NAME", "its name" },
	{ "serial", KIND_SERIAL, MEMBER(serial), 0, 0, "TEXT", "its serial number (none)" },
	{ "index", KIND_INDEX, MEMBER(call.index), 0, 0, "NUMBER", "its number (-1: the lowest free one)" },
	{ "mem-limit", KIND_SIZE, MEMBER(mem_limit), 0, 0, "SIZE", "RAM that it may take (0: only the limit of all disks)" },
	{ "mem-limit-mb", KIND_MIB, MEMBER(mem_limit), 0, 0, "NUMBER", "the same in MiB" },
	{ "ro", KIND_ON, SWITCH(RBULL_DISK_RO), "it is read-only (0)" },
	{ "logical-block-size", KIND_SIZE32, MEMBER(logical_block_size), 0, RBULL_MIN_BLOCK_SIZE, "SIZE", "smallest unit of I/O (512)" },
	{ "physical-block-size", KIND_SIZE32, MEMBER(physical_block_size), 0, RBULL_MIN_BLOCK_SIZE, "SIZE", "preferred unit of I/O (4096)" },
	{ "queue-mode", KIND_CHOICE, MEMBER(queue_mode), 0, 0, "mq|bio", "how I/O reaches the driver (mq)" },
	{ "nr-hw-queues", KIND_NUMBER, MEMBER(nr_hw_queues), 0, 0, "NUMBER", "hardware queues (0: one per CPU)" },
	{ "poll-queues", KIND_NUMBER, MEMBER(poll_queues), 0, 0, "NUMBER", "queues for polled I/O, in addition (0)" },
	{ "queue-depth", KIND_NUMBER, MEMBER(queue_depth), 0, 1, "NUMBER", "requests in flight per queue (128)" },
	{ "max-segments", KIND_NUMBER, MEMBER(max_segments), 0, 1, "NUMBER", "maximum number of segments in a request (1024)" },
	{ "max-segment-size", KIND_SIZE32, MEMBER(max_segment_size), 0, 4096, "SIZE", "maximum size of a segment (4M)" },
	{ "nminors", KIND_NUMBER, MEMBER(nminors), 0, 1, "NUMBER", "minor numbers reserved (the module parameter nminors)" },
	{ "discard", KIND_OFF, SWITCH(RBULL_DISK_NO_DISCARD), "it offers discard and secure erase (1)" },
	{ "write-zeroes", KIND_OFF, SWITCH(RBULL_DISK_NO_WRITE_ZEROES), "it offers write zeroes (1)" },
	{ "rotational", KIND_ON, SWITCH(RBULL_DISK_ROTATIONAL), "it claims to be a spinning disk (0)" },
	{ "numa-node", KIND_NODE, MEMBER(numa_node), 0, 0, "NODE", "memory node to take RAM from (-1: any)" },
	{ "populate", KIND_ON, SWITCH(RBULL_DISK_POPULATE), "it takes all its RAM at once (0)" },
};

const size_t nr_disk_options = ARRAY_SIZE(disk_options);
static_assert(ARRAY_SIZE(disk_options) <= DISK_OPTIONS_MAX, "raise DISK_OPTIONS_MAX");

bool verb_takes(const struct verb *verb, const struct verb_option *option)
{
	char name[32];

	snprintf(name, sizeof(name), " %s ", verb->name);
	return option == &verb_options[OPTION_HELP] ||
	       strstr(option->verbs, name);
}

bool verb_takes_disk_options(const struct verb *verb)
{
	return !strcmp(verb->name, "add") || !strcmp(verb->name, "clone") ||
	       !strcmp(verb->name, "load");
}

bool disk_option_is_switch(const struct disk_option *option)
{
	return option->kind == KIND_ON || option->kind == KIND_OFF;
}

const struct disk_option *disk_option_find(const char *name)
{
	size_t i, c;

	for (i = 0; i < nr_disk_options; i++) {
		const char *other = disk_options[i].name;

		for (c = 0; other[c]; c++)
			if ((name[c] == '_' ? '-' : name[c]) != other[c])
				break;
		if (!other[c] && !name[c])
			return &disk_options[i];
	}
	return NULL;
}

const char *disk_name_wrong(const char *name)
{
	static char letters[100];
	const char *number = strncmp(name, RBULL_NAME, strlen(RBULL_NAME)) ?
		name : name + strlen(RBULL_NAME);

	snprintf(letters, sizeof(letters),
		 ": allowed are up to %d of A-Z a-z 0-9 . _ - (not . or - as the first character)",
		 RBULL_NAME_SIZE - 1);
	if (strchr(".-", *name) || name[strspn(name, NAME_LETTERS)])
		return letters;
	if (*number && !number[strspn(number, "0123456789")])
		return " is a number or a device name: choose another name";
	return NULL;
}

int switch_parse(const char *text)
{
	static const char *const words[] = {
		"0", "1", "n", "y", "no", "yes", "off", "on", "false", "true",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(text, words[i]))
			return i % 2;
	return -1;
}

/*
 * Refuse 0 if it is not allowed: the kernel would take it as "not given". The
 * kernel checks all other values.
 */
static int judge_zero(const struct disk_option *option, uint64_t value,
		      const char *where)
{
	return value || !option->least ? EXIT_DONE :
		complain(EXIT_USAGE, "%s: 0 is too small: at least %u is allowed",
			 where, option->least);
}

static int set_size(const struct disk_option *option, void *member,
		    const char *value, const char *where)
{
	uint64_t max = option->kind == KIND_SIZE32 ? UINT32_MAX : UINT64_MAX;
	uint64_t unit = option->kind == KIND_MIB ? 1 << 20 : 1;
	uint64_t size;

	if (!size_parse(value, &size) || size > max / unit)
		return complain(EXIT_USAGE,
				"%s: '%s' is not a size: write it as in 1G, 512MiB, 1.5T or 4096, up to %llu bytes",
				where, value, (unsigned long long)max);
	if (judge_zero(option, size, where))
		return EXIT_USAGE;
	size *= unit;
	if (max == UINT32_MAX)
		*(uint32_t *)member = size;
	else
		*(uint64_t *)member = size;
	return EXIT_DONE;
}

static int set_number(const struct disk_option *option, struct rbull_add *add,
		      const char *value, const char *where)
{
	void *member = (char *)add + option->offset;
	int64_t min = 0, max = UINT32_MAX, number;

	if (option->kind == KIND_NODE || option->kind == KIND_INDEX) {
		min = -1;
		max = option->kind == KIND_NODE ? INT32_MAX : RBULL_MAX_DISKS - 1;
	}
	if (!number_parse(value, min, max, &number))
		return complain(EXIT_USAGE,
				"%s: '%s' is not a number from %lld to %lld",
				where, value, (long long)min, (long long)max);
	if (judge_zero(option, number, where))
		return EXIT_USAGE;
	*(uint32_t *)member = number;
	if (option->kind == KIND_NODE && number >= 0) {
		add->disk_flags |= RBULL_DISK_NUMA_NODE;
	} else if (option->kind == KIND_NODE) {
		add->disk_flags &= ~RBULL_DISK_NUMA_NODE;
		add->numa_node = 0;
	}
	return EXIT_DONE;
}

static int set_switch(const struct disk_option *option, struct rbull_add *add,
		      const char *value, const char *where)
{
	int on = *value ? switch_parse(value) : 1;

	if (on < 0)
		return complain(EXIT_USAGE, "%s: '%s' is neither 0 nor 1", where,
				value);
	if (option->kind == KIND_OFF)
		on = !on;
	if (on)
		add->disk_flags |= option->bit;
	else
		add->disk_flags &= ~option->bit;
	return EXIT_DONE;
}

static int set_choice(const struct disk_option *option, void *member,
		      const char *value, const char *where)
{
	const char *choice = option->argument;
	size_t length = strlen(value);
	uint32_t number;

	for (number = 0; choice; number++) {
		if (length && !strncmp(choice, value, length) &&
		    (!choice[length] || choice[length] == '|')) {
			*(uint32_t *)member = number;
			return EXIT_DONE;
		}
		choice = strchr(choice, '|');
		if (choice)
			choice++;
	}
	return complain(EXIT_USAGE, "%s: '%s' is not one of %s", where, value,
			option->argument);
}

static int set_text(char *member, size_t size, const char *value,
		    const char *where)
{
	if (strlen(value) >= size)
		return complain(EXIT_USAGE,
				"%s: '%s' is too long, at most %zu characters are allowed",
				where, value, size - 1);
	strcpy(member, value);
	return EXIT_DONE;
}

int disk_option_set(const struct disk_option *option, struct rbull_add *add,
		    const char *value, const char *where)
{
	void *member = (char *)add + option->offset;

	switch (option->kind) {
	case KIND_SIZE:
	case KIND_MIB:
	case KIND_SIZE32:
		return set_size(option, member, value, where);
	case KIND_CHOICE:
		return set_choice(option, member, value, where);
	case KIND_ON:
	case KIND_OFF:
		return set_switch(option, add, value, where);
	case KIND_NAME:
		return set_text(member, RBULL_NAME_SIZE, value, where);
	case KIND_SERIAL:
		return set_text(member, RBULL_SERIAL_SIZE, value, where);
	default:
		return set_number(option, add, value, where);
	}
}
