// SPDX-License-Identifier: GPL-2.0-only
/*
 * rbullctl: make, change and remove disks in RAM. This file has the table of
 * verbs and their help.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "boot/generator.h"
#include "cli/complete.h"
#include "cli/options.h"
#include "interrupt.h"
#include "programs.h"
#include "show/columns.h"

/* One line each: tests/check reads them. */
const struct verb verbs[] = {
	{ "add", "", 0, 0, "make a disk, print its path", verb_add },
	{ "rm", "DEV...", 0, RBULL_MAX_DISKS, "remove disks", verb_rm },
	{ "ls", "[DEV]...", 0, RBULL_MAX_DISKS, "list disks", verb_ls },
	{ "info", "DEV...", 1, RBULL_MAX_DISKS, "show all properties of disks", verb_info },
	{ "resize", "DEV SIZE", 2, 2, "change the size, in use or not", verb_resize },
	{ "set", "DEV KEY=VALUE...", 2, 64, "change settings of a disk", verb_set },
	{ "stats", "DEV", 1, 1, "show the counters of a disk", verb_stats },
	{ "top", "[SECONDS]", 0, 1, "show the rates of all disks, until q is typed", verb_top },
	{ "snapshot", "DEV [NAME]", 1, 2, "keep the present contents of a disk", verb_snapshot },
	{ "rewind", "DEV NAME", 2, 2, "give a disk the contents of a snapshot", verb_rewind },
	{ "clone", "DEV [NAME]", 1, 2, "make a disk from a snapshot or the present contents, print its path", verb_clone },
	{ "save", "DEV FILE", 2, 2, "save a disk to a file, in use or not", verb_save },
	{ "load", "FILE", 1, 1, "make a disk from a file, print its path", verb_load },
	{ "check", "[NAME]...", 0, RBULL_MAX_DISKS, "check files of /etc/rbull.d, change nothing", verb_check },
	{ "start", "NAME...", 0, RBULL_MAX_DISKS, "make the disks of /etc/rbull.d/NAME.conf", verb_start },
	{ "stop", "NAME...", 0, RBULL_MAX_DISKS, "save these disks if the files say so, then remove them", verb_stop },
	{ "reset", "DEV", 1, 1, "set a whole disk to zeroes", verb_reset },
	{ },
};

static void help_option(char letter, const char *name, const char *argument,
			const char *help)
{
	char text[64];
	bool optional = argument && *argument == '[';

	snprintf(text, sizeof(text), "%c%c%s--%s%s%s", letter ? '-' : ' ',
		 letter ? letter : ' ', letter ? ", " : "  ", name,
		 !argument || optional ? "" : " ", argument ? argument : "");
	if (optional)
		snprintf(text, sizeof(text), "%c%c%s--%s[=%s",
			 letter ? '-' : ' ', letter ? letter : ' ',
			 letter ? ", " : "  ", name, argument + 1);
	printf("  %-32s %s\n", text, help);
}

static void help_columns(const struct verb *verb)
{
	bool choice = verb_takes(verb, &verb_options[OPTION_OUTPUT]);
	const struct column *columns;
	size_t nr, i;

	columns = columns_of(verb->name, &nr);
	if (!nr)
		return;
	if (choice)
		printf("\nCOLUMNS (*: printed by default):\n");
	else
		printf("\nColumns%s:\n", verb->run == verb_stats ? " of --watch" : "");
	for (i = 0; i < nr; i++)
		printf("%c %-20s %s\n", choice && columns[i].is_default ? '*' : ' ',
		       columns[i].name, columns[i].help);
}

static int help_verb(const struct verb *verb)
{
	size_t i;

	printf("usage: rbullctl %s [OPTION]...%s%s\n%s\n\n", verb->name,
	       *verb->operands ? " " : "", verb->operands, verb->help);
	for (i = 0; i < OPTION_NR; i++)
		if (verb_takes(verb, &verb_options[i]))
			help_option(verb_options[i].letter, verb_options[i].name,
				    verb_options[i].argument,
				    verb_options[i].help);
	if (verb->run == verb_set)
		printf("\nKEY is one of %s.\n", setting_keys());
	if (verb_takes_disk_options(verb)) {
		printf("\nProperties of the disk (--no-ro is the same as --ro=0, and so on):\n");
		for (i = 0; i < nr_disk_options; i++)
			help_option(0, disk_options[i].name,
				    disk_options[i].argument,
				    disk_options[i].help);
	}
	help_columns(verb);
	return EXIT_DONE;
}

static int help(void)
{
	const struct verb *verb;

	printf("usage: rbullctl VERB [OPTION]... [OPERAND]...\n");
	printf("makes, changes and removes disks in RAM\n\n");
	for (verb = verbs; verb->name; verb++)
		printf("  %-9s%-18s %s\n", verb->name, verb->operands,
		       verb->help);
	printf("\nDEV is a path, rbull0, 0 or a name. Options: rbullctl help VERB\n");
	printf("Exit status: 0: done, 1: failed, 2: wrong usage, 3: no such disk or snapshot,\n");
	printf("4: in use, 5: invalid file. The manual: man rbullctl\n");
	return EXIT_DONE;
}

const struct verb *verb_find(const char *name)
{
	const struct verb *verb;

	for (verb = verbs; verb->name; verb++)
		if (!strcmp(verb->name, name))
			return verb;
	return NULL;
}

static const struct verb *verb_of(const char *name)
{
	const struct verb *verb = verb_find(name);

	if (!verb)
		complain(EXIT_USAGE, "'%s' is not a verb: 'rbullctl --help' lists them",
			 name);
	return verb;
}

/* `help`, or `help VERB` */
static int help_words(int argc, char **argv)
{
	const struct verb *verb;

	if (!argc)
		return help();
	if (argc > 1)
		return complain(EXIT_USAGE,
				"'%s' is one word too many: usage: rbullctl help [VERB]",
				argv[1]);
	verb = verb_of(argv[0]);
	return verb ? help_verb(verb) : EXIT_USAGE;
}

/* Output that could not be written is an error. */
static int flushed(int err)
{
	if ((fflush(stdout) || ferror(stdout)) && !err)
		err = complain(EXIT_FAILED, "stdout cannot be written: %m");
	return err;
}

/* A file or a disk that is opened must not become stdin, stdout or stderr. */
static void standard_files(void)
{
	int fd = open("/dev/null", O_RDWR);

	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = dup(fd);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	struct arguments arguments = { };
	int err;

	standard_files();
	programs_path();
	if (!strcmp(slash ? slash + 1 : argv[0], GENERATOR_NAME))
		return generator(argc, argv);

	if (argc < 2) {
		complain(EXIT_USAGE, "a verb is missing: 'rbullctl --help' lists the verbs");
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help"))
		return flushed(help_words(argc - 2, argv + 2));
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("rbullctl %s\n", RBULL_VERSION);
		return flushed(EXIT_DONE);
	}
	if (!strcmp(argv[1], "--complete"))
		return complete(argc - 2, argv + 2);
	arguments.verb = verb_of(argv[1]);
	if (!arguments.verb)
		return EXIT_USAGE;
	err = arguments_parse(&arguments, argc - 1, argv + 1);
	if (err)
		return err;
	if (arguments.given[OPTION_HELP])
		return flushed(help_verb(arguments.verb));
	err = flushed(arguments.verb->run(&arguments));
	interrupt_end();
	return err;
}
