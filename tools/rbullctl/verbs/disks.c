// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verbs that add, change and remove disks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "interrupt.h"
#include "made.h"
#include "sizes.h"
#include "verbs/resize.h"

/**
 * verb_add() - add a disk as the options describe it
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_add(const struct arguments *arguments)
{
	struct rbull_add add = arguments->add;
	int err = module_load();
	int index;

	if (err)
		return err;
	interrupt_catch();
	index = rbull_disk_add(handle(), &add);
	return index < 0 ? failed(handle(), index) : made_print(arguments, index);
}

/**
 * verb_clone() - add a disk with the contents of another one, or of a snapshot
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_clone(const struct arguments *arguments)
{
	struct rbull *rbull = handle();
	struct rbull_add add = arguments->add;
	int index;

	add.source = rbull_find(rbull, arguments->operands[0]);
	if (add.source < 0)
		return failed(rbull, add.source);
	add.source_flags = RBULL_SOURCE_DISK;
	if (arguments->nr > 1) {
		if (!arguments->operands[1][0] ||
		    strlen(arguments->operands[1]) >= RBULL_NAME_SIZE)
			return no_snapshot(add.source, arguments->operands[1]);
		strcpy(add.source_snapshot, arguments->operands[1]);
	}
	interrupt_catch();
	index = rbull_disk_add(rbull, &add);
	if (index == -ENOENT && arguments->nr > 1)
		return no_snapshot(add.source, arguments->operands[1]);
	return index < 0 ? failed(rbull, index) : made_print(arguments, index);
}

static int remove_all(const struct arguments *arguments, unsigned int flags)
{
	struct rbull *rbull = handle();
	int *indices, nr, i, err, code = EXIT_DONE;

	nr = rbull_disk_list(rbull, &indices, NULL);
	if (nr < 0)
		return failed(rbull, nr);
	for (i = 0; i < nr; i++) {
		struct rbull_info info = RBULL_INIT(rbull_info);

		/* Temporary disks belong to a running rbullctl. */
		if (rbull_disk_info(rbull, indices[i], &info) ||
		    info.disk_flags & RBULL_DISK_TEMPORARY)
			continue;
		err = rbull_disk_remove(rbull, indices[i], flags);
		if (err && err != -ENODEV)
			code = failed_unforced(arguments, err);
	}
	free(indices);
	return code;
}

/**
 * verb_rm() - remove disks
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_rm(const struct arguments *arguments)
{
	unsigned int flags = arguments->given[OPTION_FORCE] ? RBULL_FORCE : 0;
	struct rbull *rbull = handle();
	int i, index, err, code = EXIT_DONE;

	if (arguments->given[OPTION_ALL] && arguments->nr)
		return complain(EXIT_USAGE, "give either --all or disks, not both");
	if (arguments->given[OPTION_ALL])
		return remove_all(arguments, flags);
	if (!arguments->nr)
		return complain(EXIT_USAGE,
				"a disk is missing: usage: rbullctl rm [OPTION]... DEV... or rbullctl rm --all");
	for (i = 0; i < arguments->nr; i++) {
		index = rbull_find(rbull, arguments->operands[i]);
		err = index < 0 ? index : rbull_disk_remove(rbull, index, flags);
		if (err)
			code = failed_unforced(arguments, err);
	}
	return code;
}

const struct setting settings[] = {
	{ "name", SETTING_TEXT, RBULL_NAME_SIZE },
	{ "serial", SETTING_TEXT, RBULL_SERIAL_SIZE },
	{ "size", SETTING_DISK_SIZE, 0 },
	{ "ro", SETTING_SWITCH, 0 },
	{ "mem_limit", SETTING_SIZE, 0 },
	{ "latency", SETTING_SWITCH, 0 },
};

const size_t nr_settings = ARRAY_SIZE(settings);

const char *setting_keys(void)
{
	static char text[128];
	size_t i;

	*text = '\0';
	for (i = 0; i < nr_settings; i++) {
		strcat(text, i ? ", " : "");
		strcat(text, settings[i].key);
	}
	return text;
}

static const struct setting *setting_find(const char *word)
{
	size_t i, c;

	for (i = 0; i < nr_settings; i++) {
		const char *key = settings[i].key;

		for (c = 0; key[c]; c++)
			if ((word[c] == '-' ? '_' : word[c]) != key[c])
				break;
		if (!key[c] && word[c] == '=')
			return &settings[i];
	}
	return NULL;
}

/*
 * Check KEY=VALUE, and copy the value to @value, in the form for the kernel. A
 * size of the disk stays as it is, for resize().
 */
