/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The place of a file that exists or will be created: its open folder, and its
 * name in the folder. root runs rbullctl, and other users may change the
 * folders that they can write to at any time. So resolve a path only once,
 * component by component, and follow links only if they belong to root or to
 * the caller. All later operations use the open folder, wherever the path leads
 * then.
 */
#ifndef RBULLCTL_PLACE_H
#define RBULLCTL_PLACE_H

#include <stdbool.h>

/**
 * struct place - a file's place
 * @given: the path that was resolved, which the caller must keep
 * @folder: the open folder
 * @path: path of the file through @folder: valid while that is open, also in
 *	programs that inherit it
 * @shown: path of the file for messages: without links, unless one of the kernel is
 *	followed; then it is the path as given, which may have another name
 * @is_there: the file exists
 * @is_regular: it is a regular file
 * @is_shared: other users can write to the folder
 */
struct place {
	const char *given;
	int folder;
	char *path;
	char *shown;
	bool is_there;
	bool is_regular;
	bool is_shared;
};

/**
 * place_begin() - resolve a path
 * @place: receives the place
 * @path: the path
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int place_begin(struct place *place, const char *path);

/**
 * place_open() - open an existing file to read a disk from it
 * @place: its place
 *
 * Refuses anything but regular files, and files of pseudo file systems such as
 * procfs.
 *
 * Return: a file descriptor, or -1 after an error message.
 */
int place_open(const struct place *place);

/**
 * place_is_trusted() - check that no other user can change a file
 * @fd: the file
 *
 * Return: true if it belongs to root or to the caller, and neither group nor
 * others may write to it.
 */
bool place_is_trusted(int fd);

/**
 * place_lock() - lock a folder against other rbullctl that replace files in it
 * @place: the place
 *
 * Uses a lock file of root, not the folder: any user who can open the folder
 * could lock it, and make everybody wait.
 *
 * Return: a file descriptor, whose close() releases the lock, or a negative
 * errno.
 */
int place_lock(const struct place *place);

/**
 * place_end() - close the folder
 * @place: the place
 */
void place_end(struct place *place);

#endif /* RBULLCTL_PLACE_H */
