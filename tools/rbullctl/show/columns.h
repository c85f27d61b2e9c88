/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables: which columns there are, which are wanted, and printing them through
 * libsmartcols.
 */
#ifndef RBULLCTL_COLUMNS_H
#define RBULLCTL_COLUMNS_H

#include <libsmartcols.h>

#include "cli/options.h"

/* What a column holds, which is how JSON and people are shown it. */
enum column_kind {
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_SIZE,	/* bytes */
	COLUMN_BOOL,
};

/**
 * struct column - a column that a table may have
 * @name: its heading; in lower case its key in JSON
 * @kind: what it holds
 * @is_default: whether it is shown if none is asked for
 * @help: what it says
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
 * struct sheet - a table that is being made
 * @table: of libsmartcols
 * @columns: all that it could have
 * @chosen: those that it has, as indices of @columns
 * @nr: how many they are
 * @bytes: whether sizes are in bytes
 * @json: whether it will be JSON
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
 * sheet_begin() - make a table with the columns that are asked for
 * @sheet: the table
 * @arguments: --output, --output-all, --json, --raw, --noheadings, --bytes
 * @columns: all that it could have
 * @nr: how many they are
 * @name: what JSON calls the rows
 * @all: whether all columns are the default
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
 * @column: index of the column among all; nothing happens if it is not chosen
 * @text: what to put there; NULL: nothing
 */
void sheet_set(struct sheet *sheet, struct libscols_line *line, size_t column,
	       const char *text);

/**
 * sheet_set_number() - fill a cell with a number or a size
 * @sheet: the table
 * @line: its row
 * @column: index of the column among all; nothing happens if it is not chosen
 * @number: what to put there
 */
void sheet_set_number(struct sheet *sheet, struct libscols_line *line,
		      size_t column, uint64_t number);

/**
 * sheet_set_unknown() - leave a cell empty whose contents nobody knows
 * @sheet: the table
 * @line: its row
 * @column: index of the column among all, of which no cell is known
 */
void sheet_set_unknown(struct sheet *sheet, struct libscols_line *line,
		       size_t column);

/**
 * sheet_print() - print a table and end it
 * @sheet: the table
 * @members: what JSON has besides, each with a comma before it; NULL: nothing
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int sheet_print(struct sheet *sheet, const char *members);

/**
 * sheet_line() - begin a row
 * @sheet: the table
 *
 * Return: the row; without memory, the program ends.
 */
struct libscols_line *sheet_line(struct sheet *sheet);

/**
 * columns_of() - which columns a verb can print
 * @verb: its name
 * @nr: where to put how many they are; 0 if it prints no table
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