static int setting_value(const char *word, char *value, size_t size)
{
	const struct setting *setting = setting_find(word);
	const char *text;
	uint64_t bytes;

	if (!setting)
		return complain(EXIT_USAGE,
				"'%s' is not KEY=VALUE with a KEY of %s", word,
				setting_keys());
	text = strchr(word, '=') + 1;
	switch (setting->kind) {
	case SETTING_SWITCH:
		if (switch_parse(text) < 0)
			return complain(EXIT_USAGE, "%s: '%s' is neither 0 nor 1",
					setting->key, text);
		snprintf(value, size, "%d", switch_parse(text));
		return EXIT_DONE;
	case SETTING_SIZE:
		if (size_take(text, setting->key, false, &bytes))
			return EXIT_USAGE;
		snprintf(value, size, "%llu", (unsigned long long)bytes);
		return EXIT_DONE;
	case SETTING_DISK_SIZE:
		if (size_take(text, setting->key, true, &bytes))
			return EXIT_USAGE;
		break;
	case SETTING_TEXT:
		if (strlen(text) >= setting->size)
			return complain(EXIT_USAGE,
					"%s: '%s' is too long, at most %zu characters are allowed",
					setting->key, text, setting->size - 1);
		break;
	}
	return snprintf(value, size, "%s", text) < (int)size ? EXIT_DONE :
		complain(EXIT_USAGE, "%s: '%s' is too long", setting->key, text);
}

/* Refuse a key that an earlier word has, too: it is unknown which is meant. */
static int setting_once(char *const *words, int i)
{
	const struct setting *setting = setting_find(words[i]);
	int other;

	for (other = 1; other < i; other++)
		if (setting_find(words[other]) == setting)
			return complain(EXIT_USAGE, "%s is given twice", setting->key);
	return EXIT_DONE;
}

/**
 * verb_set() - change attributes of a disk
 * @arguments: the command line
 *
 * Checks the syntax of all values before it changes anything.
 *
 * Return: the exit code.
 */
int verb_set(const struct arguments *arguments)
{
	struct rbull *rbull = handle();
	char value[RBULL_SERIAL_SIZE];
	int index, err, i;

	for (i = 1; i < arguments->nr; i++) {
		err = setting_value(arguments->operands[i], value, sizeof(value)) ?:
		      setting_once(arguments->operands, i);
		if (err)
			return err;
	}
	index = rbull_find(rbull, arguments->operands[0]);
	if (index < 0)
		return failed(rbull, index);
	for (i = 1; i < arguments->nr; i++) {
		const struct setting *setting = setting_find(arguments->operands[i]);

		setting_value(arguments->operands[i], value, sizeof(value));
		if (setting->kind == SETTING_DISK_SIZE) {
			err = resize(arguments, index, value, setting->key);
			if (err)
				return err;
			continue;
		}
		err = rbull_attribute_set(rbull, index, setting->key, value);
		if (err == -EEXIST)
			return complain(EXIT_FAILED, "%s: a disk named '%s' already exists",
					setting->key, value);
		if (err == -EINVAL)
			return complain(EXIT_FAILED, "%s: '%s' is refused: 'dmesg' says why",
					setting->key, value);
		if (err < 0)
			err = failed(rbull, err);
		if (err)
			return err;
	}
	return EXIT_DONE;
}
