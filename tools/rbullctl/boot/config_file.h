/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_CONFIG_FILE_H
#define RBULLCTL_CONFIG_FILE_H

#include "boot/config.h"

/**
 * config_file_parse() - take a file apart
 * @config: the file; its values are set with config_set()
 *
 * What is wrong is said, and is in @config->wrong. If the file is masked,
 * @config->masked is set.
 */
void config_file_parse(struct config *config);

#endif /* RBULLCTL_CONFIG_FILE_H */
