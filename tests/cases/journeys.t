#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What three kinds of users do, each from load to unload.
# Only UML: each step has a case of its own.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

MNT=$WORK/mnt
mkdir "$MNT"

# A tutorial's RAM disk: a file system on the whole disk, and files in it.
memory_block() {
	load
	ok "memory_block: mkfs.ext4 on the whole disk" mkfs.ext4 -q -F /dev/rbull0
	ok "memory_block: mount" mount /dev/rbull0 "$MNT"
	make_tree "$MNT/tree"
	ok "memory_block: files read back" tree_intact "$MNT/tree"
	ok "memory_block: unmount" umount "$MNT"
	ok "memory_block: mount again" mount /dev/rbull0 "$MNT"
	drop_caches
	ok "memory_block: the files are still there" tree_intact "$MNT/tree"
	fails "memory_block: no unloading while mounted" rmmod rbull
	like "$OUT" "in use|busy" "memory_block: as it is in use"
	ok "memory_block: unmount" umount "$MNT"
	ok "memory_block: unload" unload
}

# A tutorial's blk-mq RAM disk: capacity, segments, block sizes by parameter.
blk_ram() {
	load disk_mb=40 max_segments=16 max_segment_size=65536 \
		logical_block_size=1024 physical_block_size=1024
	is "$(blockdev --getsize64 --getss --getpbsz /dev/rbull0 | tr '\n' ' ')" \
		"41943040 1024 1024 " "blk_ram: capacity and block sizes"
	is "$(queue rbull0 max_segments) $(queue rbull0 max_segment_size)" "16 65536" \
		"blk_ram: segments"
	ok "blk_ram: write" "$PROG/pattern" write /dev/rbull0 0 $((8 << 20)) 1
	ok "blk_ram: read" "$PROG/pattern" check /dev/rbull0 0 $((8 << 20)) 1
	ok "blk_ram: unload" unload
}

# The four commands on the packager's card.
packager() {
	ok "card: modprobe rbull nr_disks=4 ro=0" modprobe rbull nr_disks=4 ro=0
	ok "card: cat stats" cat /sys/block/rbull0/rbull/stats
	like "$OUT" "reads [0-9]+" "card: there are statistics"
	settle
	ok "card: blkdiscard" blkdiscard /dev/rbull0
	between "$(stat_get rbull0 discards)" 1 1000 "card: the discard was counted"
}

memory_block
blk_ram
packager
finish
