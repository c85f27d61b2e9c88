#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# populate=1 takes all memory at load time. If that fails, loading fails and is undone.
# Only UML: memory is taken in the same way on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load populate=1 disk_mb=32 nr_disks=2
for n in 0 1; do
	is "$(stat_get rbull$n data_pages)" 8192 "disk $n has all its pages"
	between "$(stat_get rbull$n mem_bytes)" $((32 << 20)) $((33 << 20)) \
		"disk $n has all its bytes, and little more"
done
ok "it reads as zeroes" "$PROG/pattern" zero /dev/rbull0 0 $((32 << 20))
ok "it can be written" "$PROG/pattern" write /dev/rbull0 0 $((32 << 20)) 1
ok "and holds the data" "$PROG/pattern" check /dev/rbull0 0 $((32 << 20)) 1
is "$(stat_get rbull0 data_pages)" 8192 "without more pages"
# Write zeroes with REQ_NOUNMAP keeps the pages; without it, it frees them.
ok "write zeroes, and keep the pages" fallocate -z -o 4096 -l $((8 << 20)) /dev/rbull0
ok "the range reads as zeroes" "$PROG/pattern" zero /dev/rbull0 4096 $((8 << 20))
ok "data behind it is intact" "$PROG/pattern" check /dev/rbull0 $((9 << 20)) $((23 << 20)) 1
is "$(stat_get rbull0 data_pages)" 8192 "and all pages are there"
ok "blkdiscard -z" blkdiscard -z -o $((16 << 20)) -l $((8 << 20)) /dev/rbull0
is "$(stat_get rbull0 data_pages)" 8192 "keeps them, too"
ok "punch a hole" fallocate -p -o 0 -l $((8 << 20)) /dev/rbull0
ok "gives pages back" stat_is rbull0 data_pages 6144

# A visible disk can be opened. If loading then fails, the opener would use a
# module that is gone: no disk may become visible before loading succeeds.
watch_for_disk() {
	until [[ -e /sys/block/rbull0 ]]; do
		pause 0.01
	done
	echo "rbull0 was seen"
}

# too_much DESCRIPTION PARAMETER=VALUE...
too_much() {
	local desc=$1 before watcher

	shift
	unload
	drop_caches
	before=$(available)
	klog_mark
	spawn watch_for_disk
	watcher=$!
	fails "$desc" modprobe rbull populate=1 "$@"
	like "$OUT" "No space left on device" "$desc: fails with ENOSPC"
	kill "$watcher" 2>/dev/null
	wait "$watcher" 2>/dev/null
	is "$(<"$WORK/spawned")" "" "$desc: no disk is seen meanwhile"
	klog_since
	is "$(rbull_lines | grep -c .)" 1 "$desc: one line in the log"
	nothing_left "$desc: nothing is left behind"
	between $((before - $(available))) -65536 16384 "$desc: the memory is back (KiB)"
}

too_much "one disk larger than the limit" disk_mb=64 mem_limit_mb=32
too_much "the third of four disks" nr_disks=4 disk_mb=32 mem_limit_mb=80
# The limit covers data pages and tree nodes.
ok "a fitting one loads afterwards" modprobe rbull populate=1 disk_mb=32 mem_limit_mb=33
settle

finish
