#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All forms of blkdiscard: the range reads as zeroes, its RAM is freed, and the
# statistics count it.
# Oldest kernel and UML: the contents of the disk are the business of the image, which is the same on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
MIB=$((1 << 20))

fill_disk() {
	"$PROG/pattern" write $NODE 0 $((16 * MIB)) 1 >/dev/null
	stats_reset rbull0
}

# emptied NAME COUNT:BYTES [OPTION OF BLKDISCARD]...: empty the middle 8 of 16 MiB, which
# the statistics COUNT and BYTES must show; then empty the whole disk
emptied() {
	local name=$1 count=$2

	shift 2
	fill_disk
	is "$(stat_get rbull0 data_pages)" 4096 "$name: 16 MiB are 4096 pages"
	ok "$name: 8 MiB in the middle" blkdiscard "$@" -o $((4 * MIB)) -l $((8 * MIB)) $NODE
	ok "$name: read as zeroes" "$PROG/pattern" zero $NODE $((4 * MIB)) $((8 * MIB))
	ok "$name: what is before is untouched" "$PROG/pattern" check $NODE 0 $((4 * MIB)) 1
	ok "$name: what is behind is untouched" \
		"$PROG/pattern" check $NODE $((12 * MIB)) $((4 * MIB)) 1
	ok "$name: half of the pages came back" wait_for 5 stat_is rbull0 data_pages 2048
	between "$(stat_get rbull0 mem_bytes)" $((8 * MIB)) $((8 * MIB + 8 * 4096)) \
		"$name: so did the bytes"
	between "$(stat_get rbull0 "${count%:*}")" 1 64 "$name: counted as ${count%:*}"
	is "$(stat_get rbull0 "${count#*:}")" $((8 * MIB)) "$name: with all its bytes"
	ok "$name: all of the disk" blkdiscard "$@" $NODE
	ok "$name: all pages came back" wait_for 5 stat_is rbull0 mem_pages 0
	ok "$name: all of it reads as zeroes" "$PROG/pattern" zero $NODE 0 $((32 * MIB))
}

load disk_mb=32
lock_disk rbull0
ok "a disk never written to reads as zeroes" "$PROG/pattern" zero $NODE 0 $((32 * MIB))
is "$(stat_get rbull0 data_pages)" 0 "and takes no page"
emptied "discard" discards:discard_bytes
emptied "secure erase" secure_erases:secure_erase_bytes -s
emptied "write zeroes" write_zeroes:write_zeroes_bytes -z
# 4 KiB at a time
fill_disk
ok "discard in steps of 4 KiB" blkdiscard -p 4096 -l $MIB $NODE
is "$(stat_get rbull0 discards)" 256 "is 256 discards"
ok "which give 256 pages back" wait_for 5 stat_is rbull0 data_pages $((4096 - 256))
# A discarded page can be written again.
ok "write where it was discarded" "$PROG/pattern" write $NODE 0 $((2 * MIB)) 9
ok "and read it" "$PROG/pattern" check $NODE 0 $((2 * MIB)) 9
is "$(stat_get rbull0 data_pages)" 4096 "the pages are taken again"
unlock_disk

finish
