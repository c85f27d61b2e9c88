// SPDX-License-Identifier: GPL-2.0-only
/*
 * `rbullctl --complete`: what the completion of bash asks for, out of the tables
 * that the parser reads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "complete.h"
#include "config.h"
#include "options.h"

static int complete_verbs(void)
{
	const struct verb *verb;

	for (verb = verbs; verb->name; verb++)
		puts(verb->name);
	return EXIT_DONE;
}

static int complete_options(const char *name)
{
	const struct verb verb = { .name = name };
	size_t i;

	for (i = 0; i < OPTION_NR; i++)
		if (verb_takes(&verb, &verb_options[i]))
			printf("--%s\n", verb_options[i].name);
	for (i = 0; verb_takes_disk_options(&verb) && i < nr_disk_options; i++) {
		printf("--%s\n", disk_options[i].name);
		if (disk_option_is_switch(&disk_options[i]))
			printf("--no-%s\n", disk_options[i].name);
	}
	return EXIT_DONE;
}

/* "NONE" if the option takes no value, so that the shell need not know. */
static int complete_values(const char *verb, const char *name)
{
	const struct disk_option *option;
	const char *c;
	size_t i;

	name += strspn(name, "-");

	for (i = 0; i < OPTION_NR; i++) {
		const struct verb_option *each = &verb_options[i];

		if (strcmp(each->name, name) &&
		    (name[1] || name[0] != each->letter))
			continue;
		if (!each->argument || *each->argument == '[')
			puts("NONE");
		else if (i == OPTION_OUTPUT)
			columns_print(!strcmp(verb, "snapshot"));
		else if (i == OPTION_FORMAT)
			puts("raw\nqcow2");
		return EXIT_DONE;
	}
	option = disk_option_find(name);
	if (!option || disk_option_is_switch(option)) {
		puts("NONE");
	} else if (option->kind == KIND_CHOICE) {
		for (c = option->argument; *c; c++)
			putchar(*c == '|' ? '\n' : *c);
		putchar('\n');
	}
	return EXIT_DONE;
}

static int complete_disks(void)
{
	struct rbull *rbull = handle();
	int *indices, nr, i;

	nr = rbull_disk_list(rbull, &indices, NULL);
	if (nr < 0)
		return EXIT_DONE;
	for (i = 0; i < nr; i++) {
		struct rbull_info info = RBULL_INIT(rbull_info);

		if (rbull_disk_info(rbull, indices[i], &info) ||
		    info.disk_flags & RBULL_DISK_TEMPORARY)
			continue;
		printf("/dev/" RBULL_NAME "%d\n", indices[i]);
		if (info.call.name[0])
			puts(info.call.name);
	}
	free(indices);
	return EXIT_DONE;
}

static int complete_snapshots(const char *disk)
{
	struct rbull *rbull = handle();
	struct rbull_snapshot_entry *entries;
	int index = rbull_find(rbull, disk);
	int nr, i;

	if (index < 0)
		return EXIT_DONE;
	nr = rbull_snapshot_list(rbull, index, &entries, sizeof(*entries));
	if (nr < 0)
		return EXIT_DONE;
	for (i = 0; i < nr; i++)
		puts(entries[i].snapshot);
	free(entries);
	return EXIT_DONE;
}

static int complete_config(const struct config *config, void *context)
{
	(void)context;
	puts(config->name);
	return EXIT_DONE;
}

int complete(int argc, char **argv)
{
	const char *what = argc ? argv[0] : "";
	size_t i;

	if (!strcmp(what, "verbs"))
		return complete_verbs();
	if (!strcmp(what, "options") && argc == 2)
		return complete_options(argv[1]);
	if (!strcmp(what, "values") && argc == 3)
		return complete_values(argv[1], argv[2]);
	if (!strcmp(what, "disks"))
		return complete_disks();
	if (!strcmp(what, "snapshots") && argc == 2)
		return complete_snapshots(argv[1]);
	if (!strcmp(what, "configs"))
		return config_each(complete_config, NULL);
	if (!strcmp(what, "keys")) {
		for (i = 0; i < nr_settings; i++)
			printf("%s=\n", settings[i].key);
		return EXIT_DONE;
	}
	return EXIT_USAGE;
}
