/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_CLAIMS_H
#define RBULLCTL_CLAIMS_H

#include "boot/config.h"

/**
 * claims_judge() - does a file claim what something else has?
 * @config: the file, which is good by itself
 *
 * It is compared with the other files of /etc/rbull.d that are good by themselves,
 * with /etc/fstab and with the mount units that systemd finds. All that two want
 * is said.
 *
 * Return: %EXIT_DONE or %EXIT_USAGE.
 */
int claims_judge(struct config *config);

#endif /* RBULLCTL_CLAIMS_H */
