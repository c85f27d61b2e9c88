// SPDX-License-Identifier: GPL-2.0-only
/*
 * Error messages, the handle, loading the module, and running other programs.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/options.h"
#include "interrupt.h"
#include "rbullctl.h"
#include "show/screen.h"

/* Longest time between two looks at a program that was started, seconds. */
#define WAIT_SECONDS	1

static bool complain_hushed;
static int complain_log = -1;

/*
 * Write an error, level 3, to the kernel log. A record has at most a bit less
 * than 1 KiB. Not with dprintf(): glibc of Debian 11 and 12 asks for the position
 * in the file first, and /dev/kmsg refuses to tell with EINVAL.
 */
static void complain_record(const char *text)
{
	char record[1024];
	int length = snprintf(record, sizeof(record), "<3>rbullctl: %.900s\n", text);

	if (write(complain_log, record, length) < 0)
		fprintf(stderr, "rbullctl: /dev/kmsg: %s\n", strerror(errno));
}

int complain(int code, const char *format, ...)
{
	char text[1200], *c;
	va_list args;

	if (complain_hushed)
		return code;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* File names, mount points and labels may have control characters. */
	for (c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	screen_end();
	fflush(stdout);
	fprintf(stderr, "rbullctl: %s\n", text);
	if (complain_log >= 0)
		complain_record(text);
	return code;
}

void complain_hush(bool hush)
{
	complain_hushed = hush;
}

void complain_to_kernel_log(void)
{
	complain_log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
}

int failed(struct rbull *rbull, int err)
{
	int code = EXIT_FAILED;

	if (err == -ENODEV || err == -ENXIO || err == -ENOENT)
		code = EXIT_NO_DISK;
	else if (err == -EBUSY)
		code = EXIT_BUSY;
	return complain(code, "%s", rbull_message(rbull));
}

int failed_unforced(const struct arguments *arguments, int err)
{
	if (err != -EBUSY || arguments->given[OPTION_FORCE])
		return failed(handle(), err);
	return complain(EXIT_BUSY, "%s; or use --force", rbull_message(handle()));
}

struct rbull *handle(void)
{
	static struct rbull *rbull;

	if (!rbull)
		rbull = rbull_new();
	if (!rbull)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	return rbull;
}

/*
 * Wait for a program, and end it if a signal ends this one. Such a signal may also
 * arrive just before waitpid(), which would then wait for the whole time that the
 * program takes: so let interrupt_poll() wait, which misses none.
 * Return: as by waitpid(), or -1.
 */
static int wait_for_program(pid_t pid, bool whole)
{
	struct pollfd none = { .fd = -1 };
	int status, nr = 0;

	while (!whole && !(nr = waitpid(pid, &status, WNOHANG)))
		if (interrupt_poll(&none, WAIT_SECONDS) < 0 && interrupt_came())
			break;
	if (!nr && !whole)
		kill(pid, SIGTERM);
	while (!nr || (nr < 0 && errno == EINTR))
		nr = waitpid(pid, &status, 0);
	return nr < 0 ? -1 : status;
}

/*
 * If the parent has SIGCHLD ignored, the status of the program would be lost; if it has
 * it blocked, its end would be noticed late.
 */
static void allow_child_signal(void)
{
	sigset_t child;

	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &child, NULL);
	interrupt_notice(SIGCHLD);
}

/* @whole: signals do not interrupt it. */
static int start_program(const char *const *words, const int files[3], bool whole)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int err, status, i;

	fflush(NULL);
	allow_child_signal();
	posix_spawn_file_actions_init(&actions);
	for (i = 0; i < 3; i++)
		if (files[i] >= 0)
			posix_spawn_file_actions_adddup2(&actions, files[i], i);
	err = posix_spawnp(&pid, words[0], &actions, NULL, (char **)words, environ);
	posix_spawn_file_actions_destroy(&actions);
	errno = err;
	if (err)
		return 127;
	status = wait_for_program(pid, whole);
	if (status < 0)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run_program_with(const char *const *words, int in, int out, int log)
{
	const int files[] = { in, out, log };

	return start_program(words, files, false);
}

static int run_loudly(const char *const *words, bool whole)
{
	static const int files[] = { -1, -1, -1 };
	int status;

	errno = 0;
	status = start_program(words, files, whole);
	if (status == 127 && errno)
		complain(EXIT_FAILED, "%s cannot be run: %s", words[0],
			 strerror(errno));
	return status;
}

int run_program(const char *const *words)
{
	return run_loudly(words, false);
}

int run_program_whole(const char *const *words)
{
	return run_loudly(words, true);
}

int module_load(void)
{
	static const char *const words[] = {
		"modprobe", RBULL_NAME, "nr_disks=0", NULL
	};

	if (!access("/dev/" RBULL_CONTROL_NAME, F_OK) || geteuid())
		return EXIT_DONE;
	if (!run_program(words))
		return EXIT_DONE;
	return complain(EXIT_FAILED,
			"the module " RBULL_NAME " is not loaded, and modprobe could not load it: check that it is installed for this kernel");
}

void tell_quiesced(const struct arguments *arguments, uint64_t ns)
{
	if (arguments->given[OPTION_VERBOSE])
		printf("I/O waited %llu.%03u us\n",
		       (unsigned long long)(ns / 1000), (unsigned int)(ns % 1000));
}
