// SPDX-License-Identifier: GPL-2.0-only
/*
 * `save`: copy a clone of the disk, which does not change, to a file that gets
 * its name when it is complete.
 *
 * Image and checksum are two files, which cannot be replaced atomically
 * together. So first write the sums of both the old and the new image, then
 * replace the image, then write its sum alone: the image has its sum even if
 * this is interrupted.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/copy.h"
#include "files/files.h"
#include "files/pipe.h"
#include "files/place.h"
#include "files/qcow2.h"
#include "files/temporary.h"
#include "interrupt.h"
#include "verbs/images.h"

/* The longest name for which ".NAME.rbullsum.rbull-new" is possible, bytes. */
#define SAVE_NAME_MAX	(NAME_MAX - 20)

/**
 * struct save - a file that a disk is saved to
 * @place: its place
 * @format: its format
 * @rescue: the data of the disk is lost if it is not saved: save it also if there can
 *	be no checksum
 * @quiet: show no progress
 */
struct save {
	const struct place *place;
	enum image_format format;
	bool rescue;
	bool quiet;
};

bool image_is_stray(const char *path)
{
	struct stat st;

	return stat(path, &st) && errno == ENOENT && !lstat(path, &st);
}

static int clone_begin(struct temporary *clone, int index)
{
	struct rbull_add add = RBULL_INIT(rbull_add);

	add.source = index;
	add.source_flags = RBULL_SOURCE_DISK;
	add.disk_flags = RBULL_DISK_RO;
	return temporary_begin(clone, &add, O_RDONLY | O_DIRECT);
}

/* Copy all that the clone has in RAM. */
static int copy_clone(struct copy *copy, int index, uint64_t size)
{
	struct rbull *rbull = handle();
	uint64_t pos = 0, start, length;
	int err = EXIT_DONE;

	while (!err && pos < size) {
		err = rbull_disk_extent(rbull, index, pos, &start, &length);
		if (err)
			return failed(rbull, err);
		if (!length)
			break;
		err = copy_range(copy, start, length);
		pos = start + length;
	}
	return err;
}

/* The clone as a raw file; a sum of it if @checksum is given. */
static int save_raw(const struct temporary *clone, int to, const char *name,
		    struct checksum *checksum, bool quiet)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	struct progress progress;
	struct copy copy = {
		.from = clone->fd,
		.from_name = clone->path,
		.to = to,
		.to_name = name,
		.grain = CHECKSUM_BLOCK,
		.progress = &progress,
	};
	int err;

	err = rbull_disk_info(handle(), clone->index, &info);
	if (err)
		return failed(handle(), err);
	if (ftruncate(to, info.disk_size))
		return complain(EXIT_FAILED, "%s: the file cannot be made %llu bytes long: %s",
				name, (unsigned long long)info.disk_size,
				strerror(errno));
	if (checksum)
		copy.sum = checksum_begin();
	progress_begin(&progress, "saving", info.mem_used, quiet);
	err = copy_clone(&copy, clone->index, info.disk_size);
	progress_end(&progress);
	checksum_end(copy.sum, info.disk_size, checksum);
	free(copy.buffer);
	return err;
}

/* Print why the file could not be created or renamed. */
static int save_failed(const struct place *place, int err)
{
	if (err == -EWOULDBLOCK)
		return complain(EXIT_BUSY, "%s: another rbullctl is saving to it",
				place->shown);
	return complain(EXIT_FAILED, "%s: %s", place->shown, strerror(-err));
}

/* The sum of a file as it is. */
static int save_sum(int fd, const char *path, struct checksum *checksum,
		    bool quiet)
{
	struct progress progress;
	struct copy copy = { .from = fd, .from_name = path, .to = -1,
			     .grain = CHECKSUM_BLOCK, .progress = &progress };
	struct stat st;
	int err;

	if (fstat(fd, &st))
		return complain(EXIT_FAILED, "%s: %s", path, strerror(errno));
	copy.sum = checksum_begin();
	progress_begin(&progress, "checking", st.st_blocks * 512, quiet);
	err = copy_file(&copy, st.st_size);
	progress_end(&progress);
	checksum_end(copy.sum, st.st_size, checksum);
	free(copy.buffer);
	return err;
}

