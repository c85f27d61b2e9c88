/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables: their columns, choosing columns, and printing with libsmartcols.
 */
#ifndef RBULLCTL_COLUMNS_H
#define RBULLCTL_COLUMNS_H

#include <libsmartcols.h>

#include "cli/options.h"

/* Type of a column; determines how its values are printed, also in JSON. */
enum column_kind {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_SIZE,	/* bytes */
	COLUMN_BOOL,
};

/**
 * struct column - a column that a table may have
 * @name: its heading; in lower case its key in JSON
 * @kind: its type
 * @is_default: shown if no columns are chosen
 * @help: one line of help
 */
struct column {
	const char *name;
	enum column_kind kind;
	bool is_default;
	const char *help;
};

/* More columns than any table has. */
#define COLUMNS_MAX	32

/**
 * struct sheet - a table that is being filled
 * @table: of libsmartcols
 * @columns: all possible columns
 * @chosen: the chosen columns, as indices of @columns
 * @nr: number of chosen columns
 * @bytes: print sizes in bytes
 * @json: print JSON
 */
struct sheet {
	struct libscols_table *table;
	const struct column *columns;
	size_t chosen[COLUMNS_MAX];
	size_t nr;
	bool bytes;
	bool json;
};

/**
 * sheet_begin() - create a table with the chosen columns
 * @sheet: the table
 * @arguments: --output, --output-all, --json, --raw, --noheadings, --bytes
 * @columns: all possible columns
 * @nr: number of possible columns
 * @name: name of the array of rows in JSON
 * @all: choose all columns by default
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int sheet_begin(struct sheet *sheet, const struct arguments *arguments,
		const struct column *columns, size_t nr, const char *name,
		bool all);

/**
 * sheet_set() - fill a cell
 * @sheet: the table
 * @line: its row
 * @column: index of the column among all; no effect if it is not chosen
 * @text: the text; NULL: leave the cell empty
 */
void sheet_set(struct sheet *sheet, struct libscols_line *line, size_t column,
	       const char *text);

/**
 * sheet_set_number() - fill a cell with a number or a size
 * @sheet: the table
 * @line: its row
 * @column: index of the column among all; no effect if it is not chosen
 * @number: the number
 */
void sheet_set_number(struct sheet *sheet, struct libscols_line *line,
		      size_t column, uint64_t number);

/**
 * sheet_set_unknown() - leave a cell empty because its value is unknown
 * @sheet: the table
 * @line: its row
 * @column: index of the column among all; all its values must be unknown
 */
void sheet_set_unknown(struct sheet *sheet, struct libscols_line *line,
		       size_t column);

/**
 * sheet_print() - print a table and free it
 * @sheet: the table
 * @members: further members for JSON, each with a comma before it; or NULL
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int sheet_print(struct sheet *sheet, const char *members);

/**
 * sheet_line() - append a row
 * @sheet: the table
 *
 * Return: the row; exits if there is no memory.
 */
struct libscols_line *sheet_line(struct sheet *sheet);

/**
 * columns_of() - get the columns that a verb can print
 * @verb: its name
 * @nr: receives their number; 0 if the verb prints no table
 *
 * Return: the columns.
 */
const struct column *columns_of(const char *verb, size_t *nr);

extern const struct column disk_columns[];
extern const size_t nr_disk_columns;
extern const struct column snapshot_columns[];
extern const size_t nr_snapshot_columns;
extern const struct column rate_columns[];
extern const size_t nr_rate_columns;

#endif /* RBULLCTL_COLUMNS_H */
