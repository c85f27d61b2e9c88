/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_PARAMS_H
#define RBULL_PARAMS_H

struct rbull_config;

struct rbull_config *rbull_params_config(void);

#endif /* RBULL_PARAMS_H */
