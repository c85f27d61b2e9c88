#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Another part of the kernel holds a gendisk when its disk is removed. The gendisk refers to the module, so
# unloading must wait until it is freed.
# shellcheck source=/dev/null
. "${0%/*}/../../guest/lib.sh"

HELD_MS=2500

for mode in mq bio; do
	load disk_mb=8 queue_mode=$mode
	settle
	ok "$mode: its gendisk is held" insmod /rbull/hold.ko path=/dev/rbull0 ms=$HELD_MS
	begun=${EPOCHREALTIME/./}
	ok "$mode: unload" unload
	between $(((${EPOCHREALTIME/./} - begun) / 1000)) $((HELD_MS / 2)) $((HELD_MS * 8)) \
		"$mode: waited until it was let go of (ms)"
	# If the gendisk is freed wrongly, the kernel log shows that.
	ok "$mode: the holder is unloaded" rmmod hold
done

finish
