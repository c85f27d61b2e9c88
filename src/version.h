/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_VERSION_H
#define RBULL_VERSION_H

#define RBULL_VERSION "0.2.0"

#endif /* RBULL_VERSION_H */
