/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal as a screen that is drawn again and again: apart from what was
 * there before, which comes back when the program ends or is stopped.
 */
#ifndef RBULLCTL_SCREEN_H
#define RBULLCTL_SCREEN_H

#include <stdbool.h>

/**
 * screen_begin() - take the screen, if there is one and others are not using it
 *
 * From then on SIGTSTP, SIGCONT and SIGWINCH are for screen_changed(), and letters
 * come without Enter.
 */
void screen_begin(void);

/**
 * screen_end() - give the screen back; nothing happens if it was not taken
 */
void screen_end(void);

/**
 * screen_size() - how much space there is
 * @rows: where to put how many lines
 * @columns: where to put how many characters a line has
 *
 * Return: whether the screen was taken; if not, there is any space.
 */
bool screen_size(int *rows, int *columns);

/**
 * screen_clear() - begin to draw it; nothing happens if it was not taken
 */
void screen_clear(void);

/**
 * screen_changed() - has it to be drawn again?
 *
 * Return: whether it has: it has another size, or the program was stopped, which
 * happens here, and continued.
 */
bool screen_changed(void);

/**
 * terminal_columns() - how many characters a line of the output may have
 *
 * Return: so many; 0 if the output is not a terminal.
 */
int terminal_columns(void);

#endif /* RBULLCTL_SCREEN_H */
