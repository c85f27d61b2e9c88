/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_COMPLETE_H
#define RBULLCTL_COMPLETE_H

/**
 * complete() - print the candidates for a word, for the completion of shells
 * @argc: number of words
 * @argv: the words after rbullctl, as typed so far; the last one is the word
 *	under the cursor, and may be empty
 *
 * Prints a line for each: the whole word, a tab, a description. A line that
 * begins with a colon is for the shell: ":files" means that file names are
 * possible, ":nospace" that no blank is to be added after the word.
 *
 * Return: %EXIT_DONE, or %EXIT_USAGE if there are no words.
 */
int complete(int argc, char **argv);

#endif /* RBULLCTL_COMPLETE_H */
