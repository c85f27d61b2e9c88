/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_MADE_H
#define RBULLCTL_MADE_H

#include "cli/options.h"

/**
 * made_wait() - wait until a new disk can be used
 * @arguments: the command line; with --no-wait, do not wait
 * @index: number of the disk
 *
 * After that its links in /dev exist. Prints a message, but does not fail, if
 * the device is missing or the wait times out.
 */
void made_wait(const struct arguments *arguments, int index);

/**
 * made_print() - made_wait(), and print the path of the disk
 * @arguments: the command line
 * @index: number of the disk
 *
 * Call interrupt_catch() before the disk is added. If the path cannot be printed, or a
 * signal ends the program, the disk is removed again.
 *
 * Return: %EXIT_DONE or %EXIT_FAILED.
 */
int made_print(const struct arguments *arguments, int index);

#endif /* RBULLCTL_MADE_H */
