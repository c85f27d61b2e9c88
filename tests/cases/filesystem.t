#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# ext4, xfs, btrfs and vfat: make, mount, copy files in, read them back from cold
# caches after mounting again, trim, check.
# Not in UML: it has only ext4 and vfat.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

MNT=$WORK/mnt
mkdir "$MNT"
make_tree "$WORK/tree"

check() {
	case $1 in
	ext4) e2fsck -fn /dev/rbull0 ;;
	xfs) xfs_repair -n /dev/rbull0 ;;
	btrfs) btrfs check /dev/rbull0 ;;
	vfat) fsck.vfat -n /dev/rbull0 ;;
	esac
}

# file_system NAME TRIMS MIB [OPTION OF MKFS]...
file_system() {
	local fs=$1 trims=$2 before

	reload disk_mb="$3"
	shift 3
	ok "$fs: mkfs" "mkfs.$fs" "$@" /dev/rbull0
	settle
	ok "$fs: mount" mount -t "$fs" /dev/rbull0 "$MNT"
	ok "$fs: copy files in" cp -r "$WORK/tree" "$MNT/"
	ok "$fs: unmount" umount "$MNT"
	drop_caches
	ok "$fs: mount again" mount -t "$fs" /dev/rbull0 "$MNT"
	ok "$fs: all files are intact" tree_intact "$MNT/tree"
	rm -rf "$MNT/tree"
	if [[ $trims == yes ]]; then
		sync
		before=$(stat_get rbull0 mem_bytes)
		ok "$fs: fstrim" fstrim "$MNT"
		between "$(stat_get rbull0 mem_bytes)" 0 $((before - (2 << 20))) \
			"$fs: fstrim gives the RAM of removed files back"
	fi
	ok "$fs: unmount again" umount "$MNT"
	ok "$fs: the file system is sound" check "$fs"
}

file_system ext4 yes 128 -q -F
file_system xfs yes 320 -q -f
file_system btrfs no 160 -q -f
file_system vfat no 64
finish
