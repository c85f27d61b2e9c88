/* SPDX-License-Identifier: GPL-2.0-only */
/* Declarations for all files of rbullctl: verbs, exit codes, messages. */
#ifndef RBULLCTL_H
#define RBULLCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rbull.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Exit codes of rbullctl, as documented in rbullctl(8). */
enum exit_code {
	EXIT_DONE,
	EXIT_FAILED,
	EXIT_USAGE,
	EXIT_NO_DISK,
	EXIT_BUSY,
	EXIT_BAD_FILE,
};

struct arguments;

/**
 * struct verb - a command of rbullctl
 * @name: its name
 * @operands: its operands, as the help shows them
 * @min: smallest number of operands
 * @max: largest number of operands
 * @help: one line of help
 * @run: runs it, and returns the exit code
 */
struct verb {
	const char *name;
	const char *operands;
	int min;
	int max;
	const char *help;
	int (*run)(const struct arguments *arguments);
};

extern const struct verb verbs[];

/**
 * verb_find() - look a verb up
 * @name: its name on the command line
 *
 * Return: the verb, or NULL.
 */
const struct verb *verb_find(const char *name);

int verb_add(const struct arguments *arguments);
int verb_check(const struct arguments *arguments);
int verb_clone(const struct arguments *arguments);
int verb_info(const struct arguments *arguments);
int verb_load(const struct arguments *arguments);
int verb_ls(const struct arguments *arguments);
int verb_reset(const struct arguments *arguments);
int verb_resize(const struct arguments *arguments);
int verb_rewind(const struct arguments *arguments);
int verb_rm(const struct arguments *arguments);
int verb_save(const struct arguments *arguments);
int verb_set(const struct arguments *arguments);
int verb_snapshot(const struct arguments *arguments);
int verb_start(const struct arguments *arguments);
int verb_stats(const struct arguments *arguments);
int verb_stop(const struct arguments *arguments);
int verb_top(const struct arguments *arguments);

/**
 * complain() - print an error message to stderr, after the name of the program
 * @code: the exit code
 * @format: as of printf(), without line feed
 *
 * Return: @code.
 */
int complain(int code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * complain_hush() - switch the output of complain() off or on
 * @hush: true: off
 */
void complain_hush(bool hush);

/**
 * complain_to_kernel_log() - make complain() write to the kernel log, too
 *
 * systemd's journal takes the messages of generators from there.
 */
void complain_to_kernel_log(void);

/**
 * failed() - print the error message of librbull
 * @rbull: the handle
 * @err: the negative errno that librbull returned
 *
 * Return: the exit code.
 */
int failed(struct rbull *rbull, int err);

/**
 * failed_unforced() - failed() for verbs with --force, which mentions that
 *	option
 * @arguments: those of the verb
 * @err: the negative errno that librbull returned
 *
 * Return: the exit code.
 */
int failed_unforced(const struct arguments *arguments, int err);

/**
 * handle() - get the handle of librbull, one for the whole process
 *
 * Return: the handle; exits if there is no memory.
 */
struct rbull *handle(void);

/**
 * module_load() - load the module, without disks, if it is not loaded
 *
 * Return: %EXIT_DONE, or another exit code.
 */
int module_load(void);

/**
 * run_program() - run a program and wait for it
 * @words: its name and arguments, ended by NULL
 *
 * If a signal ends this process, or has arrived before, the program gets SIGTERM.
 *
 * Return: its exit status; 127 if it could not be run; 128 plus the number of
 * the signal if a signal ended it.
 */
int run_program(const char *const *words);

/**
 * run_program_whole() - run_program() for a program that must not be interrupted
 * @words: its name and arguments, ended by NULL
 *
 * If a signal ends this process, it waits for the program nevertheless.
 *
 * Return: as of run_program().
 */
int run_program_whole(const char *const *words);

/**
 * run_program_with() - run_program() with other files, and without own messages
 * @words: its name and arguments, ended by NULL
 * @in: its stdin; -1: inherit
 * @out: its stdout; -1: inherit
 * @log: its stderr; -1: inherit
 *
 * Return: as of run_program().
 */
int run_program_with(const char *const *words, int in, int out, int log);

/**
 * tell_quiesced() - print how long I/O had to wait, if --verbose was given
 * @arguments: those of the verb
 * @ns: nanoseconds
 */
void tell_quiesced(const struct arguments *arguments, uint64_t ns);

/**
 * no_snapshot() - report that a snapshot does not exist, and list those that do
 * @index: number of the disk
 * @snapshot: name of the missing snapshot
 *
 * Return: %EXIT_NO_DISK.
 */
int no_snapshot(int index, const char *snapshot);

#endif /* RBULLCTL_H */
