// SPDX-License-Identifier: GPL-2.0-only
/*
 * `start` and `stop`: make, mount, unmount and save the disks of /etc/rbull.d. At
 * boot and shutdown rbull@.service runs them; what they print goes to the journal.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "boot/claims.h"
#include "boot/mount.h"
#include "boot/stopping.h"
#include "files/temporary.h"
#include "interrupt.h"
#include "made.h"
#include "sizes.h"
#include "verbs/images.h"

/* Words of an option that is passed on to mkfs: a line has no more. */
#define MKFS_WORDS	100

/* The number of the disk that the file is about; negative if there is none. */
static int config_disk(const struct config *config)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	int index, err;

	index = rbull_find(handle(), config->add.call.name);
	if (index < 0)
		return index;
	/* "7" is a number before it is a name. */
	err = rbull_disk_info(handle(), index, &info);
	if (err)
		return err;
	return strcmp(info.call.name, config->add.call.name) ? -ENODEV : index;
}

static int start_mkfs(const struct config *config, const char *path)
{
	const char *words[MKFS_WORDS + 3];
	char *program, *options, *word, *rest;
	int nr = 0, status;

	options = strdup(config->values[CONFIG_MKFS_OPTIONS] ?: "");
	if (!options ||
	    asprintf(&program, "mkfs.%s", config->values[CONFIG_MKFS]) < 0)
		return complain(EXIT_FAILED, "there is not enough memory");
	words[nr++] = program;
	for (word = strtok_r(options, " \t", &rest); word && nr <= MKFS_WORDS;
	     word = strtok_r(NULL, " \t", &rest))
		words[nr++] = word;
	words[nr++] = path;
	words[nr] = NULL;
	status = run_program(words);
	free(program);
	free(options);
	return status ? complain(EXIT_FAILED, "%s: mkfs.%s failed with status %d",
				 config->path, config->values[CONFIG_MKFS],
				 status) : EXIT_DONE;
}

/*
 * Publish the disk only with its file system, even if this process is killed.
 */
static int start_made(const struct config *config, struct rbull_add *add)
{
	struct rbull_add first = *add;
	struct temporary temporary;
	int err;

	first.disk_flags &= ~(RBULL_DISK_RO | RBULL_DISK_POPULATE);
	interrupt_catch();
	err = temporary_begin(&temporary, &first, O_RDWR);
	if (err)
		return err;
	err = start_mkfs(config, temporary.path);
	if (!err && fsync(temporary.fd))
		err = complain(EXIT_FAILED, "%s: %s", temporary.path,
			       strerror(errno));
	if (!err && interrupt_came())
		err = EXIT_FAILED;
	if (!err)
		err = image_publish(add, temporary.index);
	temporary_end(&temporary);
	return err;
}

static int start_empty(const struct config *config, struct rbull_add *add)
{
	int index;

	if (config->values[CONFIG_MKFS])
		return start_made(config, add);
	index = rbull_disk_add(handle(), add);
	return index < 0 ? failed(handle(), index) : EXIT_DONE;
}

static void start_report(const struct config *config, int index,
			 const char *from)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	char size[SIZE_TEXT];

	if (rbull_disk_info(handle(), index, &info))
		return;
	printf("%s: made /dev/" RBULL_NAME "%d, %s%s%s\n", config->name, index,
	       size_format(size, info.disk_size), from ? ", from " : "",
	       from ? from : "");
}

/*
 * Without a readable image, make no disk: saving it would overwrite the image.
 */
static int start_new(const struct config *config,
		     const struct arguments *arguments, int *index)
{
	const char *image = config->values[CONFIG_IMAGE];
	struct rbull_add add = config->add;
	int err;

	if (image && access(image, F_OK)) {
		if (errno != ENOENT || !config_saves(config))
			return complain(EXIT_FAILED, "%s: image: %s: %s",
					config->path, image, strerror(errno));
		/* The target may be on a file system that is not mounted. */
		if (image_is_stray(image))
			return complain(EXIT_FAILED,
					"%s: image: %s is a link to a file that is not there",
					config->path, image);
		image = NULL;
	}
	if (image)
		err = image_load(image, IMAGE_BY_NAME, &add,
				 config_line(config, "ro"), true,
				 arguments->given[OPTION_QUIET]);
	else
		err = start_empty(config, &add);
	if (err)
		return err;
	*index = add.call.index;
	stopping_end(config);
	made_wait(arguments, *index);
	start_report(config, *index, image);
	return EXIT_DONE;
}

static int start_again(const struct config *config, int index)
{
	int err;

	printf("%s: /dev/" RBULL_NAME "%d already exists\n", config->name,
	       index);
	if (!stopping_is(config, index))
		return EXIT_DONE;
	err = stopping_undo(config, index);
	if (!err)
		printf("%s: an earlier stop was interrupted: the disk is writable again\n",
		       config->name);
	return err;
}

