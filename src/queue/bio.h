/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_BIO_H
#define RBULL_QUEUE_BIO_H

#include <linux/types.h>

struct bio;
struct rbull_queue;

int rbull_bio_init(void);
void rbull_bio_exit(void);
void rbull_bio_init_queue(struct rbull_queue *queue);
int rbull_bio_drain(struct rbull_queue *queue, unsigned long timeout);
void rbull_bio_flush(struct rbull_queue *queue);
void rbull_bio_submit(struct bio *bio);

#endif /* RBULL_QUEUE_BIO_H */
