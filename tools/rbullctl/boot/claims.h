/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_CLAIMS_H
#define RBULLCTL_CLAIMS_H

#include "boot/config.h"

/**
 * claims_judge() - check whether a file conflicts with other configuration
 * @config: the file, which has no errors by itself
 *
 * Compares it with the other files of /etc/rbull.d that have no errors, with
 * /etc/fstab and with the mount units of systemd; and the name of its image with the
 * name of the file that it leads to. Prints all conflicts.
 *
 * Return: %EXIT_DONE or %EXIT_USAGE.
 */
int claims_judge(struct config *config);

#endif /* RBULLCTL_CLAIMS_H */
