// SPDX-License-Identifier: GPL-2.0-only
/*
 * `rbullctl --complete`: candidates for the completions of bash, zsh and fish.
 * They come from the tables that the parser uses, so that the scripts for the
 * shells need no lists of their own.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/config.h"
#include "cli/complete.h"
#include "cli/options.h"
#include "show/columns.h"
#include "show/view.h"

/* Longer than any word that is put together here. */
#define WORD_SIZE	512

/**
 * struct completion - a command line to be completed
 * @verb: the verb
 * @nr: number of words, with the verb and the word under the cursor
 * @words: the words
 * @before: start of the word under the cursor, which does not change
 * @length: length of @before, bytes
 * @current: rest of that word, which is completed
 */
struct completion {
	const struct verb *verb;
	int nr;
	char **words;
	const char *before;
	int length;
	const char *current;
};

static void offer(const struct completion *completion, const char *word,
		  const char *help)
{
	if (!strncmp(word, completion->current, strlen(completion->current)))
		printf("%.*s%s\t%s\n", completion->length, completion->before,
		       word, help);
}

/* Complete only what follows @end; the word stays as typed before it. */
static void keep_until(struct completion *completion, const char *end)
{
	completion->before = completion->words[completion->nr - 1];
	completion->length = end - completion->before;
	completion->current = end;
}

static void offer_verbs(const struct completion *completion)
{
	const struct verb *verb;

	for (verb = verbs; verb->name; verb++)
		offer(completion, verb->name, verb->help);
}

static void offer_first(const struct completion *completion)
{
	offer_verbs(completion);
	offer(completion, "help", "show the options of a verb");
	offer(completion, "--help", "list the verbs");
	offer(completion, "--version", "print the version");
}

static void offer_options(const struct completion *completion)
{
	char word[WORD_SIZE];
	size_t i;

	for (i = 0; i < OPTION_NR; i++) {
		snprintf(word, sizeof(word), "--%s", verb_options[i].name);
		if (verb_takes(completion->verb, &verb_options[i]))
			offer(completion, word, verb_options[i].help);
	}
	if (!verb_takes_disk_options(completion->verb))
		return;
	for (i = 0; i < nr_disk_options; i++) {
		const struct disk_option *option = &disk_options[i];

		snprintf(word, sizeof(word), "--%s", option->name);
		offer(completion, word, option->help);
		snprintf(word, sizeof(word), "--no-%s", option->name);
		if (disk_option_is_switch(option))
			offer(completion, word, "the opposite");
	}
}

/* Return: true if the column is in @list, which ends at @end. */
static bool is_listed(const char *list, const char *end, const char *name)
{
	size_t length = strlen(name);

	while (list < end) {
		size_t word = strcspn(list, ",");

		if (word == length && !strncasecmp(list, name, length))
			return true;
		list += word + 1;
	}
	return false;
}

/* Offer names of columns in upper or lower case, as the first letter typed. */
static void offer_columns(struct completion *completion)
{
	const char *list = completion->current, *comma = strrchr(list, ',');
	const struct column *columns;
	char word[WORD_SIZE];
	bool small;
	size_t nr, i, c;

	columns = columns_of(completion->verb->name, &nr);
	keep_until(completion, comma ? comma + 1 : list);
	small = islower((unsigned char)list[0]);
	puts(":nospace");
	for (i = 0; i < nr; i++) {
		if (is_listed(list, completion->current, columns[i].name))
			continue;
		for (c = 0; columns[i].name[c]; c++)
			word[c] = small ? tolower(columns[i].name[c]) :
				columns[i].name[c];
		word[c] = '\0';
		offer(completion, word, columns[i].help);
	}
}

static void offer_switch(const struct completion *completion)
{
	offer(completion, "0", "no");
	offer(completion, "1", "yes");
}

static void offer_choices(const struct completion *completion,
			  const char *choices, const char *help)
{
	char word[WORD_SIZE];

	while (*choices) {
		size_t length = strcspn(choices, "|");

		snprintf(word, sizeof(word), "%.*s", (int)length, choices);
		offer(completion, word, help);
		choices += length + (choices[length] == '|');
	}
}

static void offer_disks(const struct completion *completion)
{
	int *indices, nr, i;

	nr = view_list(&indices, NULL);
	for (i = 0; i < nr; i++) {
		struct rbull_info info = RBULL_INIT(rbull_info);
		char device[WORD_SIZE];

		if (view_info(indices[i], &info, NULL) ||
		    info.disk_flags & RBULL_DISK_TEMPORARY)
			continue;
		snprintf(device, sizeof(device), "/dev/" RBULL_NAME "%d",
			 indices[i]);
		offer(completion, device, info.call.name);
		if (info.call.name[0])
			offer(completion, info.call.name, device);
	}
	if (nr >= 0)
		free(indices);
}

static void offer_snapshots(const struct completion *completion, const char *disk)
{
	struct rbull *rbull = handle();
	struct rbull_snapshot_entry *entries;
	int index = rbull_find(rbull, disk);
	int nr, i;

	if (index < 0)
		return;
	nr = rbull_snapshot_list(rbull, index, &entries, sizeof(*entries));
	for (i = 0; i < nr; i++)
		offer(completion, entries[i].snapshot, "snapshot");
	if (nr >= 0)
		free(entries);
}

static int offer_config(struct config *config, void *context)
{
	offer(context, config->name, config->path);
	return EXIT_DONE;
}

