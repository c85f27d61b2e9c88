// SPDX-License-Identifier: GPL-2.0-only
/*
 * `load`: compare the file with its checksum, then read it into a temporary
 * disk, and compare it again while reading. The permanent disk is a clone of
 * the temporary one, so that it becomes visible only when it is complete.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/copy.h"
#include "files/pipe.h"
#include "files/place.h"
#include "files/qcow2.h"
#include "files/temporary.h"
#include "interrupt.h"
#include "made.h"
#include "verbs/images.h"

/*
 * Initial size of the disk for input from a pipe; unwritten parts take no RAM.
 */
#define IMAGE_PIPE_SIZE	0x10000000000ULL

/* Space for the limits of RAM in a message. */
#define IMAGE_LIMITS	200

/**
 * struct image - a file to be loaded
 * @place: where it is; NULL: it comes from stdin
 * @path: its path, for messages
 * @fd: the file
 * @size: of the file, bytes
 * @data: what of it is no hole, bytes, about
 * @format: its format
 * @disk_size: size of the disk that is in it, bytes
 * @sums: what its checksum may be
 * @nr_sums: how many; 0: it is not looked at
 * @shape: what the disk was like, if the file says so
 * @quiet: show no progress
 */
struct image {
	const struct place *place;
	const char *path;
	int fd;
	uint64_t size;
	uint64_t data;
	enum image_format format;
	uint64_t disk_size;
	struct checksum sums[CHECKSUMS_MAX];
	int nr_sums;
	struct shape shape;
	bool quiet;
};

/* @guess: refuse a raw file that looks like another format. */
static int image_look_inside(struct image *image, bool guess)
{
	if (guess && image->format == IMAGE_RAW && qcow2_is_one(image->fd))
		return complain(EXIT_BAD_FILE,
				"%s begins like a qcow2 file, but its name does not end in .qcow2: give --format raw or --format qcow2",
				image->path);
	image->disk_size = image->size;
	if (image->format == IMAGE_RAW)
		return EXIT_DONE;
	qcow2_get_shape(image->fd, image->path, &image->shape);
	return qcow2_look(image->fd, image->path, &image->disk_size);
}

/*
 * qemu-img follows references to other files. If other users could add one
 * after the check of the header, check and read a private copy instead.
 */
static int image_copy(struct image *image)
{
	struct progress progress;
	struct copy copy = {
		.from = image->fd,
		.from_name = image->path,
		.to_name = image->path,
		.grain = CHECKSUM_BLOCK,
		.progress = &progress,
	};
	int err;

	copy.to = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (copy.to < 0 || ftruncate(copy.to, image->size))
		err = complain(EXIT_FAILED,
			       "%s can be changed by others while it is read, and cannot be copied to /var/tmp first: %s",
			       image->path, strerror(errno));
	else
		err = EXIT_DONE;
	progress_begin(&progress, "copying", image->data, image->quiet);
	if (!err)
		err = copy_file(&copy, image->size);
	progress_end(&progress);
	free(copy.buffer);
	close(image->fd);
	image->fd = copy.to;
	return err;
}

static int image_open(struct image *image, bool guess)
{
	struct stat st;
	int err = EXIT_DONE;

	image->fd = place_open(image->place);
	if (image->fd < 0)
		return image->place->is_there && !image->place->is_regular ?
			EXIT_BAD_FILE : EXIT_FAILED;
	if (fstat(image->fd, &st))
		return complain(EXIT_FAILED, "%s: %s", image->path,
				strerror(errno));
	if (!st.st_size)
		return complain(EXIT_BAD_FILE, "%s is empty", image->path);
	image->size = st.st_size;
	image->data = st.st_blocks * 512;
	if (image->format == IMAGE_QCOW2 && !place_is_trusted(image->fd))
		err = image_copy(image);
	return err ? err : image_look_inside(image, guess);
}

