/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_MQ_H
#define RBULL_QUEUE_MQ_H

#include <linux/blk-mq.h>
#include <linux/minmax.h>

struct rbull_config;
struct rbull_queue;

/**
 * rbull_mq_poll_queues() - count the hardware queues for polling
 * @set: the requests of a disk; a kdump kernel gives it only one hardware queue,
 *	for everything
 * @wish: the number asked for
 *
 * Return: the number, less than that of all hardware queues.
 */
static inline unsigned int
rbull_mq_poll_queues(const struct blk_mq_tag_set *set, unsigned int wish)
{
	return set->nr_maps > HCTX_TYPE_POLL ?
	       min(wish, set->nr_hw_queues - 1) : 0;
}

int rbull_mq_alloc_tags(struct rbull_queue *queue,
			const struct rbull_config *config);

#endif /* RBULL_QUEUE_MQ_H */
