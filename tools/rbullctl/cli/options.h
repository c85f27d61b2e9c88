/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of all verbs, and what disks may be asked to be like. Help,
 * parser, completion and configuration files all read these tables.
 */
#ifndef RBULLCTL_OPTIONS_H
#define RBULLCTL_OPTIONS_H

#include "rbullctl.h"

/* Options of verbs; those of disks are in a table of their own. */
enum verb_option_id {
	OPTION_ALL,
	OPTION_BYTES,
	OPTION_COUNT,
	OPTION_DELETE,
	OPTION_FORCE,
	OPTION_FORMAT,
	OPTION_FS,
	OPTION_HELP,
	OPTION_JSON,
	OPTION_KEEP,
	OPTION_LIST,
	OPTION_MOUNT,
	OPTION_NOHEADINGS,
	OPTION_NO_VERIFY,
	OPTION_NO_WAIT,
	OPTION_OUTPUT,
	OPTION_OUTPUT_ALL,
	OPTION_QUIET,
	OPTION_RAW,
	OPTION_VERBOSE,
	OPTION_WATCH,
	OPTION_NR,
};

/**
 * struct arguments - a command line, taken apart
 * @verb: what to do
 * @nr: how many operands there are
 * @operands: they
 * @given: value of each option that was given, "" if it has none; else NULL
 * @add: what the options of disks say
 * @ro_given: one of them is whether it is read-only
 */
struct arguments {
	const struct verb *verb;
	int nr;
	char **operands;
	const char *given[OPTION_NR];
	struct rbull_add add;
	bool ro_given;
};

/**
 * struct verb_option - an option of verbs
 * @name: the long one
 * @letter: the short one, or 0
 * @argument: as the help shows it; NULL if it takes none; in [] if it may have
 *	one
 * @help: what it does
 * @verbs: names of those that take it, with a blank around each
 */
struct verb_option {
	const char *name;
	char letter;
	const char *argument;
	const char *help;
	const char *verbs;
};

/* How an option of disks is written, and which member of struct rbull_add it is. */
enum disk_option_kind {
	KIND_SIZE,	/* u64, bytes */
	KIND_MIB,	/* u64, MiB */
	KIND_SIZE32,	/* u32, bytes */
	KIND_NUMBER,	/* u32 */
	KIND_INDEX,	/* s32, -1 or more */
	KIND_NODE,	/* s32, and RBULL_DISK_NUMA_NODE unless it is -1 */
	KIND_NAME,	/* char[RBULL_NAME_SIZE] */
	KIND_SERIAL,	/* char[RBULL_SERIAL_SIZE] */
	KIND_CHOICE,	/* u32, one of words */
	KIND_ON,	/* a bit of disk_flags */
	KIND_OFF,	/* a bit of disk_flags that says the contrary */
};

/**
 * struct disk_option - what a disk may be asked to be like
 * @name: the long option; keys in files have '_' instead of '-'
 * @kind: how it is written
 * @offset: where in struct rbull_add it is
 * @bit: which one, of switches
 * @least: of sizes and numbers where 0 is not allowed, what is, in their unit
 * @argument: as the help shows it
 * @help: what it does
 */
struct disk_option {
	const char *name;
	enum disk_option_kind kind;
	size_t offset;
	uint32_t bit;
	uint32_t least;
	const char *argument;
	const char *help;
};

/* At most so many there may be. */
#define DISK_OPTIONS_MAX	64

enum setting_kind {
	SETTING_TEXT,
	SETTING_SIZE,
	SETTING_DISK_SIZE,	/* + or - before it: relative to what it is */
	SETTING_SWITCH,
};

/**
 * struct setting - what `set` can change
 * @key: its name, which is that of an attribute
 * @kind: how its value is written
 */
struct setting {
	const char *key;
	enum setting_kind kind;
};

extern const struct setting settings[];
extern const size_t nr_settings;

/**
 * setting_keys() - what `set` can change, in words
 *
 * Return: the keys, with commas between, for ever.
 */
const char *setting_keys(void);

extern const struct verb_option verb_options[OPTION_NR];
extern const struct disk_option disk_options[];
extern const size_t nr_disk_options;

/**
 * verb_takes() - does a verb take an option?
 * @verb: the verb
 * @option: the option of verbs
 *
 * Return: whether it does.
 */
bool verb_takes(const struct verb *verb, const struct verb_option *option);

/**
 * verb_takes_disk_options() - does a verb take those that say what a disk is like?
 * @verb: the verb
 *
 * Return: whether it does.
 */
bool verb_takes_disk_options(const struct verb *verb);

/**
 * disk_option_is_switch() - does it say yes or no?
 * @option: the option
 *
 * Return: whether it does.
 */
bool disk_option_is_switch(const struct disk_option *option);

/**
 * disk_option_find() - look an option of disks up by name
 * @name: '_' counts as '-'
 *
 * Return: the option, or NULL.
 */
const struct disk_option *disk_option_find(const char *name);

/**
 * disk_option_set() - take a value
 * @option: the option
 * @add: where to put it
 * @value: as it was written
 * @where: where it was written, for the complaint, as in "--size"
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int disk_option_set(const struct disk_option *option, struct rbull_add *add,
		    const char *value, const char *where);

/**
 * switch_parse() - read a yes or a no
 * @text: 1, y, yes, on, true or 0, n, no, off, false
 *
 * Return: 1 or 0, or -1 if it is neither.
 */
int switch_parse(const char *text);

/**
 * arguments_parse() - take a command line apart
 * @arguments: where to put it; @arguments->verb is set
 * @argc: number of words
 * @argv: the words, beginning with the verb; their order is changed
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int arguments_parse(struct arguments *arguments, int argc, char **argv);

#endif /* RBULLCTL_OPTIONS_H */
