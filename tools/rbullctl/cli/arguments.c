// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing a command line with getopt_long().
 *
 * Two cases need more work. The first is options with an optional value, such
 * as --ro and --watch. getopt_long() accepts their value only after '=', but
 * users of load-time parameters expect `--ro 1` to work. So decide at the end
 * about the word after such an option: it is the value if there would be too
 * many operands otherwise.
 *
 * The second is sizes with a minus sign, as in `resize 0 -1G`. For verbs that
 * take a size, digits are options of getopt_long(). If one is found, its word is
 * an operand.
 */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

/*
 * getopt_long() returns the index of an option in its table, plus the code of
 * the table.
 */
#define CODE_VERB	0x100
#define CODE_DISK	0x200
#define CODE_NO_DISK	0x300	/* --no-discard */

/* More than all options, with the --no-... form of switches. */
#define OPTIONS_MAX	96
#define WORDS_MAX	(OPTIONS_MAX + 2)

/**
 * struct parser - state of the parser
 * @arguments: receives the result
 * @options: long options for getopt_long()
 * @nr_options: number of long options
 * @names: names of the options that are in no table, such as --no-discard
 * @nr_names: number of these names
 * @letters: short options for getopt_long()
 * @owner: for each operand: code of the option before it whose value it may be,
 *	or 0
 * @last: code of the last option if the next word may be its value, or 0
 */
struct parser {
	struct arguments *arguments;
	struct option options[OPTIONS_MAX];
	size_t nr_options;
	char names[OPTIONS_MAX][40];
	size_t nr_names;
	char letters[128];
	int *owner;
	int last;
};

static void parser_option(struct parser *parser, const char *name,
			  int has_argument, int code)
{
	struct option *option = &parser->options[parser->nr_options];

	if (parser->nr_options == OPTIONS_MAX - 1)
		return;
	parser->nr_options++;
	option->name = name;
	option->has_arg = has_argument;
	option->val = code;
}

static int argument_kind(const char *argument)
{
	if (!argument)
		return no_argument;
	return *argument == '[' ? optional_argument : required_argument;
}

static void parser_verb_options(struct parser *parser)
{
	const char *digits = strstr(parser->arguments->verb->operands, "SIZE") ?
		"0123456789" : "";
	char *letter = parser->letters;
	size_t i;

	*letter++ = '-';	/* return operands in their order, with code 1 */
	*letter++ = ':';	/* print no messages */
	for (i = 0; i < OPTION_NR; i++) {
		const struct verb_option *option = &verb_options[i];
		int kind = argument_kind(option->argument);

		if (!verb_takes(parser->arguments->verb, option))
			continue;
		parser_option(parser, option->name, kind, CODE_VERB + i);
		if (!option->letter)
			continue;
		*letter++ = option->letter;
		if (kind != no_argument)
			*letter++ = ':';
		if (kind == optional_argument)
			*letter++ = ':';
	}
	while (*digits)
		letter += sprintf(letter, "%c::", *digits++);
	*letter = '\0';
}

static void parser_disk_options(struct parser *parser)
{
	size_t i;

	for (i = 0; i < nr_disk_options; i++) {
		const struct disk_option *option = &disk_options[i];
		char *name = parser->names[parser->nr_names];

		parser_option(parser, option->name,
			      argument_kind(option->argument), CODE_DISK + i);
		if (!disk_option_is_switch(option))
			continue;
		snprintf(name, sizeof(parser->names[0]), "no-%s", option->name);
		parser->nr_names++;
		parser_option(parser, name, no_argument, CODE_NO_DISK + i);
	}
}

static int parser_letter(const struct parser *parser, int letter)
{
	size_t i;

	for (i = 0; i < OPTION_NR; i++)
		if (verb_options[i].letter == letter &&
		    verb_takes(parser->arguments->verb, &verb_options[i]))
			return CODE_VERB + i;
	return -1;
}

/* Store the value of the option with this code; @value is NULL if it has none. */
static int parser_value(struct parser *parser, int code, const char *value)
{
	const struct disk_option *option;
	char where[48];

	if (code < CODE_DISK) {
		parser->arguments->given[code - CODE_VERB] = value ? value : "";
		return EXIT_DONE;
	}
	option = &disk_options[code & 0xff];
	if (option->bit == RBULL_DISK_RO)
		parser->arguments->ro_given = true;
	snprintf(where, sizeof(where), "--%s", option->name);
	if (code >= CODE_NO_DISK)
		value = "0";
	return disk_option_set(option, &parser->arguments->add,
			       value ? value : "", where);
}

static bool parser_may_follow(int code)
{
	const char *argument;

	if (code >= CODE_NO_DISK)
		return false;
	argument = code < CODE_DISK ? verb_options[code - CODE_VERB].argument :
		disk_options[code - CODE_DISK].argument;
	return argument_kind(argument) == optional_argument;
}

/*
 * List the options that begin with @word, as in "--no-d, --no-v". @text becomes
 * empty if there are fewer than two.
 */
