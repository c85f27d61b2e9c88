/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_GENERATOR_H
#define RBULLCTL_GENERATOR_H

/* What rbullctl is called as when systemd looks for generators. */
#define GENERATOR_NAME	"rbull-generator"

/**
 * generator() - write units for the disks of /etc/rbull.d
 * @argc: number of words
 * @argv: the words: its name and, as systemd.generator(7) says, three folders
 *
 * Return: %EXIT_DONE, or how the program shall end after a complaint.
 */
int generator(int argc, char **argv);

#endif /* RBULLCTL_GENERATOR_H */
