#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Compare the disk with a model in memory: discard, secure erase and write zeroes
# at every alignment, and a random mixture of them with reads and writes.
# MODEL_SEED repeats a run.
# Only UML: the contents of the disk are the business of the image, which is the same on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

seed=${MODEL_SEED:-$((RANDOM << 15 | RANDOM))}
diag "seed $seed" 2>&1

load disk_mb=16
points "$PROG/model" exhaustive /dev/rbull0 /sys/block/rbull0/rbull/stats
points "$PROG/model" random /dev/rbull0 "$seed" 4000
points "$PROG/concurrent" /dev/rbull0 "$seed" 1500
# Few and short segments, and two requests in flight, split the same work differently.
reload disk_mb=16 max_segments=3 max_segment_size=4096 queue_depth=2 nr_hw_queues=1
points "$PROG/model" random /dev/rbull0 "$seed" 1000
reload disk_mb=16 logical_block_size=4096
points "$PROG/model" exhaustive /dev/rbull0 /sys/block/rbull0/rbull/stats

finish
