#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The latency histograms are off by default. When switched on, they count each
# request once, under its kind.
# Only UML: requests are counted in the same way on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

DIR=/sys/block/rbull0/rbull

# sum KIND: set SUM to the number of requests in latency_KIND, LEAST and MOST to the bounds of its first and last range.
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
	fails "$1: 2 is refused" sh -c "echo 2 >$DIR/latency"
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

# Requests that wait for a worker are counted with their waiting time. At the limit, writes wait for memory that is
# being freed. Few rounds, as each takes seconds with sanitizers;
# some_wait() repeats them.
rewrite() {
	perl -MIO::Handle -e '
		open(my $disk, "+<", "/dev/rbull0") or die $!;
		my $data = "x" x (1 << 20);
		for (1 .. 5) {
			# BLKDISCARD
			ioctl($disk, 0x1277, my $range = pack("QQ", 0, 20 << 20)) or die $!;
			sysseek($disk, 0, 0);
			syswrite($disk, $data) == length($data) or die $! for 1 .. 20;
			$disk->sync or die $!;
		}'
}

# A write has waited at least 1 ms. The kernel may free memory faster than that: repeat this with wait_for.
some_wait() {
	rewrite || return 1
	sum write
	[ "$MOST" -ge 1000000 ]
}

deferred() {
	local writes under_way

	reload disk_mb=64 mem_limit_mb=21 "queue_mode=$1"
	lock_disk rbull0
	echo 1 >/sys/block/rbull0/queue/iostats
	stats_reset rbull0
	echo 1 >"$DIR/latency"
	ok "$1: writes at the limit" rewrite
	ok "$1: some wait for a worker" wait_for 30 some_wait
	sum write
	is "$SUM" "$(stat_get rbull0 writes)" "$1: each is counted, also those that waited"
	between "$MOST" 1000000 10000000000 "$1: the slowest took a plausible time"
	read -r _ _ _ _ writes _ _ _ under_way _ </sys/block/rbull0/stat
	# With a request queue, iostat counts flushes as writes.
	between "$writes" "$SUM" $((SUM + $(stat_get rbull0 flushes))) "$1: iostat has them"
	is "$under_way" 0 "$1: and shows none in flight"
	unlock_disk
}
deferred mq
deferred bio

finish
