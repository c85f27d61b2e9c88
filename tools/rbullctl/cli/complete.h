/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_COMPLETE_H
#define RBULLCTL_COMPLETE_H

/**
 * complete() - print what a word may become, for the completion of shells
 * @argc: number of words
 * @argv: the words behind rbullctl as they are typed so far; the last one is that
 *	under the cursor, and may be empty
 *
 * A line for each: the whole word, a tab, what it is. A line that begins with a
 * colon is for the shell: ":files" says that names of files are possible,
 * ":nospace" that more may follow without a blank.
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE if there are no words.
 */
int complete(int argc, char **argv);

#endif /* RBULLCTL_COMPLETE_H */
