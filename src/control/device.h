/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_CONTROL_DEVICE_H
#define RBULL_CONTROL_DEVICE_H

int rbull_control_init(void);
void rbull_control_exit(void);

#endif /* RBULL_CONTROL_DEVICE_H */
