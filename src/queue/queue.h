/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_QUEUE_QUEUE_H
#define RBULL_QUEUE_QUEUE_H

struct bio;
struct rbull_config;
struct rbull_disk;
struct workqueue_struct;

/* queue/queue.c: the workers that both ways in share. */
extern struct workqueue_struct *rbull_queue_workers;
int rbull_queue_init(void);
void rbull_queue_exit(void);

/* queue/mq.c: requests. */
int rbull_mq_alloc_tags(struct rbull_disk *disk,
			const struct rbull_config *config);

/* queue/bio.c: bios. */
int rbull_bio_init_notes(void);
void rbull_bio_exit_notes(void);
void rbull_bio_init(struct rbull_disk *disk);
void rbull_bio_drain(struct rbull_disk *disk);
void rbull_bio_submit(struct bio *bio);

#endif /* RBULL_QUEUE_QUEUE_H */
