// SPDX-License-Identifier: GPL-2.0-only
/*
 * `ls` and `info`: print properties of disks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/columns.h"
#include "show/view.h"
#include "sizes.h"

/* Space for a sum as text. */
#define SUM_TEXT	32

enum disk_column {
	DISK_DEVICE,
	DISK_INDEX,
	DISK_MAJ_MIN,
	DISK_NAME,
	DISK_SERIAL,
	DISK_SIZE,
	DISK_MEM_USED,
	DISK_MEM_LIMIT,
	DISK_RO,
	DISK_OPENS,
	DISK_SNAPSHOTS,
	DISK_LOGICAL_BLOCK_SIZE,
	DISK_PHYSICAL_BLOCK_SIZE,
	DISK_QUEUE_MODE,
	DISK_NR_HW_QUEUES,
	DISK_POLL_QUEUES,
	DISK_QUEUE_DEPTH,
	DISK_MAX_SEGMENTS,
	DISK_MAX_SEGMENT_SIZE,
	DISK_NMINORS,
	DISK_DISCARD,
	DISK_WRITE_ZEROES,
	DISK_ROTATIONAL,
	DISK_NUMA_NODE,
	DISK_POPULATE,
};

/* Keep each entry on one line: tests/check reads them. */
const struct column disk_columns[] = {
	[DISK_DEVICE] = { "DEVICE", COLUMN_TEXT, true, "path" },
	[DISK_INDEX] = { "INDEX", COLUMN_NUMBER, false, "number" },
	[DISK_MAJ_MIN] = { "MAJ:MIN", COLUMN_TEXT, false, "device number" },
	[DISK_NAME] = { "NAME", COLUMN_TEXT, true, "name, if it has one" },
	[DISK_SERIAL] = { "SERIAL", COLUMN_TEXT, false, "serial number, if it has one" },
	[DISK_SIZE] = { "SIZE", COLUMN_SIZE, true, "size" },
	[DISK_MEM_USED] = { "MEM_USED", COLUMN_SIZE, true, "RAM that the contents and snapshots take" },
	[DISK_MEM_LIMIT] = { "MEM_LIMIT", COLUMN_SIZE, true, "limit on this RAM, 0 for no limit of its own" },
	[DISK_RO] = { "RO", COLUMN_BOOL, true, "read-only" },
	[DISK_OPENS] = { "OPENS", COLUMN_NUMBER, true, "number of openers" },
	[DISK_SNAPSHOTS] = { "SNAPSHOTS", COLUMN_NUMBER, true, "number of snapshots" },
	[DISK_LOGICAL_BLOCK_SIZE] = { "LOGICAL_BLOCK_SIZE", COLUMN_NUMBER, false, "smallest unit of I/O, bytes" },
	[DISK_PHYSICAL_BLOCK_SIZE] = { "PHYSICAL_BLOCK_SIZE", COLUMN_NUMBER, false, "preferred unit of I/O, bytes" },
	[DISK_QUEUE_MODE] = { "QUEUE_MODE", COLUMN_TEXT, false, "how I/O reaches the driver, mq or bio" },
	[DISK_NR_HW_QUEUES] = { "NR_HW_QUEUES", COLUMN_NUMBER, false, "hardware queues" },
	[DISK_POLL_QUEUES] = { "POLL_QUEUES", COLUMN_NUMBER, false, "queues for polled I/O" },
	[DISK_QUEUE_DEPTH] = { "QUEUE_DEPTH", COLUMN_NUMBER, false, "requests in flight per queue" },
	[DISK_MAX_SEGMENTS] = { "MAX_SEGMENTS", COLUMN_NUMBER, false, "maximum number of segments in a request" },
	[DISK_MAX_SEGMENT_SIZE] = { "MAX_SEGMENT_SIZE", COLUMN_NUMBER, false, "maximum size of a segment, bytes" },
	[DISK_NMINORS] = { "NMINORS", COLUMN_NUMBER, false, "minor numbers reserved" },
	[DISK_DISCARD] = { "DISCARD", COLUMN_BOOL, false, "offers discard and secure erase" },
	[DISK_WRITE_ZEROES] = { "WRITE_ZEROES", COLUMN_BOOL, false, "offers write zeroes" },
	[DISK_ROTATIONAL] = { "ROTATIONAL", COLUMN_BOOL, false, "claims to be a spinning disk" },
	[DISK_NUMA_NODE] = { "NUMA_NODE", COLUMN_NUMBER, false, "memory node, -1 for any" },
	[DISK_POPULATE] = { "POPULATE", COLUMN_BOOL, false, "took all its RAM at once" },
};

const size_t nr_disk_columns = ARRAY_SIZE(disk_columns);

