/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_INTERRUPT_H
#define RBULLCTL_INTERRUPT_H

#include <stdbool.h>

/**
 * interrupt_catch() - from now on, let signals that end programs be noticed only
 *
 * What takes long looks at interrupt_came(), cleans up and comes to an end.
 */
void interrupt_catch(void);

/**
 * interrupt_notice() - from now on, let a signal be noticed only
 * @signal: one that does not end programs, as SIGWINCH; nothing happens if it is
 *	ignored
 */
void interrupt_notice(int signal);

/**
 * interrupt_noticed() - has it come since this was last asked?
 * @signal: one of those given to interrupt_notice()
 *
 * Return: whether it has.
 */
bool interrupt_noticed(int signal);

/**
 * interrupt_came() - has a signal come that shall end the program?
 *
 * Return: whether one has.
 */
bool interrupt_came(void);

struct pollfd;

/**
 * interrupt_poll() - wait for input, or until a signal comes that shall end the
 * program or be noticed
 * @input: as of poll(); one
 * @seconds: how long to wait at most
 *
 * Return: as poll(); negative if a signal came.
 */
int interrupt_poll(struct pollfd *input, double seconds);

/**
 * interrupt_end() - if a signal has come, end by it, as others expect
 */
void interrupt_end(void);

#endif /* RBULLCTL_INTERRUPT_H */
