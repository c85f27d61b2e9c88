// SPDX-License-Identifier: GPL-2.0-only
// bvec_kmap_local() maps the pages of a bio vector. Since 5.16.
#include <linux/bvec.h>
#include <linux/highmem.h>

void *probe_bvec_kmap_local(struct bio_vec *vec)
{
	return bvec_kmap_local(vec);
}
