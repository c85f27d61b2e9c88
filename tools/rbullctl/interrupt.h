/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_INTERRUPT_H
#define RBULLCTL_INTERRUPT_H

#include <stdbool.h>

/**
 * interrupt_catch() - record signals that end programs instead of ending at
 *	once
 *
 * Long operations check interrupt_came(), clean up and return.
 */
void interrupt_catch(void);

/**
 * interrupt_notice() - record a signal instead of its default action
 * @signal: a signal that does not end programs, such as SIGWINCH; no effect if
 *	it is ignored
 */
void interrupt_notice(int signal);

/**
 * interrupt_noticed() - check for a recorded signal, and clear the record
 * @signal: a signal that was passed to interrupt_notice()
 *
 * Return: true if @signal has arrived since the last call.
 */
bool interrupt_noticed(int signal);

/**
 * interrupt_came() - check for a signal that ends the program
 *
 * Return: true if one has arrived.
 */
bool interrupt_came(void);

/**
 * interrupt_hold() - let no more signals arrive that end the program
 *
 * So what interrupt_came() says after it is final: interrupt_end() does the same.
 */
void interrupt_hold(void);

struct pollfd;

/**
 * interrupt_poll() - wait for input or a caught signal
 * @input: one entry, as of poll()
 * @seconds: longest time to wait
 *
 * Return: as poll(); negative if a caught signal arrived.
 */
int interrupt_poll(struct pollfd *input, double seconds);

/**
 * interrupt_end() - if a signal has arrived, let it end the program
 *
 * So the parent process sees that the signal has ended it.
 */
void interrupt_end(void);

#endif /* RBULLCTL_INTERRUPT_H */
