/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_COMPAT_REQUESTS_H
#define RBULL_COMPAT_REQUESTS_H

/*
 * Requests and their data: tag set flags, and mapping of bio vectors.
 */
#include <linux/blk-mq.h>
#include <linux/highmem.h>
#include <linux/mm.h>

#include "compat/have.h"

/* Merging was a flag until 6.13 and is the rule since. */
#ifdef RBULL_HAVE_SHOULD_MERGE
#define COMPAT_MQ_F_SHOULD_MERGE BLK_MQ_F_SHOULD_MERGE
#else
#define COMPAT_MQ_F_SHOULD_MERGE 0
#endif

/* Needed before 5.15; compat_add_disk() does what the flag would. */
#ifndef RBULL_HAVE_NO_SCHED_BY_DEFAULT
#define BLK_MQ_F_NO_SCHED_BY_DEFAULT 0
#endif

/*
 * Needed before 5.16. Mapping for a while, so that one may sleep, came with 5.11;
 * older kernels with high memory are left out.
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