/* qemu-img makes it of a raw file, which has no name. */
static int save_qcow2(const struct temporary *clone, const struct place *place,
		      int fd, struct checksum *checksum, bool quiet)
{
	struct new_file raw;
	char *path;
	int err;

	/* Where files cannot be without a name, it must not be that of the image. */
	if (asprintf(&path, "%s.raw", place->path) < 0)
		return save_failed(place, -ENOMEM);
	err = new_file_begin(&raw, path, place->is_shared);
	free(path);
	if (err)
		return save_failed(place, err);
	err = save_raw(clone, raw.fd, place->shown, NULL, quiet) ?:
	      qcow2_write(raw.fd, fd, place->shown);
	new_file_end(&raw);
	if (err)
		return err;
	qcow2_put_shape(fd, &checksum->shape);
	return save_sum(fd, place->shown, checksum, quiet);
}

/*
 * Find the sum of the file among several. Return: number of sums left, 1 or 0.
 */
static int save_right_sum(const char *path, struct checksum *sums, int nr)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct checksum sum = { };
	int i, err;

	if (fd < 0)
		return -errno;
	err = save_sum(fd, path, &sum, true);
	close(fd);
	if (err)
		return -EIO;
	for (i = 0; i < nr; i++)
		if (!strcmp(sums[i].text, sum.text))
			break;
	sums[0] = i < nr ? sums[i] : sum;
	return i < nr;
}

/*
 * Read the possible sums of the old file. A save that is interrupted may leave
 * one more; if there are too many, compute the sum to find the right one.
 */
static int save_old_sums(const char *path, struct checksum *sums)
{
	int nr = checksum_read(path, NULL, sums);
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	/* None, or none that load would take. */
	if (nr == -ENOENT || nr == -EINVAL || nr == -EBADMSG)
		return 0;
	return nr == CHECKSUMS_MAX ? save_right_sum(path, sums, nr) : nr;
}

/* Print why the file of the checksum could not be written. */
static int save_sum_failed(const struct place *place, int err)
{
	if (err == -EWOULDBLOCK)
		return complain(EXIT_BUSY, "%s" CHECKSUM_SUFFIX ": another rbullctl is writing it",
				place->shown);
	return complain(EXIT_FAILED, "%s" CHECKSUM_SUFFIX ": %s", place->shown, strerror(-err));
}

/* There is a folder in the place of the checksum, which may be any user's. */
static int save_without_sum(const struct place *place, struct new_file *file)
{
	int err = new_file_commit(file);

	if (err)
		return save_failed(place, err);
	return complain(EXIT_DONE,
			"%s" CHECKSUM_SUFFIX " is a folder: the image was saved without a checksum: 'rbullctl load --no-verify' loads it; remove the folder",
			place->shown);
}

static int save_replace(const struct save *save, struct new_file *file,
			const struct checksum *checksum)
{
	struct checksum sums[1 + CHECKSUMS_MAX] = { *checksum };
	bool shared = save->place->is_shared;
	int nr_old, err;

	nr_old = save_old_sums(file->path, sums + 1);
	if (nr_old < 0)
		return save_sum_failed(save->place, nr_old);
	err = checksum_write(file->path, shared, sums, 1 + nr_old);
	if (err == -EISDIR && save->rescue)
		return save_without_sum(save->place, file);
	if (err)
		return save_sum_failed(save->place, err);
	err = new_file_commit(file);
	if (!file->placed && nr_old)
		checksum_write(file->path, shared, sums + 1, nr_old);
	else if (!file->placed)
		checksum_remove(file->path);
	/* If this fails, the sum is still there, together with the old ones. */
	if (!err && nr_old)
		checksum_write(file->path, shared, sums, 1);
	return err ? save_failed(save->place, err) : EXIT_DONE;
}

static int save_commit(const struct save *save, struct new_file *file,
		       const struct checksum *checksum)
{
	int lock, err;

	err = new_file_sync(file);
	lock = err ? err : place_lock(save->place);
	if (lock < 0)
		return save_failed(save->place, lock);
	err = save_replace(save, file, checksum);
	close(lock);
	return err;
}

