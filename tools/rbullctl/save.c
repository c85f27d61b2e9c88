// SPDX-License-Identifier: GPL-2.0-only
/*
 * `save`: a clone of the disk, which stands still, is copied to a file that gets
 * its name when it is whole.
 *
 * File and checksum are two files, which cannot be replaced at once. So first
 * come sums of both the old and the new file, then the new file, then its sum
 * alone: whenever this is broken off, the file that is there has its sum.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copy.h"
#include "files.h"
#include "images.h"
#include "interrupt.h"
#include "temporary.h"

enum image_format image_format(const char *given, const char *path)
{
	size_t length = strlen(path);

	if (!given)
		return length > 6 && !strcmp(path + length - 6, ".qcow2") ?
			IMAGE_QCOW2 : IMAGE_RAW;
	if (!strcmp(given, "raw"))
		return IMAGE_RAW;
	if (!strcmp(given, "qcow2"))
		return IMAGE_QCOW2;
	complain(EXIT_USAGE, "--format: '%s' is neither raw nor qcow2", given);
	return IMAGE_UNKNOWN;
}

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
		return complain(EXIT_FAILED, "%s: it cannot have %llu bytes: %s",
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

/* Say why the file could not be begun, or be put in its place. */
static int save_failed(const char *path, int err)
{
	if (err == -EWOULDBLOCK)
		return complain(EXIT_BUSY, "%s: another rbullctl is saving to it",
				path);
	return complain(EXIT_FAILED, "%s: %s", path, strerror(-err));
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
static int save_qcow2(const struct temporary *clone, struct new_file *file,
		      struct checksum *checksum, bool quiet)
{
	struct new_file raw;
	char from[32];
	const char *const words[] = { "qemu-img", "convert", "-f", "raw", "-O",
				      "qcow2", from, file->temporary, NULL };
	int err;

	err = new_file_begin(&raw, file->temporary, 0);
	if (err)
		return save_failed(file->path, err);
	err = save_raw(clone, raw.fd, file->path, NULL, quiet);
	snprintf(from, sizeof(from), "/dev/fd/%d", raw.fd);
	fcntl(raw.fd, F_SETFD, 0);
	if (!err && run_program(words))
		err = complain(EXIT_FAILED, "%s: qemu-img could not make it (Debian: qemu-utils)",
			       file->path);
	new_file_end(&raw);
	return err ? err : save_sum(file->fd, file->path, checksum, quiet);
}

/* Of several, find the one that the file has; how many are left of them: 1 or 0. */
static int save_right_sum(const char *path, struct checksum *sums, int nr)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct checksum sum;
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
	sums[0] = sum;
	return i < nr;
}

/*
 * The sums that the file that is there may have. Each save that is broken off in
 * the wrong moment leaves one more: when they are too many, the file says which.
 */
static int save_old_sums(const char *path, struct checksum *sums)
{
	int nr = checksum_read(path, sums);

	if (access(path, F_OK))
		return errno == ENOENT ? 0 : -errno;
	/* None, or none that load would take. */
	if (nr == -ENOENT || nr == -EINVAL)
		return 0;
	return nr == CHECKSUMS_MAX ? save_right_sum(path, sums, nr) : nr;
}

static int save_replace(struct new_file *file, const struct checksum *checksum)
{
	struct checksum sums[1 + CHECKSUMS_MAX] = { *checksum };
	int nr_old, err;

	nr_old = save_old_sums(file->path, sums + 1);
	if (nr_old < 0)
		return nr_old;
	err = checksum_write(file->path, sums, 1 + nr_old);
	if (!err)
		err = new_file_commit(file);
	if (!file->placed && nr_old)
		checksum_write(file->path, sums + 1, nr_old);
	else if (!file->placed)
		checksum_remove(file->path);
	/* If this fails, the file still has its sum: there is one more. */
	if (!err && nr_old)
		checksum_write(file->path, sums, 1);
	return err;
}

static int save_commit(struct new_file *file, const struct checksum *checksum)
{
	int lock, err;

	err = new_file_sync(file);
	lock = err ? err : file_folder_lock(file->path);
	if (lock < 0)
		return save_failed(file->path, lock);
	err = save_replace(file, checksum);
	close(lock);
	return err ? save_failed(file->path, err) : EXIT_DONE;
}

static int save_clone(const struct temporary *clone, const char *path,
		      enum image_format format, bool quiet)
{
	struct checksum checksum;
	struct new_file file;
	int err;

	err = new_file_begin(&file, path, format == IMAGE_QCOW2);
	if (err)
		return save_failed(path, err);
	if (format == IMAGE_QCOW2)
		err = save_qcow2(clone, &file, &checksum, quiet);
	else
		err = save_raw(clone, file.fd, path, &checksum, quiet);
	if (!err && interrupt_came())
		err = EXIT_FAILED;
	if (!err)
		err = save_commit(&file, &checksum);
	new_file_end(&file);
	return err;
}

int image_save(int index, const char *path, enum image_format format,
	       bool quiet)
{
	struct temporary clone;
	char *real;
	struct stat st;
	int err;

	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return complain(EXIT_FAILED,
				"%s is not a regular file: images are saved to files",
				path);
	if (image_is_stray(path))
		return complain(EXIT_FAILED,
				"%s is a link to a file that is not there: remove the link first",
				path);
	interrupt_catch();
	/* What programs and file systems have written shall be in it. */
	err = rbull_disk_sync(handle(), index);
	err = err ? failed(handle(), err) : clone_begin(&clone, index);
	if (err)
		return err;
	/* A link stays one. */
	real = realpath(path, NULL);
	err = save_clone(&clone, real ? real : path, format, quiet);
	free(real);
	temporary_end(&clone);
	return err;
}

/**
 * verb_save() - save a disk to a file
 * @arguments: the command line
 *
 * Return: how rbullctl shall end.
 */
int verb_save(const struct arguments *arguments)
{
	enum image_format format;
	int index;

	format = image_format(arguments->given[OPTION_FORMAT],
			      arguments->operands[1]);
	if (format == IMAGE_UNKNOWN)
		return EXIT_USAGE;
	index = rbull_find(handle(), arguments->operands[0]);
	if (index < 0)
		return failed(handle(), index);
	return image_save(index, arguments->operands[1], format,
			  arguments->given[OPTION_QUIET]);
}
