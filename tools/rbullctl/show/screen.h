/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Full-screen output, drawn repeatedly. Uses the alternate screen of the
 * terminal, so that the former contents come back when the program ends or is
 * stopped.
 */
#ifndef RBULLCTL_SCREEN_H
#define RBULLCTL_SCREEN_H

#include <stdbool.h>

/**
 * screen_begin() - take the screen, if there is one and this process is in the
 *	foreground
 *
 * From then on, screen_changed() handles SIGTSTP, SIGCONT and SIGWINCH, and
 * input arrives without Enter.
 */
void screen_begin(void);

/**
 * screen_end() - restore the screen; no effect if it was not taken
 */
void screen_end(void);

/**
 * screen_size() - get the size of the screen
 * @rows: receives the number of lines
 * @columns: receives the number of characters in a line
 *
 * Return: true if the screen was taken; otherwise the output has no size.
 */
bool screen_size(int *rows, int *columns);

/**
 * screen_clear() - clear the screen; no effect if it was not taken
 */
void screen_clear(void);

/**
 * screen_changed() - check whether the screen must be drawn again
 *
 * Return: true if the size has changed or the program was stopped and
 * continued. If SIGTSTP has arrived, the program stops here until it is
 * continued.
 */
bool screen_changed(void);

/**
 * terminal_columns() - get the width of the terminal
 *
 * Return: number of characters; 0 if the output is not a terminal.
 */
int terminal_columns(void);

#endif /* RBULLCTL_SCREEN_H */
