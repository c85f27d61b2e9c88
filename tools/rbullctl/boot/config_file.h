/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_CONFIG_FILE_H
#define RBULLCTL_CONFIG_FILE_H

#include "boot/config.h"

/**
 * config_file_parse() - parse a file
 * @config: the file; its values are set with config_set()
 *
 * Prints errors, and sets @config->wrong. If the file is masked, sets
 * @config->masked.
 */
void config_file_parse(struct config *config);

#endif /* RBULLCTL_CONFIG_FILE_H */