static void offer_settings(struct completion *completion)
{
	const char *value = strchr(completion->current, '=');
	size_t length = strcspn(completion->current, "=");
	char word[WORD_SIZE];
	size_t i;

	if (!value)
		puts(":nospace");
	else
		keep_until(completion, value + 1);
	for (i = 0; i < nr_settings; i++) {
		snprintf(word, sizeof(word), "%s=", settings[i].key);
		if (!value)
			offer(completion, word, "");
		else if (settings[i].kind == SETTING_SWITCH &&
			 strlen(settings[i].key) == length &&
			 !strncmp(value - length, settings[i].key, length))
			offer_switch(completion);
	}
}

/*
 * Check whether a word is the option @name, with or without a value after '=',
 * or ends with the option @letter.
 */
static bool word_is(const char *word, const char *name, char letter)
{
	size_t length;

	if (word[0] != '-')
		return false;
	if (word[1] != '-')
		return letter && word[1] && word[strlen(word) - 1] == letter;
	length = strcspn(word + 2, "=");
	return strlen(name) == length && !strncmp(word + 2, name, length);
}

static const struct verb_option *find_verb_option(const struct verb *verb,
						  const char *word)
{
	size_t i;

	for (i = 0; i < OPTION_NR; i++)
		if (verb_takes(verb, &verb_options[i]) &&
		    word_is(word, verb_options[i].name, verb_options[i].letter))
			return &verb_options[i];
	return NULL;
}

static const struct disk_option *find_disk_option(const struct verb *verb,
						  const char *word)
{
	size_t i;

	if (!verb_takes_disk_options(verb))
		return NULL;
	for (i = 0; i < nr_disk_options; i++)
		if (word_is(word, disk_options[i].name, 0))
			return &disk_options[i];
	return NULL;
}

/* Return: true if @word is an option whose value is the next word. */
static bool takes_next(const struct verb *verb, const char *word)
{
	const struct verb_option *option = find_verb_option(verb, word);
	const struct disk_option *disk_option = find_disk_option(verb, word);
	const char *argument = option ? option->argument :
		disk_option ? disk_option->argument : NULL;

	return argument && *argument != '[' &&
	       (word[1] != '-' || !strchr(word, '='));
}

static void offer_values(struct completion *completion, const char *word)
{
	const struct verb_option *option = find_verb_option(completion->verb, word);
	const struct disk_option *disk_option;

	if (option == &verb_options[OPTION_OUTPUT])
		offer_columns(completion);
	else if (option == &verb_options[OPTION_FORMAT])
		offer_choices(completion, "raw|qcow2", "format of the file");
	if (option)
		return;
	disk_option = find_disk_option(completion->verb, word);
	if (!disk_option)
		return;
	if (disk_option_is_switch(disk_option))
		offer_switch(completion);
	else if (disk_option->kind == KIND_CHOICE)
		offer_choices(completion, disk_option->argument, disk_option->help);
}

/* Count the operands before the cursor; @first receives the first of them. */
static int count_operands(const struct completion *completion, const char **first)
{
	int i, nr = 0;

	for (i = 1; i < completion->nr - 1; i++) {
		const char *word = completion->words[i];

		if (word[0] == '-' || takes_next(completion->verb, completion->words[i - 1]))
			continue;
		if (!nr++)
			*first = word;
	}
	return nr;
}

/*
 * Get the name of an operand from the usage, as in "DEV [NAME]" or "DEV...".
 * The first has number 0; @name becomes empty if there is no such operand.
 */
static void operand_name(const struct verb *verb, int number, char name[WORD_SIZE])
{
	const char *operand = verb->operands, *next;
	size_t length;

	while (number-- > 0) {
		next = strchr(operand, ' ');
		if (!next && !strstr(operand, "..."))
			operand = "";
		if (!next)
			break;
		operand = next + 1;
	}
	operand += *operand == '[';
	length = strcspn(operand, " ].");
	snprintf(name, WORD_SIZE, "%.*s", (int)length, operand);
}

static void offer_operands(struct completion *completion)
{
	const char *first = NULL;
	char name[WORD_SIZE];

	operand_name(completion->verb, count_operands(completion, &first), name);
	if (!strcmp(name, "DEV"))
		offer_disks(completion);
	else if (!strcmp(name, "FILE"))
		puts(":files");
	else if (!strcmp(name, "NAME") && first && *completion->verb->operands == 'D')
		offer_snapshots(completion, first);
	else if (!strcmp(name, "NAME"))
		config_each(offer_config, completion);
	else if (!strcmp(name, "KEY=VALUE"))
		offer_settings(completion);
}

int complete(int argc, char **argv)
{
	struct completion completion = { .nr = argc, .words = argv };
	const char *current, *previous, *value;

	if (!argc)
		return EXIT_USAGE;
	current = argv[argc - 1];
	keep_until(&completion, current);
	if (completion.nr == 1) {
		offer_first(&completion);
		return EXIT_DONE;
	}
	completion.verb = verb_find(argv[0]);
	if (!completion.verb) {
		if (argc == 2 && !strcmp(argv[0], "help"))
			offer_verbs(&completion);
		return EXIT_DONE;
	}
	value = strncmp(current, "--", 2) ? NULL : strchr(current, '=');
	previous = argv[argc - 2];
	if (value) {
		keep_until(&completion, value + 1);
		offer_values(&completion, current);
	} else if (takes_next(completion.verb, previous)) {
		offer_values(&completion, previous);
	} else if (*current == '-') {
		offer_options(&completion);
	} else {
		offer_operands(&completion);
	}
	return EXIT_DONE;
}
