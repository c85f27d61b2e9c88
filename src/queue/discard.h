/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_DISCARD_H
#define RBULL_QUEUE_DISCARD_H

#include <linux/gfp.h>
#include <linux/types.h>

struct rbull_queue;

int rbull_discard(struct rbull_queue *queue, u64 pos, u64 len, gfp_t gfp);
int rbull_discard_secure(struct rbull_queue *queue, u64 pos, u64 len, gfp_t gfp);
int rbull_discard_write_zeroes(struct rbull_queue *queue, u64 pos, u64 len,
			       bool keep, gfp_t gfp);
int rbull_discard_flush(struct rbull_queue *queue);

#endif /* RBULL_QUEUE_DISCARD_H */
