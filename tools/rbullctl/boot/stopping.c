// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notes about disks that are read-only because they are being stopped.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/stopping.h"

#define STOPPING_FOLDER	"/run/rbull"
#define STOPPING_PATH	(sizeof(STOPPING_FOLDER) + RBULL_NAME_SIZE + 16)

static void stopping_path(char path[STOPPING_PATH], const struct config *config)
{
	snprintf(path, STOPPING_PATH, STOPPING_FOLDER "/%s.stopping",
		 config->name);
}

void stopping_begin(const struct config *config, int index)
{
	char path[STOPPING_PATH];
	FILE *file;

	stopping_path(path, config);
	mkdir(STOPPING_FOLDER, 0700);
	file = fopen(path, "we");
	if (!file)
		return;
	fprintf(file, "%d\n", index);
	fclose(file);
}

bool stopping_is(const struct config *config, int index)
{
	char path[STOPPING_PATH];
	int noted = -1;
	FILE *file;

	stopping_path(path, config);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%d", &noted) != 1)
		noted = -1;
	fclose(file);
	return noted == index;
}

int stopping_undo(const struct config *config, int index)
{
	int err = rbull_attribute_set(handle(), index, "ro", "0");

	if (err)
		return failed(handle(), err);
	stopping_end(config);
	return EXIT_DONE;
}

void stopping_end(const struct config *config)
{
	char path[STOPPING_PATH];

	stopping_path(path, config);
	unlink(path);
}