static int save_clone(const struct temporary *clone, const struct save *save,
		      const struct shape *shape)
{
	const struct place *place = save->place;
	struct checksum checksum = { .shape = *shape };
	struct new_file file;
	int err;

	err = new_file_begin(&file, place->path, place->is_shared);
	if (err)
		return save_failed(place, err);
	if (save->format == IMAGE_QCOW2)
		err = save_qcow2(clone, place, file.fd, &checksum, save->quiet);
	else
		err = save_raw(clone, file.fd, place->shown, &checksum, save->quiet);
	if (!err && interrupt_came())
		err = EXIT_FAILED;
	if (!err)
		err = save_commit(save, &file, &checksum);
	new_file_end(&file);
	return err;
}

/* A clone of the disk, with all that programs and file systems have written. */
static int save_begin(int index, struct temporary *clone, struct shape *shape)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	int err;

	interrupt_catch();
	err = rbull_disk_info(handle(), index, &info);
	if (!err)
		err = rbull_disk_sync(handle(), index);
	if (err)
		return failed(handle(), err);
	shape_of(shape, &info);
	return clone_begin(clone, index);
}

static int save_to(int index, const struct save *save, bool ro)
{
	const struct place *place = save->place;
	struct temporary clone;
	struct shape shape;
	int err = EXIT_DONE;

	if (save->format == IMAGE_UNKNOWN)
		return EXIT_USAGE;
	if (strlen(strrchr(place->path, '/') + 1) > SAVE_NAME_MAX)
		return complain(EXIT_FAILED,
				"%s: the name is too long: at most %d bytes are allowed",
				place->shown, SAVE_NAME_MAX);
	if (place->is_there && !place->is_regular)
		return complain(EXIT_FAILED,
				"%s is not a regular file: images are saved to files",
				place->shown);
	if (!save->rescue)
		err = checksum_judge(place->path, place->shown);
	if (!err)
		err = save_begin(index, &clone, &shape);
	if (err)
		return err;
	shape.ro = ro;
	err = save_clone(&clone, save, &shape);
	temporary_end(&clone);
	return err;
}

int image_save(int index, const char *path, enum image_format format, bool ro,
	       bool quiet)
{
	bool rescue = format == IMAGE_RESCUE;
	struct place place;
	struct save save = { &place, format, rescue, quiet };
	int err;

	if (image_is_stray(path))
		return complain(EXIT_FAILED,
				"%s is a link to a file that is not there: remove the link first",
				path);
	err = place_begin(&place, path);
	if (err)
		return err;
	if (format == IMAGE_BY_NAME || rescue)
		save.format = format_of_place(&place, rescue);
	err = save_to(index, &save, ro);
	place_end(&place);
	return err;
}

/* Standard output may be a file or a disk, and then has to be on stable storage. */
static int save_pipe_sync(void)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) ||
	    (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) || !fsync(STDOUT_FILENO))
		return EXIT_DONE;
	return complain(EXIT_FAILED, "-: %s", strerror(errno));
}

/* Save to stdout. */
static int save_pipe(int index, const char *format)
{
	struct temporary clone;
	struct shape shape;
	int err;

	if (format && strcmp(format, "raw"))
		return complain(EXIT_USAGE,
				"--format: '%s' cannot be written to a pipe: only raw can",
				format);
	if (isatty(STDOUT_FILENO))
		return complain(EXIT_USAGE, "-: the image is not written to a terminal");
	err = save_begin(index, &clone, &shape);
	if (err)
		return err;
	err = pipe_save(&clone, STDOUT_FILENO) ?: save_pipe_sync();
	temporary_end(&clone);
	return err;
}

/**
 * verb_save() - save a disk to a file
 * @arguments: the command line
 *
 * Return: the exit code.
 */
int verb_save(const struct arguments *arguments)
{
	const char *given = arguments->given[OPTION_FORMAT];
	const char *path = arguments->operands[1];
	struct rbull_info info = RBULL_INIT(rbull_info);
	enum image_format format = given ? format_given(given) : IMAGE_BY_NAME;
	int index, err;

	if (format == IMAGE_UNKNOWN)
		return EXIT_USAGE;
	index = rbull_find(handle(), arguments->operands[0]);
	if (index < 0)
		return failed(handle(), index);
	if (!strcmp(path, "-"))
		return save_pipe(index, given);
	err = rbull_disk_info(handle(), index, &info);
	return err ? failed(handle(), err) :
		image_save(index, path, format, info.disk_flags & RBULL_DISK_RO,
			   arguments->given[OPTION_QUIET]);
}
