/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_QUIESCE_H
#define RBULL_DISK_QUIESCE_H

#include <linux/types.h>

#include "memory.h"

struct rbull_disk;
struct rbull_reason;

/*
 * How long to wait for the I/O in flight: longer than a write may wait for
 * memory, but not for ever, as a cgroup controller such as io.cost can hold I/O
 * back without limit.
 */
#define RBULL_QUIESCE_TIMEOUT	(2 * RBULL_MEMORY_PATIENCE)

/**
 * struct rbull_quiesce - state of a quiesced disk
 * @memflags: allocation flags of the task, for the block layer to restore
 * @start: time from which I/O is held up, ns
 */
struct rbull_quiesce {
	unsigned int memflags;
	u64 start;
};

int rbull_quiesce_begin(struct rbull_quiesce *quiesce, struct rbull_disk *disk,
			struct rbull_reason *reason);
u64 rbull_quiesce_end(struct rbull_quiesce *quiesce, struct rbull_disk *disk);

#endif /* RBULL_DISK_QUIESCE_H */
