// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing tables with libsmartcols.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/columns.h"
#include "sizes.h"

/*
 * Check whether @length bytes at @word are the name of the column. Case does
 * not matter, and '-' counts as '_'.
 */
static bool column_is(const struct column *column, const char *word,
		      size_t length)
{
	size_t i;

	if (strlen(column->name) != length)
		return false;
	for (i = 0; i < length; i++) {
		int letter = word[i] == '-' ? '_' : toupper((unsigned char)word[i]);

		if (letter != column->name[i])
			return false;
	}
	return true;
}

static int columns_choose(struct sheet *sheet, const char *list, size_t nr,
			  const char *verb)
{
	sheet->nr = 0;
	while (*list) {
		size_t length = strcspn(list, ","), i;

		for (i = 0; i < nr; i++)
			if (column_is(&sheet->columns[i], list, length))
				break;
		if (i == nr || sheet->nr == COLUMNS_MAX)
			return complain(EXIT_USAGE,
					"--output: there is no column '%.*s': 'rbullctl %s --help' lists them",
					(int)length, list, verb);
		sheet->chosen[sheet->nr++] = i;
		list += length + (list[length] == ',');
	}
	return EXIT_DONE;
}

static int sheet_columns(struct sheet *sheet)
{
	size_t i;

	for (i = 0; i < sheet->nr; i++) {
		const struct column *column = &sheet->columns[sheet->chosen[i]];
		bool text = column->kind == COLUMN_TEXT;
		struct libscols_column *added;

		added = scols_table_new_column(sheet->table, column->name, 0,
					       text ? 0 : SCOLS_FL_RIGHT);
		if (!added)
			return complain(EXIT_FAILED, "there is not enough memory");
		if (column->kind == COLUMN_BOOL)
			scols_column_set_json_type(added, SCOLS_JSON_BOOLEAN);
		else if (!text)
			scols_column_set_json_type(added, SCOLS_JSON_NUMBER);
	}
	return EXIT_DONE;
}

int sheet_begin(struct sheet *sheet, const struct arguments *arguments,
		const struct column *columns, size_t nr, const char *name,
		bool all)
{
	const char *const *given = arguments->given;
	size_t i;
	int err;

	*sheet = (struct sheet) {
		.columns = columns,
		.json = given[OPTION_JSON],
		.bytes = given[OPTION_BYTES] || given[OPTION_JSON],
	};
	if (given[OPTION_JSON] && given[OPTION_RAW])
		return complain(EXIT_USAGE, "give either --json or --raw, not both");
	for (i = 0; i < nr; i++)
		if (all || given[OPTION_OUTPUT_ALL] || columns[i].is_default)
			sheet->chosen[sheet->nr++] = i;
	if (given[OPTION_OUTPUT]) {
		err = columns_choose(sheet, given[OPTION_OUTPUT], nr,
				     arguments->verb->name);
		if (err)
			return err;
	}
	scols_init_debug(0);
	sheet->table = scols_new_table();
	if (!sheet->table)
		return complain(EXIT_FAILED, "there is not enough memory");
	scols_table_set_name(sheet->table, name);
	scols_table_enable_json(sheet->table, sheet->json);
	scols_table_enable_raw(sheet->table, !!given[OPTION_RAW]);
	scols_table_enable_noheadings(sheet->table,
				      !!given[OPTION_NOHEADINGS]);
	return sheet_columns(sheet);
}

struct libscols_line *sheet_line(struct sheet *sheet)
{
	struct libscols_line *line = scols_table_new_line(sheet->table, NULL);

	if (!line)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	return line;
}

void sheet_set(struct sheet *sheet, struct libscols_line *line, size_t column,
	       const char *text)
{
	size_t i;

	for (i = 0; i < sheet->nr; i++)
		if (sheet->chosen[i] == column)
			scols_line_set_data(line, i, text);
}

void sheet_set_unknown(struct sheet *sheet, struct libscols_line *line,
		       size_t column)
{
	struct libscols_column *found;
	size_t i;

	sheet_set(sheet, line, column, NULL);
	/*
	 * In JSON, libsmartcols prints an empty boolean as false, but an empty
	 * number as null.
	 */
	for (i = 0; i < sheet->nr; i++) {
		found = scols_table_get_column(sheet->table, i);
		if (sheet->chosen[i] == column && sheet->columns[column].kind == COLUMN_BOOL)
			scols_column_set_json_type(found, SCOLS_JSON_NUMBER);
	}
}

void sheet_set_number(struct sheet *sheet, struct libscols_line *line,
		      size_t column, uint64_t number)
{
	char text[32];

	if (sheet->columns[column].kind == COLUMN_SIZE && !sheet->bytes)
		size_format(text, number);
	else
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)number);
	sheet_set(sheet, line, column, text);
}

/* The table is an object with one member, an array. Add @members after it. */
static int sheet_print_json(struct sheet *sheet, const char *members)
{
	char *text, *end;
	int err;

	err = scols_print_table_to_string(sheet->table, &text);
	if (err)
		return err;
	end = strrchr(text, ']');
	if (end)
		printf("%.*s%s\n}\n", (int)(end + 1 - text), text, members);
	free(text);
	return end ? 0 : -EINVAL;
}

int sheet_print(struct sheet *sheet, const char *members)
{
	int err = sheet->json && members ? sheet_print_json(sheet, members) :
		scols_print_table(sheet->table);

	scols_unref_table(sheet->table);
	sheet->table = NULL;
	return err ? complain(EXIT_FAILED, "the table cannot be printed") :
		EXIT_DONE;
}

const struct column *columns_of(const char *verb, size_t *nr)
{
	if (!strcmp(verb, "ls") || !strcmp(verb, "info")) {
		*nr = nr_disk_columns;
		return disk_columns;
	}
	if (!strcmp(verb, "snapshot")) {
		*nr = nr_snapshot_columns;
		return snapshot_columns;
	}
	*nr = !strcmp(verb, "stats") || !strcmp(verb, "top") ? nr_rate_columns : 0;
	return rate_columns;
}