static int start(struct config *config, void *context)
{
	const struct arguments *arguments = context;
	int index, err;

	err = claims_judge(config);
	if (err)
		return err;
	index = config_disk(config);
	if (index >= 0)
		err = start_again(config, index);
	else
		err = start_new(config, arguments, &index);
	if (!err && interrupt_came())
		err = EXIT_FAILED;
	if (!err && arguments->given[OPTION_MOUNT] && config->values[CONFIG_MOUNT])
		err = mount_begin(config, index);
	return err;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static int stop_save(const struct config *config, int index, bool ro, bool quiet)
{
	const char *image = config->values[CONFIG_IMAGE];
	struct rbull_info info = RBULL_INIT(rbull_info);
	char size[SIZE_TEXT], used[SIZE_TEXT];
	double begun = seconds_now();
	int err;

	err = image_save(index, image, IMAGE_RESCUE, ro, quiet);
	if (err)
		return complain(err, "%s: it was not saved; /dev/" RBULL_NAME
				"%d is kept, %s is unchanged",
				config->name, index, image);
	if (!rbull_disk_info(handle(), index, &info))
		printf("%s: saved /dev/" RBULL_NAME
		       "%d, %s with %s in RAM, to %s in %.1f s\n",
		       config->name, index, size_format(size, info.disk_size),
		       size_format(used, info.mem_used), image,
		       seconds_now() - begun);
	return EXIT_DONE;
}

static int stop_remove(const struct config *config, int index)
{
	int err = rbull_disk_remove(handle(), index, 0);

	if (err)
		return failed(handle(), err);
	printf("%s: removed\n", config->name);
	return EXIT_DONE;
}

/* Without the module there are no disks either. */
static int stop_nothing(const struct config *config, int err, bool keep)
{
	if (err != -ENODEV && err != -ENXIO && err != -ENOENT)
		return failed(handle(), err);
	if (keep && config_saves(config))
		return complain(EXIT_NO_DISK,
				"%s: nothing was saved: there is no disk %s",
				config->name, config->add.call.name);
	return EXIT_DONE;
}

/*
 * There are writers: data written after the clone would be lost with the disk.
 */
static int stop_busy(const struct config *config, int index, bool quiet)
{
	char *users = strdup(rbull_message(handle()));
	int err = stop_save(config, index, false, quiet);

	if (!err)
		err = complain(EXIT_BUSY, "%s: it is saved, but not removed: %s",
			       config->name, users ?: "it is in use");
	free(users);
	return err;
}

/*
 * Save the disk, and remove it; keep it if it is open for writing. If this is
 * interrupted or fails, make the disk writable again. If this process is
 * killed, the note lets the next start do that.
 */
static int stop_for_good(const struct config *config, int index, bool quiet)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	bool again = stopping_is(config, index);
	bool undo;
	int err;

	err = rbull_disk_info(handle(), index, &info);
	if (err)
		return failed(handle(), err);
	undo = again || !(info.disk_flags & RBULL_DISK_RO);
	if (again)
		printf("%s: an earlier stop was interrupted\n", config->name);
	interrupt_catch();
	if (undo)
		stopping_begin(config, index);
	err = rbull_attribute_set(handle(), index, "ro", "1");
	if (err) {
		if (!again)
			stopping_end(config);
		return err == -EBUSY ? stop_busy(config, index, quiet) :
			failed(handle(), err);
	}
	err = stop_save(config, index, !undo, quiet);
	if (!err)
		err = stop_remove(config, index);
	if (err && undo)
		stopping_undo(config, index);
	else
		stopping_end(config);
	return err;
}

/* Return: true if the disk is read-only for another reason than a stop. */
static bool stop_is_ro(const struct config *config, int index)
{
	struct rbull_info info = RBULL_INIT(rbull_info);

	return !rbull_disk_info(handle(), index, &info) &&
	       info.disk_flags & RBULL_DISK_RO && !stopping_is(config, index);
}

static int stop(struct config *config, void *context)
{
	const struct arguments *arguments = context;
	bool keep = arguments->given[OPTION_KEEP];
	bool quiet = arguments->given[OPTION_QUIET];
	int index;

	index = config_disk(config);
	if (index < 0)
		return stop_nothing(config, index, keep);
	if (!keep && arguments->given[OPTION_MOUNT] && config->values[CONFIG_MOUNT])
		mount_end(config, index);
	if (!config_saves(config))
		return keep ? EXIT_DONE : stop_remove(config, index);
	return keep ? stop_save(config, index, stop_is_ro(config, index), quiet) :
		stop_for_good(config, index, quiet);
}

/**
 * verb_start() - make disks as files say
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_start(const struct arguments *arguments)
{
	int err = module_load();

	return err ? err : config_those(arguments, false, start);
}

/**
 * verb_stop() - save disks if files say so, and remove them
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_stop(const struct arguments *arguments)
{
	return config_those(arguments, true, stop);
}
