// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comparing paths: which is below which, and which are the same.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "boot/paths.h"
#include "rbullctl.h"

void path_simplify(char *path)
{
	const char *from;
	char *to = path;

	for (from = path; *from; from++)
		if (*from != '/' || (from[1] != '/' && (from[1] || to == path)))
			*to++ = *from;
	*to = '\0';
}

bool path_has_dots(const char *path)
{
	size_t length;

	for (; *path; path += length) {
		path += strspn(path, "/");
		length = strcspn(path, "/");
		if ((length == 1 && *path == '.') ||
		    (length == 2 && !strncmp(path, "..", 2)))
			return true;
	}
	return false;
}

bool path_is_below(const char *path, const char *folder)
{
	size_t length;

	if (!path || !folder)
		return false;
	length = strlen(folder);
	if (length == 1)
		return path[1];
	return !strncmp(path, folder, length) && path[length] == '/';
}

char *path_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = strndup(path, slash > path ? slash - path : 1);

	if (!folder)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	return folder;
}

char *path_real(const char *path)
{
	char *real = realpath(path, NULL), *folder, *result = NULL;

	if (real)
		return real;
	folder = path_folder(path);
	real = realpath(folder, NULL);
	if (asprintf(&result, "%s%s", real ? real : folder,
		     strrchr(path, '/')) < 0)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	free(folder);
	free(real);
	return result;
}

int path_error(const char *path)
{
	struct stat st;

	return stat(path, &st) && errno != ENOENT ? errno : 0;
}

bool path_is_same(const char *a, const char *b)
{
	char *real_a, *real_b;
	struct stat st_a, st_b;
	bool same;

	if (!stat(a, &st_a) && !stat(b, &st_b))
		return st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino;
	real_a = path_real(a);
	real_b = path_real(b);
	same = !strcmp(real_a, real_b);
	free(real_a);
	free(real_b);
	return same;
}
