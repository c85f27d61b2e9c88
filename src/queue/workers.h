/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_WORKERS_H
#define RBULL_QUEUE_WORKERS_H

struct workqueue_struct;

extern struct workqueue_struct *rbull_workers;
int rbull_workers_init(void);
void rbull_workers_exit(void);

#endif /* RBULL_QUEUE_WORKERS_H */
