/* SPDX-License-Identifier: GPL-2.0-only */
/* Paths as words: what is below what, and which are the same. */
#ifndef RBULLCTL_PATHS_H
#define RBULLCTL_PATHS_H

#include <stdbool.h>

/**
 * path_simplify() - take away slashes that mean nothing
 * @path: the path, changed in place
 */
void path_simplify(char *path);

/**
 * path_has_dots() - is there a component . or ..?
 * @path: the path
 *
 * Return: whether there is.
 */
bool path_has_dots(const char *path);

/**
 * path_is_below() - is it in a folder, or in one of its folders?
 * @path: the path; NULL is below nothing
 * @folder: path of the folder; nothing is below NULL
 *
 * Both are simple, see path_simplify(). Nothing is looked up.
 *
 * Return: whether it is; a folder is not below itself.
 */
bool path_is_below(const char *path, const char *folder);

/**
 * path_folder() - the folder that something is in
 * @path: an absolute path, simple
 *
 * Return: a new string; without memory, the program ends.
 */
char *path_folder(const char *path);

/**
 * path_is_same() - do two paths lead to one file?
 * @a: a path
 * @b: another one
 *
 * Files that are not there yet are the same if their folders and names are.
 *
 * Return: whether they do.
 */
bool path_is_same(const char *a, const char *b);

#endif /* RBULLCTL_PATHS_H */
