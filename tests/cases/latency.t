#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The latency histograms: off unless switched on, then each request is counted
# once, under its kind.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

DIR=/sys/block/rbull0/rbull

# Sets SUM to what all ranges of latency_$1 have together, LEAST and MOST to their bounds.
sum() {
	local bound count

	SUM=0 LEAST='' MOST=''
	while read -r bound count; do
		SUM=$((SUM + count))
		MOST=$bound
		LEAST=${LEAST:-$bound}
	done <"$DIR/latency_$1"
}

counts() {
	is "$(<"$DIR/latency")" 0 "$1: off"
	echo "$2" >/sys/block/rbull0/queue/iostats
	ok "$1: write" "$PROG/pattern" write /dev/rbull0 0 $((1 << 20)) 1 4096
	sum write
	is "$SUM" 0 "$1: nothing is counted"
	echo 1 >"$DIR/latency"
	stats_reset rbull0
	ok "$1: write and read" "$PROG/pattern" write /dev/rbull0 0 $((1 << 20)) 1 4096
	ok "$1: check" "$PROG/pattern" check /dev/rbull0 0 $((1 << 20)) 1 4096
	ok "$1: discard" blkdiscard -l 1M /dev/rbull0
	sum read
	is "$SUM" "$(stat_get rbull0 reads)" "$1: each read is counted"
	sum other
	between "$SUM" 1 $(($(stat_get rbull0 discards) + $(stat_get rbull0 flushes))) "$1: the discard too"
	sum write
	between "$SUM" $(($(stat_get rbull0 writes) * $3 / 100)) "$(stat_get rbull0 writes)" "$1: and writes"
	between "$LEAST" 100 100000000 "$1: the quickest took a plausible time"
	between "$MOST" "$LEAST" 10000000000 "$1: and the slowest"
	echo 1 >"$DIR/latency"
	sum write
	is "$SUM" 0 "$1: switched on again it starts from zero"
	fails "$1: what is no switch" sh -c "echo 2 >$DIR/latency"
	echo 0 >"$DIR/latency"
}

load disk_mb=8
lock_disk rbull0
counts mq 1 100
unlock_disk
reload disk_mb=8 queue_mode=bio
lock_disk rbull0
counts bio 1 100
unlock_disk

# What has to wait for a worker is counted with the time that it waited: at the limit, for memory that comes back.
deferred() {
	local begun ended

	reload disk_mb=64 mem_limit_mb=24 "queue_mode=$1"
	lock_disk rbull0
	echo 1 >/sys/block/rbull0/queue/iostats
	echo 1 >"$DIR/latency"
	ok "$1: fill it up to the limit" dd if=/dev/zero of=/dev/rbull0 bs=1M count=20 oflag=direct status=none
	ok "$1: discard, and write at once" sh -c 'for i in 1 2 3 4 5 6 7 8; do
		blkdiscard -f -l 20M /dev/rbull0 && dd if=/dev/zero of=/dev/rbull0 bs=1M count=20 oflag=direct status=none || exit; done'
	sum write
	is "$SUM" "$(stat_get rbull0 writes)" "$1: each write is counted, also those that waited"
	read -r _ _ _ _ begun _ _ _ ended _ </sys/block/rbull0/stat
	is "$begun" "$(stat_get rbull0 writes)" "$1: and by iostat"
	is "$ended" 0 "$1: which knows of none that is still under way"
	unlock_disk
}
deferred mq
deferred bio

finish
