// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are replaced atomically.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/files.h"

/* Attempts to find a temporary name that nobody takes in the meantime. */
#define FILE_NAMES	8

/* Only root may read disks, so only root may read their images. */
#define FILE_MODE	0600

/* The folder of @path, opened with @flags, or a negative errno. */
static int file_folder(const char *path, int flags)
{
	char *copy = strdup(path);
	int fd;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), flags | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		fd = -errno;
	free(copy);
	return fd;
}

/* ".NAME.rbull-new" in the folder of @path. */
static char *file_temporary(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? slash + 1 - path : 0;
	char *temporary;

	if (asprintf(&temporary, "%s%.*s.%s.rbull-new", slash ? "" : "./", folder,
		     path, name) < 0)
		return NULL;
	return temporary;
}

/* The usual temporary name is taken by something else: choose one at random. */
static int file_rename(struct new_file *file)
{
	unsigned long long number;
	char name[20], *temporary;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -errno;
	snprintf(name, sizeof(name), "%016llx", number);
	temporary = file_temporary(file->path, name);
	if (!temporary)
		return -ENOMEM;
	free(file->temporary);
	file->temporary = temporary;
	return 0;
}

/*
 * Lock a file. Return: 0; -EWOULDBLOCK if it is locked or @path is another
 * file, or none; or another negative errno.
 */
static int file_lock(int fd, const char *path)
{
	struct stat opened, named;

	if (flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &opened))
		return -errno;
	if (lstat(path, &named))
		return errno == ENOENT ? -EWOULDBLOCK : -errno;
	return named.st_ino == opened.st_ino && named.st_dev == opened.st_dev ?
		0 : -EWOULDBLOCK;
}

/*
 * Check for a file that rbullctl did not make: one with another name, too, may be any
 * file of root's, to which a user has made a link. Somebody may hold a lock of it:
 * ignore that.
 */
static bool file_is_foreign(const struct stat *st)
{
	return !S_ISREG(st->st_mode) || st->st_nlink > 1 ||
	       (st->st_uid && st->st_uid != geteuid());
}

/*
 * Remove a stale file. Return: 0; -EWOULDBLOCK if another process is writing
 * it; or another negative errno.
 */
static int file_remove(const char *path)
{
	struct stat st;
	int fd, err;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	if (file_is_foreign(&st))
		return unlink(path) ? -errno : 0;
	fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	err = file_lock(fd, path);
	if (!err && unlink(path))
		err = -errno;
	close(fd);
	return err;
}

/*
 * Remove a stale file. What cannot be removed, such as a folder, may be somebody's
 * attempt to prevent that the file is written: then take another name.
 */
static int file_clear(struct new_file *file)
{
	int err = file_remove(file->temporary);

	return err && err != -EWOULDBLOCK ? file_rename(file) : err;
}

/*
 * Somebody took the name after file_clear(). Return: -EWOULDBLOCK if it is another
 * process that is writing the file; or as file_rename().
 */
static int file_lost_name(struct new_file *file)
{
	struct stat st;

	return !lstat(file->temporary, &st) && !file_is_foreign(&st) ? -EWOULDBLOCK :
		file_rename(file);
}

static int file_open_named(struct new_file *file)
{
	int err = file_clear(file), i;

	for (i = 0; !err && file->fd < 0 && i < FILE_NAMES; i++) {
		file->fd = open(file->temporary, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC,
				FILE_MODE);
		if (file->fd < 0)
			err = errno == EEXIST ? file_lost_name(file) : -errno;
	}
	if (err || file->fd < 0)
		return err ?: -EEXIST;
	file->named = 1;
	return file_lock(file->fd, file->temporary);
}

static int file_open(struct new_file *file)
{
	file->fd = file_folder(file->path, O_TMPFILE | O_RDWR);
	if (file->fd < 0)
		return file_open_named(file);
	/* The lock shows, once the file has a name, that it is not stale. */
	return flock(file->fd, LOCK_EX | LOCK_NB) ? -errno : 0;
}

int new_file_begin(struct new_file *file, const char *path, bool is_shared)
{
	const char *slash = strrchr(path, '/');
	int err = -ENOMEM;

	*file = (struct new_file) {
		.path = strdup(path),
		.temporary = file_temporary(path, slash ? slash + 1 : path),
		.fd = -1,
		.is_shared = is_shared,
	};
	if (file->path && file->temporary)
		err = file_open(file);
	if (err) {
		/* The file belongs to another process. */
		if (err == -EWOULDBLOCK)
			file->named = 0;
		new_file_end(file);
	}
	return err;
}

/*
 * Copy owner and mode from the file that is replaced. In a shared folder, keep
 * the file for root only: other users could have created the old file.
 */
static int file_own(const struct new_file *file)
{
	struct stat old, new;

	if (lstat(file->path, &old))
		return errno == ENOENT ? 0 : -errno;
	if (file->is_shared || !S_ISREG(old.st_mode))
		return 0;
	if (fstat(file->fd, &new))
		return -errno;
	if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
	    fchown(file->fd, old.st_uid, old.st_gid))
		return -errno;
	return fchmod(file->fd, old.st_mode & 0777) ? -errno : 0;
}

int new_file_sync(struct new_file *file)
{
	int err = file_own(file);

	return !err && fsync(file->fd) ? -errno : err;
}

/* Give the file its first name. */
static int file_link(struct new_file *file)
{
	char path[64];
	int err, i;

	if (file->named)
		return 0;
	err = file_clear(file);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	for (i = 0; !err && !file->named && i < FILE_NAMES; i++) {
		file->named = !linkat(AT_FDCWD, path, AT_FDCWD, file->temporary,
				      AT_SYMLINK_FOLLOW);
		/* A user who makes such files all the time cannot guess the next name. */
		if (!file->named)
			err = errno == EEXIST ? file_rename(file) : -errno;
	}
	return err || file->named ? err : -EEXIST;
}

int new_file_commit(struct new_file *file)
{
	int folder, err;

	err = file_link(file);
	if (err)
		return err;
	if (rename(file->temporary, file->path))
		return -errno;
	file->named = 0;
	file->placed = 1;
	folder = file_folder(file->path, O_RDONLY | O_DIRECTORY);
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

int file_write(const char *path, bool is_shared, const char *text, size_t length)
{
	struct new_file file;
	ssize_t written;
	int err;

	err = new_file_begin(&file, path, is_shared);
	if (err)
		return err;
	written = write(file.fd, text, length);
	if (written < 0)
		err = -errno;
	else if ((size_t)written != length)
		err = -ENOSPC;
	else
		err = new_file_sync(&file);
	if (!err)
		err = new_file_commit(&file);
	new_file_end(&file);
	return err;
}
