/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_COMPAT_REQUESTS_H
#define RBULL_COMPAT_REQUESTS_H

/*
 * Requests and bios: operations, lists, tag set flags, mapping of their data.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/highmem.h>
#include <linux/mm.h>

#include "compat/have.h"

/* Until 6.13 a flag enables merging; later kernels always merge. */
#ifdef RBULL_HAVE_SHOULD_MERGE
#define COMPAT_MQ_F_SHOULD_MERGE BLK_MQ_F_SHOULD_MERGE
#else
#define COMPAT_MQ_F_SHOULD_MERGE 0
#endif

/* Needed before 5.15; compat_add_disk() does the work of the flag. */
#ifndef RBULL_HAVE_NO_SCHED_BY_DEFAULT
#define BLK_MQ_F_NO_SCHED_BY_DEFAULT 0
#endif

/* The types of an operation, without and with flags. Needed before 6.0. */
#ifdef RBULL_HAVE_ENUM_REQ_OP
typedef enum req_op compat_req_op;
typedef blk_opf_t compat_opf;
#else
typedef unsigned int compat_req_op;
typedef unsigned int compat_opf;
#endif

/* Get the disk of a bio. Needed before 5.12. */
#ifdef RBULL_HAVE_BIO_BDEV
#define compat_bio_disk(bio) ((bio)->bi_bdev->bd_disk)
#else
#define compat_bio_disk(bio) ((bio)->bi_disk)
#endif

/*
 * Lists of requests, for queue_rqs(). The type changed in 6.13. Before 5.17
 * there are none, and compat_queue_rqs is not defined.
 */
#if defined(RBULL_HAVE_QUEUE_RQS)
#define compat_queue_rqs queue_rqs
typedef struct rq_list compat_rq_list;
#elif defined(RBULL_HAVE_QUEUE_RQS_POINTER)
#define compat_queue_rqs queue_rqs
typedef struct request *compat_rq_list;
#else
#define blk_mq_add_to_batch(rq, batch, is_error, complete) ((void)(batch), false)
#endif

/*
 * Needed before 5.16. kmap_local_page(), under which sleeping is allowed, is
 * available since 5.11; older kernels with high memory are not supported.
 */
#ifndef RBULL_HAVE_BVEC_KMAP_LOCAL
#ifdef CONFIG_HIGHMEM
#error "rbull needs Linux 5.16 or newer on machines with CONFIG_HIGHMEM"
#endif
static inline void *bvec_kmap_local(struct bio_vec *vec)
{
	return page_address(vec->bv_page) + vec->bv_offset;
}

#undef kunmap_local
#define kunmap_local(address) ((void)(address))
#endif

#endif /* RBULL_COMPAT_REQUESTS_H */