/* Columns that view_info() can fill without the control device. */
static const bool disk_is_of_sysfs[ARRAY_SIZE(disk_columns)] = {
	[DISK_DEVICE] = true,
	[DISK_INDEX] = true,
	[DISK_MAJ_MIN] = true,
	[DISK_NAME] = true,
	[DISK_SERIAL] = true,
	[DISK_SIZE] = true,
	[DISK_MEM_USED] = true,
	[DISK_MEM_LIMIT] = true,
	[DISK_RO] = true,
	[DISK_OPENS] = true,
	[DISK_SNAPSHOTS] = true,
	[DISK_LOGICAL_BLOCK_SIZE] = true,
	[DISK_PHYSICAL_BLOCK_SIZE] = true,
	[DISK_QUEUE_MODE] = true,
	[DISK_MAX_SEGMENTS] = true,
	[DISK_MAX_SEGMENT_SIZE] = true,
	[DISK_DISCARD] = true,
	[DISK_WRITE_ZEROES] = true,
	[DISK_ROTATIONAL] = true,
};

static void fill_numbers(struct sheet *sheet, struct libscols_line *line,
			 const struct rbull_info *info)
{
	sheet_set_number(sheet, line, DISK_INDEX, info->call.index);
	sheet_set_number(sheet, line, DISK_SIZE, info->disk_size);
	sheet_set_number(sheet, line, DISK_MEM_USED, info->mem_used);
	if (info->mem_limit || sheet->bytes)
		sheet_set_number(sheet, line, DISK_MEM_LIMIT, info->mem_limit);
	sheet_set_number(sheet, line, DISK_OPENS, info->opens);
	sheet_set_number(sheet, line, DISK_SNAPSHOTS, info->nr_snapshots);
	sheet_set_number(sheet, line, DISK_LOGICAL_BLOCK_SIZE,
			 info->logical_block_size);
	sheet_set_number(sheet, line, DISK_PHYSICAL_BLOCK_SIZE,
			 info->physical_block_size);
	sheet_set_number(sheet, line, DISK_NR_HW_QUEUES, info->nr_hw_queues);
	sheet_set_number(sheet, line, DISK_POLL_QUEUES, info->poll_queues);
	sheet_set_number(sheet, line, DISK_QUEUE_DEPTH, info->queue_depth);
	sheet_set_number(sheet, line, DISK_MAX_SEGMENTS, info->max_segments);
	sheet_set_number(sheet, line, DISK_MAX_SEGMENT_SIZE,
			 info->max_segment_size);
	sheet_set_number(sheet, line, DISK_NMINORS, info->nminors);
}

static void fill(struct sheet *sheet, const struct rbull_info *info,
		 bool is_partial)
{
	struct libscols_line *line = sheet_line(sheet);
	size_t column;
	uint32_t flags = info->disk_flags;
	char text[32];

	fill_numbers(sheet, line, info);
	snprintf(text, sizeof(text), "/dev/" RBULL_NAME "%d", info->call.index);
	sheet_set(sheet, line, DISK_DEVICE, text);
	snprintf(text, sizeof(text), "%u:%u", info->major, info->minor);
	sheet_set(sheet, line, DISK_MAJ_MIN, text);
	sheet_set(sheet, line, DISK_NAME,
		  info->call.name[0] ? info->call.name : NULL);
	sheet_set(sheet, line, DISK_SERIAL,
		  info->serial[0] ? info->serial : NULL);
	sheet_set(sheet, line, DISK_QUEUE_MODE,
		  info->queue_mode == RBULL_QUEUE_MODE_BIO ? "bio" : "mq");
	snprintf(text, sizeof(text), "%d",
		 flags & RBULL_DISK_NUMA_NODE ? info->numa_node : -1);
	sheet_set(sheet, line, DISK_NUMA_NODE, text);
	sheet_set(sheet, line, DISK_RO, flags & RBULL_DISK_RO ? "1" : "0");
	sheet_set(sheet, line, DISK_DISCARD,
		  flags & RBULL_DISK_NO_DISCARD ? "0" : "1");
	sheet_set(sheet, line, DISK_WRITE_ZEROES,
		  flags & RBULL_DISK_NO_WRITE_ZEROES ? "0" : "1");
	sheet_set(sheet, line, DISK_ROTATIONAL,
		  flags & RBULL_DISK_ROTATIONAL ? "1" : "0");
	sheet_set(sheet, line, DISK_POPULATE,
		  flags & RBULL_DISK_POPULATE ? "1" : "0");
	for (column = 0; is_partial && column < nr_disk_columns; column++)
		if (!disk_is_of_sysfs[column])
			sheet_set_unknown(sheet, line, column);
}

/*
 * Leave out temporary disks, and disks that are removed meanwhile. If the module
 * is not loaded, there are no disks.
 */
