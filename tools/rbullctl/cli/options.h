/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of verbs and of disks. Help, parser, completion and configuration
 * files all read these tables.
 */
#ifndef RBULLCTL_OPTIONS_H
#define RBULLCTL_OPTIONS_H

#include "rbullctl.h"

/* Options of verbs; disk_options[] has those of disks. */
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
 * struct arguments - a parsed command line
 * @verb: the verb
 * @nr: number of operands
 * @operands: the operands
 * @given: value of each option that was given, "" if it has no value; NULL for
 *	the others
 * @add: description of a disk, from the options of disks
 * @ro_given: --ro or --no-ro was given
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
 * @name: long option
 * @letter: short option, or 0
 * @argument: its value, as the help shows it, in [] if it is optional; NULL if
 *	it takes none
 * @help: one line of help
 * @verbs: names of the verbs that take it, with a blank around each
 */
struct verb_option {
	const char *name;
	char letter;
	const char *argument;
	const char *help;
	const char *verbs;
};

/* Syntax of an option of disks, and type of its member of struct rbull_add. */
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
	KIND_OFF,	/* a bit of disk_flags with the opposite meaning */
};

/**
 * struct disk_option - an option of disks
 * @name: long option; keys in files have '_' instead of '-'
 * @kind: syntax and type
 * @offset: offset of the member in struct rbull_add
 * @bit: the bit, for switches
 * @least: smallest allowed value, if that is not 0, in the unit of the option;
 *	used to reject 0 only
 * @argument: its value, as the help shows it
 * @help: one line of help
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

/* Characters of names of disks, and of files of /etc/rbull.d. */
#define NAME_LETTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

/* Largest number of options of disks. */
#define DISK_OPTIONS_MAX	64

enum setting_kind {
	SETTING_TEXT,
	SETTING_SIZE,
	SETTING_DISK_SIZE,	/* with + or -: relative to the current size */
	SETTING_SWITCH,
};

/**
 * struct setting - a property that `set` can change
 * @key: its name, which is also that of the attribute
 * @kind: syntax of its value
 * @size: space for its value with the terminating zero byte, for text
 */
struct setting {
	const char *key;
	enum setting_kind kind;
	size_t size;
};

extern const struct setting settings[];
extern const size_t nr_settings;

/**
 * setting_keys() - list the keys that `set` can change
 *
 * Return: the keys, separated by commas, in a static string.
 */
const char *setting_keys(void);

extern const struct verb_option verb_options[OPTION_NR];
extern const struct disk_option disk_options[];
extern const size_t nr_disk_options;

/**
 * verb_takes() - check whether a verb takes an option
 * @verb: the verb
 * @option: the option of verbs
 *
 * Return: true if it does.
 */
bool verb_takes(const struct verb *verb, const struct verb_option *option);

/**
 * verb_takes_disk_options() - check whether a verb takes options of disks
 * @verb: the verb
 *
 * Return: true if it does.
 */
bool verb_takes_disk_options(const struct verb *verb);

/**
 * disk_option_is_switch() - check for an option whose value is yes or no
 * @option: the option
 *
 * Return: true if it is one.
 */
bool disk_option_is_switch(const struct disk_option *option);

/**
 * disk_option_find() - look up an option of disks
 * @name: its name, with '_' or '-'
 *
 * Return: the option, or NULL.
 */
const struct disk_option *disk_option_find(const char *name);

/**
 * disk_option_set() - parse and set the value of an option of disks
 * @option: the option
 * @add: receives the value
 * @value: the value as text
 * @where: where the user wrote it, for the error message, as in "--size"
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int disk_option_set(const struct disk_option *option, struct rbull_add *add,
		    const char *value, const char *where);

/**
 * disk_name_wrong() - check the name of a disk, as the driver does
 * @name: the name, short enough
 *
 * Return: NULL, or what is wrong with it, to be printed after the name.
 */
const char *disk_name_wrong(const char *name);

/**
 * switch_parse() - parse the value of a switch
 * @text: 1, y, yes, on, true or 0, n, no, off, false
 *
 * Return: 1 or 0, or -1 if it is neither.
 */
int switch_parse(const char *text);

/**
 * arguments_parse() - parse a command line
 * @arguments: receives the result; @arguments->verb is set by the caller
 * @argc: number of words
 * @argv: the words, beginning with the verb; their order is changed
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE after an error message.
 */
int arguments_parse(struct arguments *arguments, int argc, char **argv);

#endif /* RBULLCTL_OPTIONS_H */
