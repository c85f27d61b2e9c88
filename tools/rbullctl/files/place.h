/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a file is, or will be: its folder, opened once, and its name in there.
 * rbullctl is run by root, and folders that others can write to may change under
 * its feet. So a path is looked at once, component by component; links are followed
 * only if they are root's or one's own; and what is done to the file afterwards is
 * done in that folder, wherever the path leads meanwhile.
 */
#ifndef RBULLCTL_PLACE_H
#define RBULLCTL_PLACE_H

#include <stdbool.h>

/**
 * struct place - a file's place
 * @folder: the folder
 * @path: of the file, by way of @folder: good as long as that is open, also for
 *	programs that inherit it
 * @shown: of the file, for messages, without links
 * @is_there: there is a file
 * @is_regular: and it is a regular one
 * @is_shared: others can write to the folder
 */
struct place {
	int folder;
	char *path;
	char *shown;
	bool is_there;
	bool is_regular;
	bool is_shared;
};

/**
 * place_begin() - look at a path
 * @place: where to put what was found
 * @path: the path
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int place_begin(struct place *place, const char *path);

/**
 * place_open() - open a file that is there, to read a disk from it
 * @place: its place
 *
 * It must be a regular file of a file system that keeps files; what waits for
 * somebody at its other end, or is made up by the kernel, is refused.
 *
 * Return: the file, or -1 after a complaint.
 */
int place_open(const struct place *place);

/**
 * place_is_trusted() - can nobody else change a file?
 * @fd: the file
 *
 * Return: whether it is root's or one's own, and nobody else may write to it.
 */
bool place_is_trusted(int fd);

/**
 * place_lock() - wait for others who replace files in the folder
 * @place: the place
 *
 * The lock is a file of root's: whoever can open the folder could lock that, and
 * keep everybody waiting.
 *
 * Return: what to close() when it is done, or a negative errno.
 */
int place_lock(const struct place *place);

/**
 * place_end() - close the folder
 * @place: the place
 */
void place_end(struct place *place);

#endif /* RBULLCTL_PLACE_H */
