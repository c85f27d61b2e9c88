/* SPDX-License-Identifier: GPL-2.0-only */
/* What all files of rbullctl share: verbs, how they end, what they say. */
#ifndef RBULLCTL_H
#define RBULLCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rbull.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* How rbullctl ends; rbullctl(8) says the same. */
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
 * struct verb - one of the things that rbullctl does
 * @name: as it is written
 * @operands: as the help shows them
 * @min: how many operands it needs
 * @max: how many it takes
 * @help: what it does
 * @run: does it; returns how rbullctl ends
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
 * @name: as it was written
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
 * complain() - say on stderr what is wrong, after the name of the program
 * @code: how rbullctl shall end
 * @format: as of printf(), without line feed
 *
 * Return: @code.
 */
int complain(int code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * complain_hush() - let complain() say nothing
 * @hush: from now on, or no longer
 */
void complain_hush(bool hush);

/**
 * complain_to_kernel_log() - let complain() write to the kernel log, too
 *
 * That is where systemd's journal finds what generators say.
 */
void complain_to_kernel_log(void);

/**
 * failed() - say why librbull failed
 * @rbull: the handle
 * @err: what it returned
 *
 * Return: how rbullctl shall end.
 */
int failed(struct rbull *rbull, int err);

/**
 * failed_unforced() - failed(), where --force makes a difference
 * @arguments: those of the verb
 * @err: what librbull returned
 *
 * Return: how rbullctl shall end.
 */
int failed_unforced(const struct arguments *arguments, int err);

/**
 * handle() - the one handle of this process
 *
 * Return: the handle; without memory, the program ends.
 */
struct rbull *handle(void);

/**
 * module_load() - load the module, without disks, if it is not there
 *
 * Return: %EXIT_DONE, or how rbullctl shall end.
 */
int module_load(void);

/**
 * run_program() - run a program and wait for it
 * @words: its name and arguments, ended by NULL
 *
 * Return: its status; 127 if it could not be run, 128 and more if a signal ended
 * it.
 */
int run_program(const char *const *words);

/**
 * run_program_with() - as run_program(), without a word of our own
 * @words: its name and arguments, ended by NULL
 * @in: its stdin; -1: ours
 * @out: its stdout; -1: ours
 * @log: its stderr; -1: ours
 *
 * Return: as of run_program().
 */
int run_program_with(const char *const *words, int in, int out, int log);

/**
 * tell_quiesced() - say how long I/O had to wait, if --verbose was given
 * @arguments: those of the verb
 * @ns: nanoseconds
 */
void tell_quiesced(const struct arguments *arguments, uint64_t ns);

/**
 * no_snapshot() - say which snapshots there are instead of one that is not
 * @index: number of the disk
 * @snapshot: the one that was asked for
 *
 * Return: %EXIT_NO_DISK.
 */
int no_snapshot(int index, const char *snapshot);

#endif /* RBULLCTL_H */
