/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that are replaced atomically. While a file is written, it has no name
 * or, if the file system does not support that, a name that begins with a dot;
 * the next attempt removes such a file. If that name is taken by something that
 * cannot be removed, a name at random takes its place: if this process is killed
 * then, nobody removes that file, as nobody knows whether it is still being written.
 */
#ifndef RBULLCTL_FILES_H
#define RBULLCTL_FILES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct new_file - a file that is being written
 * @path: its final path
 * @temporary: its path until then
 * @fd: the file
 * @is_shared: other users can write to the folder
 * @named: it has the path @temporary
 * @placed: it has the path @path
 */
struct new_file {
	char *path;
	char *temporary;
	int fd;
	bool is_shared;
	int named;
	int placed;
};

/**
 * new_file_begin() - begin a file
 * @file: the file
 * @path: its final path, from place_begin()
 * @is_shared: other users can write to the folder: do not copy owner and mode
 *	from the file that it replaces
 *
 * Only its owner can access it, until new_file_sync().
 *
 * Return: 0 or a negative errno; %-EWOULDBLOCK if another process is writing
 * it.
 */
int new_file_begin(struct new_file *file, const char *path, bool is_shared);

/**
 * new_file_sync() - write the data of a file to stable storage
 * @file: the file; it gets the owner and mode of the file that it will replace,
 *	unless the folder is shared
 *
 * Return: 0 or a negative errno.
 */
int new_file_sync(struct new_file *file);

/**
 * new_file_commit() - rename a file to its final path, on stable storage
 * @file: the file, after new_file_sync()
 *
 * Return: 0 or a negative errno; then the old file is still there, unless
 * @file->placed.
 */
int new_file_commit(struct new_file *file);

/**
 * new_file_end() - close a file, and remove it unless it has its final path
 * @file: the file, after new_file_begin(), successful or not
 */
void new_file_end(struct new_file *file);

/**
 * file_write() - write a small file
 * @path: its path
 * @is_shared: as of new_file_begin()
 * @text: its contents
 * @length: length of the contents, bytes
 *
 * Return: 0 or a negative errno. Unless syncing the folder fails, the old file
 * is still there after an error.
 */
int file_write(const char *path, bool is_shared, const char *text,
	       size_t length);

#endif /* RBULLCTL_FILES_H */
