/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_H
#define RBULL_QUEUE_H

struct blk_mq_tag_set;
struct rbull_config;

int rbull_queue_init(void);
void rbull_queue_exit(void);
int rbull_queue_alloc_tags(struct blk_mq_tag_set *set,
			   const struct rbull_config *config);

#endif /* RBULL_QUEUE_H */
