// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running other programs with input from, or output to, a string.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "programs.h"
#include "rbullctl.h"

void programs_path(void)
{
	const char *path = getenv("PATH");
	char *more;

	if (!path)
		setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	else if (!strstr(path, "/sbin") && asprintf(&more, "%s:/usr/sbin:/sbin", path) > 0)
		setenv("PATH", more, 1);
}

bool program_is_there(const char *name)
{
	const char *path = getenv("PATH");
	char file[400];
	size_t length;

	for (; path && *path; path += length + !!path[length]) {
		length = strcspn(path, ":");
		if (snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, name) <
		    (int)sizeof(file) && !access(file, X_OK))
			return true;
	}
	return false;
}

/* Create an unnamed file that contains @text. */
static int program_file(const char *text)
{
	int fd = memfd_create("rbullctl", MFD_CLOEXEC);
	size_t length = strlen(text);

	if (fd < 0 || write(fd, text, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET))
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	return fd;
}

/* Print the stderr of the program only if it fails. */
static int program_run(const char *const *words, int in, int out)
{
	int log = program_file(""), status;
	char text[1000];
	ssize_t length;

	status = run_program_with(words, in, out, log);
	length = pread(log, text, sizeof(text), 0);
	if (status && length > 0)
		fprintf(stderr, "%.*s", (int)length, text);
	close(log);
	return status;
}

int program_read(const char *const *words, char *text, size_t size)
{
	int fd = program_file("");
	int status = program_run(words, -1, fd);
	ssize_t length = pread(fd, text, size - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
	close(fd);
	return status;
}

int program_feed(const char *const *words, const char *text)
{
	int fd = program_file(text);
	int status = program_run(words, fd, -1);

	close(fd);
	return status;
}