static int fill_all(struct sheet *sheet, struct rbull_list *sums)
{
	int *indices, nr, i, err = 0;
	bool is_partial;

	nr = view_list(&indices, sums);
	if (nr == -ENOENT || nr == -ENXIO || nr == -ENODEV)
		return EXIT_DONE;
	if (nr < 0)
		return failed(handle(), nr);
	for (i = 0; i < nr && !err; i++) {
		struct rbull_info info = RBULL_INIT(rbull_info);

		err = view_info(indices[i], &info, &is_partial);
		if (!err && info.disk_flags & RBULL_DISK_TEMPORARY)
			continue;
		if (!err)
			fill(sheet, &info, is_partial);
		else if (err == -ENODEV)
			err = 0;
	}
	free(indices);
	return err ? failed(handle(), err) : EXIT_DONE;
}

static int fill_those(struct sheet *sheet, const struct arguments *arguments)
{
	bool is_partial;
	int i, index, err;

	for (i = 0; i < arguments->nr; i++) {
		struct rbull_info info = RBULL_INIT(rbull_info);

		index = view_find(arguments->operands[i]);
		if (index < 0)
			return -index;
		err = view_info(index, &info, &is_partial);
		if (err == -ENODEV)
			return complain(EXIT_NO_DISK, RBULL_NAME "%d is gone", index);
		if (err)
			return failed(handle(), err);
		fill(sheet, &info, is_partial);
	}
	return EXIT_DONE;
}

static void format_sum(char text[SUM_TEXT], const struct sheet *sheet,
		       uint64_t sum)
{
	if (sheet->json && sum == VIEW_UNKNOWN)
		strcpy(text, "null");
	else if (sheet->bytes)
		snprintf(text, SUM_TEXT, "%llu", (unsigned long long)sum);
	else
		size_format(text, sum);
}

/* Print all disks, and the RAM that they use together. */
static int list_all(struct sheet *sheet, bool plain)
{
	struct rbull_list sums = RBULL_INIT(rbull_list);
	char used[SUM_TEXT], limit[SUM_TEXT], members[2 * SUM_TEXT + 40];
	bool any;
	int err;

	sums.mem_used = VIEW_UNKNOWN;
	sums.mem_limit = VIEW_UNKNOWN;
	err = fill_all(sheet, &sums);
	if (err)
		return err;
	format_sum(used, sheet, sums.mem_used);
	format_sum(limit, sheet, sums.mem_limit);
	snprintf(members, sizeof(members),
		 ",\n   \"mem_used\": %s,\n   \"mem_limit\": %s", used, limit);
	any = scols_table_get_nlines(sheet->table);
	err = sheet_print(sheet, members);
	if (!err && any && plain && sums.mem_used != VIEW_UNKNOWN)
		printf("\n%s of %s%s of RAM in use\n", used, limit,
		       sheet->bytes ? " bytes" : "");
	return err;
}

/**
 * verb_ls() - print a table of disks
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_ls(const struct arguments *arguments)
{
	const char *const *given = arguments->given;
	struct sheet sheet;
	int err;

	err = sheet_begin(&sheet, arguments, disk_columns, nr_disk_columns,
			  "disks", false);
	if (err)
		return err;
	if (!arguments->nr)
		return list_all(&sheet, !sheet.json && !given[OPTION_RAW] &&
				!given[OPTION_NOHEADINGS] && !given[OPTION_OUTPUT]);
	err = fill_those(&sheet, arguments);
	return err ? err : sheet_print(&sheet, NULL);
}

/* Print the table with one line for each property, for people. Frees the table. */
static void print_turned(struct sheet *sheet, bool names)
{
	struct libscols_iter *iter = scols_new_iter(SCOLS_ITER_FORWARD);
	struct libscols_line *line;
	bool more = false;
	size_t i;

	if (!iter)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	while (!scols_table_next_line(sheet->table, iter, &line)) {
		if (more)
			putchar('\n');
		more = true;
		for (i = 0; i < sheet->nr; i++) {
			const struct column *column =
				&sheet->columns[sheet->chosen[i]];
			struct libscols_cell *cell =
				scols_line_get_cell(line, i);
			const char *text = scols_cell_get_data(cell);

			if (names)
				printf("%-20s ", column->name);
			puts(text ? text : "-");
		}
	}
	scols_free_iter(iter);
	scols_unref_table(sheet->table);
}

/**
 * verb_info() - print all properties of disks, one line for each
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_info(const struct arguments *arguments)
{
	struct sheet sheet;
	int err;

	err = sheet_begin(&sheet, arguments, disk_columns, nr_disk_columns,
			  "disks", true);
	if (!err)
		err = fill_those(&sheet, arguments);
	if (err)
		return err;
	if (arguments->given[OPTION_JSON] || arguments->given[OPTION_RAW])
		return sheet_print(&sheet, NULL);
	print_turned(&sheet, !arguments->given[OPTION_NOHEADINGS]);
	return EXIT_DONE;
}
