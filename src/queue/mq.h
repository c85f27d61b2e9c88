/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_MQ_H
#define RBULL_QUEUE_MQ_H

struct rbull_config;
struct rbull_queue;

int rbull_mq_alloc_tags(struct rbull_queue *queue,
			const struct rbull_config *config);

#endif /* RBULL_QUEUE_MQ_H */
