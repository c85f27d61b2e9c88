/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that are there whole or not at all. What is being written has no name,
 * or where the file system cannot do that, a name that begins with a dot; the
 * next try takes that away.
 */
#ifndef RBULLCTL_FILES_H
#define RBULLCTL_FILES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct new_file - a file that is being written
 * @path: what it will be called
 * @temporary: what it is called until then
 * @fd: the file
 * @is_shared: others can write to the folder
 * @named: whether it is called @temporary already
 * @placed: whether it is called @path already
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
 * @path: what it will be called, as of place_begin()
 * @is_shared: others can write to the folder: it does not get the owner and the
 *	mode of what it replaces
 *
 * It is for its owner only, until new_file_sync().
 *
 * Return: 0 or a negative errno; %-EWOULDBLOCK: somebody else is writing it.
 */
int new_file_begin(struct new_file *file, const char *path, bool is_shared);

/**
 * new_file_sync() - bring what was written to stable storage
 * @file: the file; it gets owner and mode of the one that it will replace, unless
 *	the folder is shared
 *
 * Return: 0 or a negative errno.
 */
int new_file_sync(struct new_file *file);

/**
 * new_file_commit() - put a file in its place, for good
 * @file: the file, after new_file_sync()
 *
 * Return: 0 or a negative errno; what was there before is there then, unless
 * @file->placed.
 */
int new_file_commit(struct new_file *file);

/**
 * new_file_end() - forget about a file; if it was not put in its place, remove it
 * @file: the file, or one that could not be begun
 */
void new_file_end(struct new_file *file);

/**
 * file_write() - write a small file
 * @path: what it is called
 * @is_shared: as of new_file_begin()
 * @text: its contents
 * @length: of the contents, bytes
 *
 * Return: 0 or a negative errno; what was there before is there then.
 */
int file_write(const char *path, bool is_shared, const char *text,
	       size_t length);

#endif /* RBULLCTL_FILES_H */
