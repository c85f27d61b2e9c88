/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_PROGRAMS_H
#define RBULLCTL_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * programs_path() - let programs for root be found
 *
 * A user who became root may have kept a PATH that lacks their folders.
 */
void programs_path(void);

/**
 * program_is_there() - could a program be run?
 * @name: its name
 *
 * Return: whether one of that name is found where programs are looked for.
 */
bool program_is_there(const char *name);

/**
 * program_read() - run a program, and read what it prints
 * @words: its name and arguments, ended by NULL
 * @text: where to put what it prints, as much as there is space for
 * @size: the space, bytes
 *
 * What it says on stderr is passed on if it fails.
 *
 * Return: as of run_program().
 */
int program_read(const char *const *words, char *text, size_t size);

/**
 * program_feed() - run a program, and let it read a text
 * @words: its name and arguments, ended by NULL
 * @text: the text, on its standard input
 *
 * What it says on stderr is passed on if it fails.
 *
 * Return: as of run_program().
 */
int program_feed(const char *const *words, const char *text);

#endif /* RBULLCTL_PROGRAMS_H */