static void parser_candidates(const struct parser *parser, const char *word,
			      char *text, size_t size)
{
	size_t length, used = 0, i, nr = 0;

	*text = '\0';
	if (strncmp(word, "--", 2))
		return;
	word += 2;
	length = strcspn(word, "=");
	for (i = 0; i < parser->nr_options && used < size; i++) {
		const char *name = parser->options[i].name;

		if (strncmp(name, word, length))
			continue;
		used += snprintf(text + used, size - used, "%s--%s",
				 nr++ ? ", " : "", name);
	}
	if (nr < 2)
		*text = '\0';
}

/*
 * Print an error for a word that getopt_long() rejects. optopt is the code of a
 * long option that takes no value, or an unknown letter, or 0 if a long option
 * is unknown or ambiguous.
 */
static int parser_wrong(const struct parser *parser, const char *word)
{
	const char *verb = parser->arguments->verb->name;
	char text[400];

	if (optopt >= CODE_VERB)
		return complain(EXIT_USAGE,
				"%s: that option takes no value: see 'rbullctl %s --help'",
				word, verb);
	if (optopt)
		return complain(EXIT_USAGE,
				"-%c is not an option of '%s': see 'rbullctl %s --help'",
				optopt, verb, verb);
	parser_candidates(parser, word, text, sizeof(text));
	if (*text)
		return complain(EXIT_USAGE, "%s is ambiguous: it may be %s", word, text);
	return complain(EXIT_USAGE, "%s is not an option of '%s': see 'rbullctl %s --help'",
			word, verb, verb);
}

static int parser_operand(struct parser *parser, char *word)
{
	struct arguments *arguments = parser->arguments;

	parser->owner[arguments->nr] = parser->last;
	arguments->operands[arguments->nr++] = word;
	parser->last = 0;
	return EXIT_DONE;
}

/* A digit right after the sign belongs to a size; any other is an error. */
static int parser_digit(struct parser *parser, int code, char *word)
{
	if (word[1] == code)
		return parser_operand(parser, word);
	optopt = code;
	return parser_wrong(parser, word);
}

/* Handle one result of getopt_long(). */
static int parser_take(struct parser *parser, int code, char **argv)
{
	struct arguments *arguments = parser->arguments;

	if (code < CODE_VERB && isdigit(code))
		return parser_digit(parser, code, argv[optind - 1]);
	switch (code) {
	case 1:
		return parser_operand(parser, optarg);
	case ':':
		return complain(EXIT_USAGE, "%s needs a value: see 'rbullctl %s --help'",
				argv[optind - 1], arguments->verb->name);
	case '?':
		return parser_wrong(parser, argv[optind - 1]);
	}
	if (code < CODE_VERB)
		code = parser_letter(parser, code);
	parser->last = !optarg && parser_may_follow(code) ? code : 0;
	return parser_value(parser, code, optarg);
}

/*
 * If there are too many operands, use those after an option with an optional
 * value as its value, the last ones first.
 */
static int parser_owners(struct parser *parser)
{
	struct arguments *arguments = parser->arguments;
	int i, err;

	for (i = arguments->nr; i-- > 0 && arguments->nr > arguments->verb->max;) {
		if (!parser->owner[i])
			continue;
		err = parser_value(parser, parser->owner[i],
				   arguments->operands[i]);
		if (err)
			return err;
		memmove(&arguments->operands[i], &arguments->operands[i + 1],
			(arguments->nr - i - 1) * sizeof(*arguments->operands));
		arguments->nr--;
	}
	return EXIT_DONE;
}

static int parser_count(const struct arguments *arguments)
{
	const struct verb *verb = arguments->verb;

	if (arguments->given[OPTION_HELP] ||
	    (arguments->nr >= verb->min && arguments->nr <= verb->max))
		return EXIT_DONE;
	if (arguments->nr > verb->max)
		return complain(EXIT_USAGE,
				"'%s' is one word too many: usage: rbullctl %s [OPTION]...%s%s",
				arguments->operands[verb->max], verb->name,
				*verb->operands ? " " : "", verb->operands);
	return complain(EXIT_USAGE, "an operand is missing: usage: rbullctl %s [OPTION]... %s",
			verb->name, verb->operands);
}

int arguments_parse(struct arguments *arguments, int argc, char **argv)
{
	struct parser parser = { .arguments = arguments };
	int code, err = EXIT_DONE;

	arguments->add = (struct rbull_add)RBULL_INIT(rbull_add);
	arguments->operands = calloc(argc + 1, sizeof(*arguments->operands));
	parser.owner = calloc(argc + 1, sizeof(*parser.owner));
	if (!arguments->operands || !parser.owner)
		return complain(EXIT_FAILED, "there is not enough memory");
	parser_verb_options(&parser);
	if (verb_takes_disk_options(arguments->verb))
		parser_disk_options(&parser);
	opterr = 0;
	while (!err && (code = getopt_long(argc, argv, parser.letters,
					   parser.options, NULL)) != -1)
		err = parser_take(&parser, code, argv);
	/* All words after "--" are operands. */
	while (!err && optind < argc)
		arguments->operands[arguments->nr++] = argv[optind++];
	if (!err)
		err = parser_owners(&parser);
	free(parser.owner);
	return err ? err : parser_count(arguments);
}