/* Is there a sum, and one for a file of this size? */
static int image_sums(struct image *image)
{
	int i, nr = checksum_read(image->place->path, image->path, image->sums);

	if (nr == -ENOENT)
		return complain(EXIT_BAD_FILE,
				"%s has no checksum file, %s" CHECKSUM_SUFFIX
				": it was not saved by rbullctl, or was copied without that file; "
				"--no-verify loads it unverified",
				image->path, image->path);
	if (nr == -EBADMSG)
		return EXIT_BAD_FILE;
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

static int image_compare(struct image *image, const struct checksum *checksum)
{
	int i;

	for (i = 0; i < image->nr_sums; i++)
		if (!strcmp(image->sums[i].text, checksum->text)) {
			if (image->sums[i].shape.logical_block_size)
				image->shape = image->sums[i].shape;
			return EXIT_DONE;
		}
	return complain(EXIT_BAD_FILE,
			"%s is not what was saved: its checksum is %s, not %s",
			image->path, checksum->text, image->sums[0].text);
}

/*
 * Read the file; write it to @to, whose logical blocks have @block bytes, unless that
 * is NULL. @full: see struct copy.
 */
static int image_read(struct image *image, const struct temporary *to,
		      size_t block, const char *full)
{
	struct checksum checksum;
	struct progress progress;
	struct copy copy = {
		.from = image->fd,
		.from_name = image->path,
		.to = to ? to->fd : -1,
		.to_name = to ? to->path : NULL,
		.full = full,
		.grain = block > CHECKSUM_BLOCK ? block : CHECKSUM_BLOCK,
		.block = block,
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

/* Why there may be no space: it is not known which limit a write has reached. */
static int image_limits(const struct rbull_info *info, char text[IMAGE_LIMITS])
{
	struct rbull_list all = RBULL_INIT(rbull_list);
	int err = rbull_disk_list(handle(), NULL, &all);

	if (err < 0)
		return failed(handle(), err);
	if (info->mem_limit)
		snprintf(text, IMAGE_LIMITS,
			 ": the RAM of the disk is limited to %llu bytes (mem_limit), that of all disks together to %llu (mem_limit_mb)",
			 (unsigned long long)info->mem_limit,
			 (unsigned long long)all.mem_limit);
	else
		snprintf(text, IMAGE_LIMITS,
			 ": the RAM of all disks together is limited to %llu bytes (mem_limit_mb)",
			 (unsigned long long)all.mem_limit);
	return EXIT_DONE;
}

static int image_fill(struct image *image, const struct temporary *to,
		      const struct rbull_add *add)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	char full[IMAGE_LIMITS];
	int err;

	err = rbull_disk_info(handle(), to->index, &info);
	if (err)
		return failed(handle(), err);
	err = image_limits(&info, full);
	if (err)
		return err;
	if (!image->place)
		return pipe_load(STDIN_FILENO, to, add->disk_size, full);
	if (image->format == IMAGE_QCOW2)
		return qcow2_read(image->fd, image->path, to->fd, full);
	return image_read(image, to, info.logical_block_size, full);
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

/* What does not say what it was like may have a partition table, which does. */
static int image_look_for_table(const struct image *image,
				const struct temporary *disk,
				struct rbull_add *add)
{
	uint32_t block = shape_find_table(disk->fd);
	off_t size = lseek(disk->fd, 0, SEEK_END);

	if (size < 0)
		return complain(EXIT_FAILED, "%s: %s", disk->path, strerror(errno));
	if (image->shape.logical_block_size || !block)
		return EXIT_DONE;
	if (!add->logical_block_size && size % block)
		return complain(EXIT_BAD_FILE,
				"%s: its partition table (GPT) is made for blocks of %u bytes, but the size, %lld bytes, is not a multiple of this: --logical-block-size 512 (in a file of /etc/rbull.d: logical_block_size = 512) loads it without partitions",
				image->path, block, (long long)size);
	if (!add->logical_block_size && block != RBULL_MIN_BLOCK_SIZE) {
		add->logical_block_size = block;
		complain(EXIT_DONE,
			 "%s: its partition table (GPT) is made for blocks of %u bytes: the disk gets these",
			 image->path, block);
	} else if (add->logical_block_size && add->logical_block_size != block) {
		complain(EXIT_DONE,
			 "%s: its partition table (GPT) is made for blocks of %u bytes: with blocks of %u bytes, no partition is found",
			 image->path, block, add->logical_block_size);
	}
	return EXIT_DONE;
}

/*
 * Keep the name that the disk had, unless another disk has it, for example the disk
 * that was saved.
 */
static void image_check_name(const struct image *image, struct rbull_add *add)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	int index;

	if (!*add->call.name)
		return;
	/* "7" is a number before it is a name. */
	index = rbull_find(handle(), add->call.name);
	if (index < 0 || rbull_disk_info(handle(), index, &info) ||
	    strcmp(info.call.name, add->call.name))
		return;
	complain(EXIT_DONE,
		 "%s: the name of the disk in it, '%s', is taken by " RBULL_NAME "%d: the new disk has no name, --name gives it one",
		 image->path, add->call.name, index);
	*add->call.name = '\0';
}

/*
 * The kernel would refuse an odd size, too, but does not know the file. If another size
 * is given, the rest of the last block is zeroes, as for input from a pipe.
 */
static int image_judge_size(const struct image *image, const struct rbull_add *first)
{
	uint32_t block = first->logical_block_size ?: RBULL_MIN_BLOCK_SIZE;

	if (!(image->disk_size % block) || first->disk_size != image->disk_size)
		return EXIT_DONE;
	return complain(EXIT_BAD_FILE,
			"%s: the size of the disk in it, %llu bytes, is not a multiple of %u bytes (logical_block_size)",
			image->path, (unsigned long long)image->disk_size, block);
}

static int image_size(const struct image *image, const struct rbull_add *add,
		      struct rbull_add *first)
{
	if (!add->disk_size)
		first->disk_size = image->place ? image->disk_size : IMAGE_PIPE_SIZE;
	if (!image->place)
		return EXIT_DONE;
	if (first->disk_size >= image->disk_size)
		return image_judge_size(image, first);
	return complain(EXIT_USAGE,
			"--size: %llu bytes are less than the %llu that are in %s",
			(unsigned long long)add->disk_size,
			(unsigned long long)image->disk_size, image->path);
}

static int image_to_disk(struct image *image, struct rbull_add *add, bool ro_given)
{
	bool named = *add->call.name;
	struct temporary temporary;
	struct rbull_add first;
	int err;

	shape_apply(&image->shape, add, ro_given);
	first = *add;
	err = image_size(image, add, &first);
	if (err)
		return err;
	first.disk_flags &= ~(RBULL_DISK_RO | RBULL_DISK_POPULATE);
	err = temporary_begin(&temporary, &first, O_RDWR | O_DIRECT);
	if (err)
		return err;
	err = image_fill(image, &temporary, add);
	if (!err && interrupt_came())
		err = EXIT_FAILED;
	if (!err)
		err = image_look_for_table(image, &temporary, add);
	if (!err && !named)
		image_check_name(image, add);
	if (!err)
		err = image_publish(add, temporary.index);
	temporary_end(&temporary);
	return err;
}

/* The shape of one that is not compared: of the sum that may be its own. */
static void image_guess_shape(struct image *image)
{
	struct checksum sums[CHECKSUMS_MAX];
	int i, nr = checksum_read(image->place->path, image->path, sums);

	if (nr == -EBADMSG)
		complain(EXIT_DONE, "%s" CHECKSUM_SUFFIX ": the properties of the disk in it are ignored",
			 image->path);
	for (i = nr - 1; i >= 0; i--)
		if (sums[i].size == image->size && sums[i].shape.logical_block_size)
			image->shape = sums[i].shape;
}

static int image_load_from(const struct place *place, enum image_format format,
			   struct rbull_add *add, bool ro_given, bool verify,
			   bool quiet)
{
	bool by_name = format == IMAGE_BY_NAME || format == IMAGE_UNKNOWN;
	struct image image = {
		.place = place,
		.path = place ? place->shown : "-",
		.fd = -1,
		.format = by_name ? format_of_place(place, false) : format,
		.quiet = quiet,
	};
	int err = image.format == IMAGE_UNKNOWN ? EXIT_USAGE : EXIT_DONE;

	interrupt_catch();
	if (!err && place)
		err = image_open(&image, format == IMAGE_UNKNOWN);
	if (!err && place && verify)
		err = image_sums(&image);
	if (!err && place && verify)
		err = image_read(&image, NULL, 0, NULL);
	else if (!err && place)
		image_guess_shape(&image);
	/* What has a checksum is known to be good. */
	if (!err && place && !verify && image.format == IMAGE_QCOW2)
		err = qcow2_check(image.fd, image.path);
	if (!err)
		err = image_to_disk(&image, add, ro_given);
	if (image.fd >= 0)
		close(image.fd);
	return err;
}

int image_load(const char *path, enum image_format format,
	       struct rbull_add *add, bool ro_given, bool verify, bool quiet)
{
	struct place place;
	int err;

	/* The checksum is beside the file itself, not beside links to it. */
	err = place_begin(&place, path);
	if (err)
		return err;
	err = image_load_from(&place, format, add, ro_given, verify, quiet);
	place_end(&place);
	return err;
}

int image_judge(const char *path, uint64_t *disk_size)
{
	struct place place;
	int err = place_begin(&place, path);
	struct image image = {
		.place = &place,
		.path = place.shown,
		.fd = -1,
		.quiet = true,
	};

	if (err)
		return err;
	image.format = format_of_place(&place, false);
	err = image.format == IMAGE_UNKNOWN ? EXIT_USAGE :
		image_open(&image, false);
	if (!err)
		err = image_sums(&image);
	*disk_size = image.disk_size;
	if (image.fd >= 0)
		close(image.fd);
	place_end(&place);
	return err;
}

/* Load from stdin; there is no checksum to compare with. */
static int load_pipe(const struct arguments *arguments, struct rbull_add *add)
{
	const char *given = arguments->given[OPTION_FORMAT];

	if (given && strcmp(given, "raw"))
		return complain(EXIT_USAGE,
				"--format: '%s' cannot be read from a pipe: only raw can",
				given);
	if (isatty(STDIN_FILENO))
		return complain(EXIT_USAGE, "-: an image is not read from a terminal");
	return image_load_from(NULL, IMAGE_RAW, add, true, false,
			       arguments->given[OPTION_QUIET]);
}

/**
 * verb_load() - make a disk of a file
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_load(const struct arguments *arguments)
{
	const char *given = arguments->given[OPTION_FORMAT];
	enum image_format format = IMAGE_UNKNOWN;
	struct rbull_add add = arguments->add;
	int err;

	if (given) {
		format = format_given(given);
		if (format == IMAGE_UNKNOWN)
			return EXIT_USAGE;
	}
	err = module_load();
	if (!err && !strcmp(arguments->operands[0], "-"))
		err = load_pipe(arguments, &add);
	else if (!err)
		err = image_load(arguments->operands[0], format, &add,
				 arguments->ro_given,
				 !arguments->given[OPTION_NO_VERIFY],
				 arguments->given[OPTION_QUIET]);
	return err ? err : made_print(arguments, add.call.index);
}
