/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_COMPLETE_H
#define RBULLCTL_COMPLETE_H

/**
 * complete() - print words that may come next, one a line, for the shell
 * @argc: number of words
 * @argv: `verbs`, `options VERB`, `values VERB OPTION`, `disks`, `snapshots DEV`,
 *	`configs` or `keys`
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE if it is none of these.
 */
int complete(int argc, char **argv);

#endif /* RBULLCTL_COMPLETE_H */
