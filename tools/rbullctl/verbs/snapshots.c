// SPDX-License-Identifier: GPL-2.0-only
/*
 * `snapshot`, `rewind` and `reset`.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "show/columns.h"

/* Space for the result of format_time(). */
#define RFC3339_TEXT	40

enum snapshot_column {
	SNAPSHOT_NAME,
	SNAPSHOT_SIZE,
	SNAPSHOT_CREATED,
};

/* Keep each entry on one line: tests/check reads them. */
const struct column snapshot_columns[] = {
	[SNAPSHOT_NAME] = { "NAME", COLUMN_TEXT, true, "name" },
	[SNAPSHOT_SIZE] = { "SIZE", COLUMN_SIZE, true, "size of the disk when it was made" },
	[SNAPSHOT_CREATED] = { "CREATED", COLUMN_TEXT, true, "when it was made, with the offset to UTC" },
};

const size_t nr_snapshot_columns = ARRAY_SIZE(snapshot_columns);

int no_snapshot(int index, const char *snapshot)
{
	struct rbull_snapshot_entry *entries;
	char names[800] = "";
	size_t length = 0;
	int nr, i;

	nr = rbull_snapshot_list(handle(), index, &entries, sizeof(*entries));
	if (nr < 0)
		return failed(handle(), nr);
	for (i = 0; i < nr && length + RBULL_NAME_SIZE + 8 < sizeof(names); i++)
		length += sprintf(names + length, "%s%s", i ? ", " : "",
				  entries[i].snapshot);
	if (i < nr)
		strcpy(names + length, ", ...");
	free(entries);
	if (!nr)
		return complain(EXIT_NO_DISK,
				"rbull%d has no snapshot '%s': it has none; 'rbullctl snapshot %d %s' makes one",
				index, snapshot, index, snapshot);
	return complain(EXIT_NO_DISK,
			"rbull%d has no snapshot '%s': it has %s", index, snapshot,
			names);
}

/* Format a time as in RFC 3339; strftime() omits the colon in the offset. */
static void format_time(char text[RFC3339_TEXT], uint64_t ns)
{
	time_t seconds = ns / 1000000000;
	size_t length = 0;
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		length = strftime(text, RFC3339_TEXT - 1, "%Y-%m-%dT%H:%M:%S%z", &tm);
	text[length] = '\0';
	if (length < 2)
		return;
	memmove(text + length - 1, text + length - 2, 3);
	text[length - 2] = ':';
}

static int list(const struct arguments *arguments, int index)
{
	struct rbull_snapshot_entry *entries;
	struct sheet sheet;
	int err, nr, i;

	err = sheet_begin(&sheet, arguments, snapshot_columns,
			  nr_snapshot_columns, "snapshots", false);
	if (err)
		return err;
	nr = rbull_snapshot_list(handle(), index, &entries, sizeof(*entries));
	if (nr < 0)
		return failed(handle(), nr);
	for (i = 0; i < nr; i++) {
		struct libscols_line *line = sheet_line(&sheet);
		char text[RFC3339_TEXT];

		format_time(text, entries[i].created);
		sheet_set(&sheet, line, SNAPSHOT_NAME, entries[i].snapshot);
		sheet_set_number(&sheet, line, SNAPSHOT_SIZE,
				 entries[i].disk_size);
		sheet_set(&sheet, line, SNAPSHOT_CREATED, text);
	}
	free(entries);
	return sheet_print(&sheet, NULL);
}

/**
 * verb_snapshot() - make, list and remove snapshots
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_snapshot(const struct arguments *arguments)
{
	struct rbull *rbull = handle();
	const char *name = arguments->operands[1];
	uint64_t quiesced_ns = 0;
	int index, err;

	if (arguments->given[OPTION_LIST] && name)
		return complain(EXIT_USAGE,
				"--list takes no name: usage: rbullctl snapshot [OPTION]... DEV --list");
	if (!arguments->given[OPTION_LIST] && !name)
		return complain(EXIT_USAGE,
				"a name is missing: usage: rbullctl snapshot [OPTION]... DEV NAME");
	index = rbull_find(rbull, arguments->operands[0]);
	if (index < 0)
		return failed(rbull, index);
	if (arguments->given[OPTION_LIST])
		return list(arguments, index);
	if (arguments->given[OPTION_DELETE])
		err = rbull_snapshot_remove(rbull, index, name);
	else
		err = rbull_snapshot_create(rbull, index, name, &quiesced_ns);
	if (err == -ENOENT)
		return no_snapshot(index, name);
	if (err)
		return failed(rbull, err);
	tell_quiesced(arguments, quiesced_ns);
	return EXIT_DONE;
}

/* Rewind a disk to the snapshot @name; NULL: make it all zeroes. */
static int rewind_to(const struct arguments *arguments, const char *name)
{
	unsigned int flags = arguments->given[OPTION_FORCE] ? RBULL_FORCE : 0;
	struct rbull *rbull = handle();
	uint64_t quiesced_ns = 0;
	int index, err;

	index = rbull_find(rbull, arguments->operands[0]);
	if (index < 0)
		return failed(rbull, index);
	if (name)
		err = rbull_snapshot_rewind(rbull, index, name, flags, &quiesced_ns);
	else
		err = rbull_disk_reset(rbull, index, flags, &quiesced_ns);
	if (err == -ENOENT && name)
		return no_snapshot(index, name);
	if (err)
		return failed_unforced(arguments, err);
	tell_quiesced(arguments, quiesced_ns);
	return EXIT_DONE;
}

/**
 * verb_rewind() - give a disk the contents of a snapshot
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_rewind(const struct arguments *arguments)
{
	return rewind_to(arguments, arguments->operands[1]);
}

/**
 * verb_reset() - make a disk all zeroes
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_reset(const struct arguments *arguments)
{
	return rewind_to(arguments, NULL);
}
