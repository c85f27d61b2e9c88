#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A gendisk that somebody in the kernel still has when its disk is gone: the module, to which it refers,
# stays until it is freed.
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
	# Whatever becomes of it then is in the log.
	ok "$mode: which it is" rmmod hold
done

finish
