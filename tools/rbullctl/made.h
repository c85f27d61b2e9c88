/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_MADE_H
#define RBULLCTL_MADE_H

#include "cli/options.h"

/**
 * made_wait() - wait until a disk that was just made can be used
 * @arguments: the command line: --no-wait does without
 * @index: number of the disk
 *
 * Its links in /dev are there then. What is missing is said, but the disk is made.
 */
void made_wait(const struct arguments *arguments, int index);

/**
 * made_print() - made_wait(), and print the path of the disk
 * @arguments: the command line
 * @index: number of the disk
 *
 * Return: %EXIT_DONE.
 */
int made_print(const struct arguments *arguments, int index);

#endif /* RBULLCTL_MADE_H */
