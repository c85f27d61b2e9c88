// SPDX-License-Identifier: GPL-2.0-only
/*
 * `load`: the file is compared with its checksum, then read into a disk that goes
 * away by itself, and compared again on the way. The disk that stays is a clone
 * of that one: it is visible when it is whole and not before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copy.h"
#include "images.h"
#include "interrupt.h"
#include "made.h"
#include "temporary.h"

/* Where a qcow2 file says what it is: offsets of big-endian numbers. */
#define QCOW2_MAGIC	"QFI\xfb"
#define QCOW2_VERSION	4
#define QCOW2_BACKING	8
#define QCOW2_SIZE	24
#define QCOW2_INCOMPATIBLE	72	/* from version 3 on */
#define QCOW2_HEADER	80

#define QCOW2_DATA_FILE	4u	/* a bit of what is incompatible */

/**
 * struct image - a file to be loaded
 * @path: its path
 * @fd: the file
 * @size: of the file, bytes
 * @data: what of it is no hole, bytes, about
 * @format: its format
 * @disk_size: size of the disk that is in it, bytes
 * @sums: what its checksum may be
 * @nr_sums: how many; 0: it is not looked at
 * @quiet: show no progress
 */
struct image {
	const char *path;
	int fd;
	uint64_t size;
	uint64_t data;
	enum image_format format;
	uint64_t disk_size;
	struct checksum sums[CHECKSUMS_MAX];
	int nr_sums;
	bool quiet;
};

