// SPDX-License-Identifier: GPL-2.0-only
/*
 * A library for LD_PRELOAD that makes rare things happen in rbullctl. RBULL_PRELOAD
 * says what:
 *
 * spawn	SIGTERM arrives right after a program was started
 * printed	SIGTERM arrives right after something was written to stdout
 * flock	files cannot be locked
 * link		somebody takes the name of each file that becomes visible, once
 * truncate	another process truncates the file RBULL_PRELOAD_FILE to a block when
 *		its first hole has been found
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int wanted(const char *what)
{
	const char *given = getenv("RBULL_PRELOAD");

	return given && !strcmp(given, what);
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	__typeof__(posix_spawnp) *real = dlsym(RTLD_NEXT, "posix_spawnp");
	int err = real(pid, file, actions, attributes, argv, envp);

	if (!err && wanted("spawn"))
		raise(SIGTERM);
	return err;
}

int fflush(FILE *stream)
{
	__typeof__(fflush) *real = dlsym(RTLD_NEXT, "fflush");
	int err = real(stream);

	if (!err && stream == stdout && wanted("printed"))
		raise(SIGTERM);
	return err;
}

int flock(int fd, int operation)
{
	__typeof__(flock) *real = dlsym(RTLD_NEXT, "flock");

	if (!wanted("flock"))
		return real(fd, operation);
	errno = ENOLCK;
	return -1;
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
	__typeof__(linkat) *real = dlsym(RTLD_NEXT, "linkat");
	static int turn;

	if (wanted("link") && turn++ % 2 == 0 && symlinkat("/nowhere", to_folder, to))
		return -1;
	return real(from_folder, from, to_folder, to, flags);
}

static off64_t seek(int fd, off64_t offset, int whence, const char *name)
{
	__typeof__(lseek64) *real = dlsym(RTLD_NEXT, name);
	const char *file = getenv("RBULL_PRELOAD_FILE");

	if (wanted("truncate") && whence == SEEK_DATA && offset && file && truncate(file, 4096))
		return -1;
	return real(fd, offset, whence);
}

off64_t lseek64(int fd, off64_t offset, int whence)
{
	return seek(fd, offset, whence, "lseek64");
}

#if __SIZEOF_LONG__ == 8
off_t lseek(int fd, off_t offset, int whence)
{
	return seek(fd, offset, whence, "lseek");
}
#endif
