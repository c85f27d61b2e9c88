/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_GENERATOR_H
#define RBULLCTL_GENERATOR_H

/* Name under which systemd runs rbullctl as a generator. */
#define GENERATOR_NAME	"rbull-generator"

/**
 * generator() - write units for the disks of /etc/rbull.d
 * @argc: number of words
 * @argv: the words: its name and the three folders of systemd.generator(7)
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int generator(int argc, char **argv);

#endif /* RBULLCTL_GENERATOR_H */
