/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_PROGRAMS_H
#define RBULLCTL_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * programs_path() - add the folders of system programs to PATH
 *
 * A user who became root may have kept a PATH without them.
 */
void programs_path(void);

/**
 * program_is_there() - check whether a program is installed
 * @name: its name
 *
 * Return: true if PATH has an executable file of that name.
 */
bool program_is_there(const char *name);

/**
 * program_read() - run a program, and read its output
 * @words: its name and arguments, ended by NULL
 * @text: receives its output, cut off after @size - 1 bytes
 * @size: size of @text, bytes
 *
 * If the program fails, its stderr is printed.
 *
 * Return: as of run_program().
 */
int program_read(const char *const *words, char *text, size_t size);

/**
 * program_feed() - run a program with a text as its input
 * @words: its name and arguments, ended by NULL
 * @text: the text for its standard input
 *
 * If the program fails, its stderr is printed.
 *
 * Return: as of run_program().
 */
int program_feed(const char *const *words, const char *text);

#endif /* RBULLCTL_PROGRAMS_H */
