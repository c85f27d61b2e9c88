// SPDX-License-Identifier: GPL-2.0-only
// Queue features are bits of struct queue_limits. Since 6.11.
#include <linux/blkdev.h>

struct queue_limits probe_limits_features = {
	.features = BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA | BLK_FEAT_ROTATIONAL,
};
