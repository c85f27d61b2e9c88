#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A file system at the memory limit: programs get ENOSPC, but the file system itself goes on, as its
# metadata may exceed the limit a little. Files can be removed, and then there is room again.
# Oldest and newest kernel: their file systems mark metadata differently.
# Not in UML: no xfs there.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

MIB=$((1 << 20))
LIMIT=64
MNT=$WORK/mnt

# Write more than fits, with an fsync at the end.
overfill() {
	dd if=/dev/zero of="$MNT/big" bs=1M count=$((2 * LIMIT)) conv=fsync status=none
}

# Create, rename and remove empty files: that is metadata only. The contents of files are ordinary data.
names() {
	local n

	mkdir "$MNT/dir" || return
	for n in {1..50}; do
		: >"$MNT/dir/$n" || return
	done
	mv "$MNT/dir" "$MNT/renamed" && sync "$MNT" "$MNT/renamed" && rm -r "$MNT/renamed"
}

fits() {
	dd if=/dev/urandom of="$MNT/next" bs=1M count=16 conv=fsync status=none
}

make_xfs() {
	mkfs.xfs -q -f /dev/rbull0
}

check_xfs() {
	xfs_repair -n /dev/rbull0
}

# Before 6.8 ext4 does not mark writes to its journal as metadata: use no journal there.
make_ext4() {
	local major minor _ options=()

	IFS=.- read -r major minor _ < <(uname -r)
	((major * 100 + minor >= 608)) || options=(-O ^has_journal)
	mkfs.ext4 -q -F "${options[@]}" /dev/rbull0
}

check_ext4() {
	e2fsck -fn /dev/rbull0
}

# at_limit NAME MKFS CHECK
at_limit() {
	local name=$1 round

	ok "$name: make one" "$2"
	ok "$name: mount it" mount /dev/rbull0 "$MNT"
	echo "kept" >"$MNT/kept"
	sync -f "$MNT"
	klog_mark
	for round in 1 2 3; do
		fails "$name: round $round: writing too much fails" overfill
		like "$OUT" "No space left|Input/output error" "$name: round $round: for want of space"
		ok "$name: round $round: empty files can be made and removed" names
		ok "$name: round $round: the big file is removed" rm "$MNT/big"
		# The first sync may report the failed writes once more.
		sync -f "$MNT" 2>/dev/null
		ok "$name: round $round: and synced" sync -f "$MNT"
		# xfs itself does not discard blocks that it considers unwritten.
		ok "$name: round $round: trim" fstrim "$MNT"
		ok "$name: round $round: then there is room" fits
		ok "$name: round $round: which is given back" rm "$MNT/next"
	done
	between "$(<"/sys/block/rbull0/rbull/mem_used")" 1 $((LIMIT * MIB + LIMIT * MIB / 64)) \
		"$name: the limit was not exceeded by more than 1/64"
	is "$(<"$MNT/kept")" "kept" "$name: what was there is there"
	klog_since
	unlike "$KLOG" "[Aa]borting journal|[Rr]emounting filesystem read-only|[Ss]hut|metadata I/O error" \
		"$name: the log has no failure of the file system"
	ok "$name: unmount" umount "$MNT"
	ok "$name: the file system is sound" "$3"
}

mkdir "$MNT"
load disk_mb=320 mem_limit_mb=$LIMIT
at_limit xfs make_xfs check_xfs
reload disk_mb=320 mem_limit_mb=$LIMIT
at_limit ext4 make_ext4 check_ext4
reload disk_mb=320 mem_limit_mb=$LIMIT queue_mode=bio
at_limit "ext4, bios" make_ext4 check_ext4

finish
