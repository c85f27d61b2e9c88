/* SPDX-License-Identifier: GPL-2.0-only */
/* Comparing paths: which is below which, and which are the same. */
#ifndef RBULLCTL_PATHS_H
#define RBULLCTL_PATHS_H

#include <stdbool.h>

/**
 * path_simplify() - remove redundant slashes
 * @path: the path, changed in place
 */
void path_simplify(char *path);

/**
 * path_has_dots() - check a path for components . and ..
 * @path: the path
 *
 * Return: true if it has one.
 */
bool path_has_dots(const char *path);

/**
 * path_is_below() - check whether a path is below a folder
 * @path: the path; NULL is below nothing
 * @folder: path of the folder; nothing is below NULL
 *
 * Both must be simple, see path_simplify(). Compares strings only.
 *
 * Return: true if it is; a folder is not below itself.
 */
bool path_is_below(const char *path, const char *folder);

/**
 * path_folder() - get the folder of a path
 * @path: an absolute path, simple
 *
 * Return: a new string; exits if there is no memory.
 */
char *path_folder(const char *path);

/**
 * path_real() - resolve the links in a path
 * @path: an absolute path, simple
 *
 * Return: a new string; exits if there is no memory. If the file does not exist,
 * only the links of its folder are resolved.
 */
char *path_real(const char *path);

/**
 * path_error() - check that it is known what a path leads to
 * @path: the path
 *
 * Return: 0 if there is a file, or none yet; else the positive errno.
 */
int path_error(const char *path);

/**
 * path_is_same() - check whether two paths lead to the same file
 * @a: a path
 * @b: another one
 *
 * Files that do not exist yet are the same if their folders and names are.
 * Check both with path_error() before: files that cannot be examined are
 * treated like those that do not exist.
 *
 * Return: true if they do.
 */
bool path_is_same(const char *a, const char *b);

#endif /* RBULLCTL_PATHS_H */
