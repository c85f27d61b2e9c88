// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are there whole or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

/* The folder of @path, opened, or a negative errno. */
static int file_folder(const char *path)
{
	char *copy = strdup(path);
	int fd;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	free(copy);
	return fd;
}

/* ".NAME.rbull-new" in the same folder. */
static char *file_temporary(const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? slash + 1 - path : 0;
	char *temporary;

	if (asprintf(&temporary, "%.*s.%s.rbull-new", folder, path,
		     path + folder) < 0)
		return NULL;
	return temporary;
}

/* Open for all who may: the umask decides, as for every program. */
static int file_open(struct new_file *file)
{
	char *copy = strdup(file->path);

	if (!copy)
		return -ENOMEM;
	file->fd = file->named ? -1 :
		open(dirname(copy), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
	free(copy);
	if (file->fd >= 0)
		return 0;
	file->named = 1;
	file->fd = open(file->temporary,
			O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (file->fd < 0)
		return -errno;
	/* Two that save to the same file must not write into one another. */
	if (flock(file->fd, LOCK_EX | LOCK_NB) || ftruncate(file->fd, 0))
		return -errno;
	return 0;
}

int new_file_begin(struct new_file *file, const char *path, int named)
{
	int err = -ENOMEM;

	*file = (struct new_file) {
		.path = strdup(path),
		.temporary = file_temporary(path),
		.fd = -1,
		.named = named,
	};
	if (file->path && file->temporary)
		err = file_open(file);
	if (err) {
		/* Somebody else's, or none. */
		file->named = 0;
		new_file_end(file);
	}
	return err;
}

/* Give the file its first name. */
static int file_link(struct new_file *file)
{
	char path[64];

	if (file->named)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	unlink(file->temporary);
	if (linkat(AT_FDCWD, path, AT_FDCWD, file->temporary,
		   AT_SYMLINK_FOLLOW))
		return -errno;
	file->named = 1;
	return 0;
}

int new_file_commit(struct new_file *file)
{
	int folder, err;

	if (fsync(file->fd))
		return -errno;
	err = file_link(file);
	if (err)
		return err;
	if (rename(file->temporary, file->path))
		return -errno;
	file->named = 0;
	folder = file_folder(file->path);
	if (folder < 0)
		return folder;
	err = fsync(folder) ? -errno : 0;
	close(folder);
	return err;
}

void new_file_end(struct new_file *file)
{
	if (file->named)
		unlink(file->temporary);
	if (file->fd >= 0)
		close(file->fd);
	free(file->path);
	free(file->temporary);
	*file = (struct new_file) { .fd = -1 };
}

int file_write(const char *path, const char *text, size_t length)
{
	struct new_file file;
	ssize_t written;
	int err;

	err = new_file_begin(&file, path, 0);
	if (err)
		return err;
	written = write(file.fd, text, length);
	if (written < 0)
		err = -errno;
	else if ((size_t)written != length)
		err = -ENOSPC;
	else
		err = new_file_commit(&file);
	new_file_end(&file);
	return err;
}