static uint64_t number_be(const unsigned char *bytes)
{
	uint64_t number = 0;
	int i;

	for (i = 0; i < 8; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* It would bring contents of other files with it. */
static int image_is_alone(const struct image *image, const unsigned char *head)
{
	uint32_t version = number_be(head + QCOW2_VERSION) >> 32;
	const char *other = NULL;

	if (number_be(head + QCOW2_BACKING))
		other = "a backing file";
	else if (version >= 3 &&
		 number_be(head + QCOW2_INCOMPATIBLE) & QCOW2_DATA_FILE)
		other = "an external data file";
	return other ? complain(EXIT_BAD_FILE,
				"%s has %s: make it one with 'qemu-img convert'",
				image->path, other) : EXIT_DONE;
}

/* @by_name: only the name has said what it is. */
static int image_look_inside(struct image *image, bool by_name)
{
	unsigned char head[QCOW2_HEADER] = "";
	bool qcow2;

	if (pread(image->fd, head, sizeof(head), 0) < 0)
		return complain(EXIT_FAILED, "%s: %s", image->path,
				strerror(errno));
	qcow2 = !memcmp(head, QCOW2_MAGIC, 4);
	if (by_name && qcow2 && image->format == IMAGE_RAW)
		return complain(EXIT_BAD_FILE,
				"%s begins as a qcow2 file does: say --format raw or --format qcow2",
				image->path);
	image->disk_size = image->size;
	if (image->format == IMAGE_RAW)
		return EXIT_DONE;
	if (!qcow2)
		return complain(EXIT_BAD_FILE, "%s is not a qcow2 file",
				image->path);
	image->disk_size = number_be(head + QCOW2_SIZE);
	return image_is_alone(image, head);
}

static int image_open(struct image *image, bool by_name)
{
	struct stat st;

	image->fd = open(image->path, O_RDONLY | O_CLOEXEC);
	if (image->fd < 0 || fstat(image->fd, &st))
		return complain(EXIT_FAILED, "%s: %s", image->path,
				strerror(errno));
	if (!S_ISREG(st.st_mode))
		return complain(EXIT_BAD_FILE, "%s is not a regular file",
				image->path);
	if (!st.st_size)
		return complain(EXIT_BAD_FILE, "%s is empty", image->path);
	image->size = st.st_size;
	image->data = st.st_blocks * 512;
	return image_look_inside(image, by_name);
}

/* Is there a sum, and one for a file of this size? */
static int image_sums(struct image *image)
{
	int i, nr = checksum_read(image->path, image->sums);

	if (nr == -ENOENT)
		return complain(EXIT_BAD_FILE,
				"%s has no checksum beside it, in %s" CHECKSUM_SUFFIX
				": it was not saved by rbullctl, or that file was left behind; "
				"--no-verify loads it all the same",
				image->path, image->path);
	if (nr < 0)
		return complain(EXIT_BAD_FILE, "%s" CHECKSUM_SUFFIX ": %s",
				image->path, nr == -EINVAL ?
				"there is no checksum in it" : strerror(-nr));
	for (i = 0; i < nr; i++)
		if (image->sums[i].size == image->size)
			break;
	if (i == nr)
		return complain(EXIT_BAD_FILE, "%s %s: it has %llu bytes, %llu were saved",
				image->path,
				image->size < image->sums[0].size ?
				"is truncated" : "is not what was saved",
				(unsigned long long)image->size,
				(unsigned long long)image->sums[0].size);
	image->nr_sums = nr;
	return EXIT_DONE;
}

static int image_compare(const struct image *image,
			 const struct checksum *checksum)
{
	int i;

	for (i = 0; i < image->nr_sums; i++)
		if (!strcmp(image->sums[i].text, checksum->text))
			return EXIT_DONE;
	return complain(EXIT_BAD_FILE,
			"%s is not what was saved: its checksum is %s, not %s",
			image->path, checksum->text, image->sums[0].text);
}

/* Read the file; write it to @to unless that is NULL. */
static int image_read(const struct image *image, const struct temporary *to,
		      size_t grain)
{
	struct checksum checksum;
	struct progress progress;
	struct copy copy = {
		.from = image->fd,
		.from_name = image->path,
		.to = to ? to->fd : -1,
		.to_name = to ? to->path : NULL,
		.grain = grain,
		.progress = &progress,
	};
	int err;

	if (image->nr_sums)
		copy.sum = checksum_begin();
	progress_begin(&progress, to ? "loading" : "checking", image->data,
		       image->quiet);
	err = copy_file(&copy, image->size);
	progress_end(&progress);
	checksum_end(copy.sum, image->size, &checksum);
	free(copy.buffer);
	if (!err && image->nr_sums)
		err = image_compare(image, &checksum);
	return err;
}

static int image_read_qcow2(const struct image *image,
			    const struct temporary *to)
{
	const char *const words[] = { "qemu-img", "convert", "-n",
				      "--target-is-zero", "-f", "qcow2", "-O",
				      "raw", image->path, to->path, NULL };

	if (run_program(words))
		return interrupt_came() ? EXIT_FAILED :
			complain(EXIT_FAILED,
				 "%s: qemu-img could not read it (Debian: qemu-utils)",
				 image->path);
	/* It leaves what it has written in the cache. */
	if (fsync(to->fd))
		return complain(EXIT_FAILED, "%s: %s", to->path,
				strerror(errno));
	return EXIT_DONE;
}

static int image_fill(const struct image *image, const struct temporary *to)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	size_t grain = CHECKSUM_BLOCK;
	int err;

	if (image->format == IMAGE_QCOW2)
		return image_read_qcow2(image, to);
	err = rbull_disk_info(handle(), to->index, &info);
	if (err)
		return failed(handle(), err);
	if (info.logical_block_size > grain)
		grain = info.logical_block_size;
	return image_read(image, to, grain);
}

int image_publish(struct rbull_add *add, int source)
{
	int index;

	add->disk_size = 0;
	add->mem_limit = 0;
	add->source = source;
	add->source_flags = RBULL_SOURCE_DISK;
	index = rbull_disk_add(handle(), add);
	return index < 0 ? failed(handle(), index) : EXIT_DONE;
}

static int image_to_disk(const struct image *image, struct rbull_add *add)
{
	struct rbull_add first = *add;
	struct temporary temporary;
	int err;

	if (!add->disk_size)
		first.disk_size = image->disk_size;
	if (first.disk_size < image->disk_size)
		return complain(EXIT_USAGE,
				"--size: %llu bytes are less than the %llu that are in %s",
				(unsigned long long)add->disk_size,
				(unsigned long long)image->disk_size,
				image->path);
	first.disk_flags &= ~(RBULL_DISK_RO | RBULL_DISK_POPULATE);
	err = temporary_begin(&temporary, &first, O_RDWR | O_DIRECT);
	if (err)
		return err;
	err = image_fill(image, &temporary);
	if (!err && interrupt_came())
		err = EXIT_FAILED;
	if (!err)
		err = image_publish(add, temporary.index);
	temporary_end(&temporary);
	return err;
}

int image_load(const char *path, enum image_format format,
	       struct rbull_add *add, bool verify, bool quiet)
{
	/* The checksum is beside the file itself, not beside links to it. */
	char *real = realpath(path, NULL);
	bool by_name = format == IMAGE_UNKNOWN;
	struct image image = {
		.path = real ? real : path,
		.fd = -1,
		.format = by_name ? image_format(NULL, path) : format,
		.quiet = quiet,
	};
	int err;

	interrupt_catch();
	err = image_open(&image, by_name);
	if (!err && verify)
		err = image_sums(&image);
	if (!err && verify)
		err = image_read(&image, NULL, CHECKSUM_BLOCK);
	if (!err)
		err = image_to_disk(&image, add);
	if (image.fd >= 0)
		close(image.fd);
	free(real);
	return err;
}

int image_judge(const char *path, uint64_t *disk_size)
{
	char *real = realpath(path, NULL);
	struct image image = {
		.path = real ? real : path,
		.fd = -1,
		.format = image_format(NULL, path),
	};
	int err;

	err = image_open(&image, false);
	if (!err)
		err = image_sums(&image);
	*disk_size = image.disk_size;
	if (image.fd >= 0)
		close(image.fd);
	free(real);
	return err;
}

/**
 * verb_load() - make a disk of a file
 * @arguments: the command line
 *
 * Return: how rbullctl shall end.
 */
int verb_load(const struct arguments *arguments)
{
	const char *given = arguments->given[OPTION_FORMAT];
	enum image_format format = IMAGE_UNKNOWN;
	struct rbull_add add = arguments->add;
	int err;

	if (given) {
		format = image_format(given, "");
		if (format == IMAGE_UNKNOWN)
			return EXIT_USAGE;
	}
	err = module_load();
	if (!err)
		err = image_load(arguments->operands[0], format, &add,
				 !arguments->given[OPTION_NO_VERIFY],
				 arguments->given[OPTION_QUIET]);
	return err ? err : made_print(arguments, add.call.index);
}
