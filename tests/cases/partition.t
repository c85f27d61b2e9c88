#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# MBR with fdisk, GPT with sgdisk and parted; partprobe and BLKRRPART find the
# changes; file systems on a partition.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0

partition_is() {
	[[ -b /dev/rbull0p$1 && $(</sys/block/rbull0/rbull0p"$1"/size) == "$2" ]]
} 2>/dev/null

partition_gone() {
	[[ ! -e /dev/rbull0p$1 && ! -e /sys/block/rbull0/rbull0p$1 ]]
}

# expect NUMBER SECTORS DESCRIPTION
expect() {
	settle
	ok "$3" wait_for 10 partition_is "$1" "$2"
}

# expect_gone NUMBER DESCRIPTION
expect_gone() {
	settle
	ok "$2" wait_for 10 partition_gone "$1"
}

fdisk_mbr() {
	printf '%s\n' o n p 1 2048 +64M n p 2 '' +32M w | fdisk "$NODE"
}

# Write a table without telling the kernel. udev does not re-read the table of a
# locked or used disk either.
table_unseen() {
	sfdisk -q --no-reread --no-tell-kernel "$NODE" <<<"$1"
}

fs_on_first() {
	mkdir -p "$WORK/mnt"
	"mkfs.$1" "${@:2}" /dev/rbull0p1 && settle &&
		mount /dev/rbull0p1 "$WORK/mnt" && cp "$WORK/data" "$WORK/mnt/data" &&
		umount "$WORK/mnt" &&
		mount /dev/rbull0p1 "$WORK/mnt" && cmp "$WORK/data" "$WORK/mnt/data"
}

mbr() {
	ok "fdisk makes an MBR with two partitions" fdisk_mbr
	expect 1 131072 "the first is there, 64 MiB"
	expect 2 65536 "the second is there, 32 MiB"
	is "$(</sys/block/rbull0/rbull0p1/start)" 2048 "the first begins at 1 MiB"
	is "$(</sys/block/rbull0/rbull0p2/start)" 133120 "the second begins behind it"
	like "$(lsblk -nr -o NAME,TYPE $NODE)" "rbull0p2 part" "lsblk shows partitions"
	like "$(fdisk -l $NODE)" "rbull0p1 .* 64M 83 Linux" "fdisk -l shows partitions"
}

file_systems() {
	dd if=/dev/urandom of="$WORK/data" bs=1M count=2 status=none
	ok "a pattern in the second partition" "$PROG/pattern" write /dev/rbull0p2 0 1048576 5
	ok "ext4 on the first partition" fs_on_first ext4 -q -F
	fails "the table of a disk in use is not re-read" blockdev --rereadpt "$NODE"
	like "$OUT" "busy" "as the disk is busy"
	ok "unmount ext4" umount "$WORK/mnt"
	ok "vfat on the first partition" fs_on_first vfat
	ok "unmount vfat" umount "$WORK/mnt"
	ok "the second partition is untouched" "$PROG/pattern" check /dev/rbull0p2 0 1048576 5
}

# Data in a partition is on the whole disk at the place in the table.
offsets() {
	local start=$((133120 * 512))

	ok "write through the second partition" \
		"$PROG/pattern" write /dev/rbull0p2 0 1048576 6
	ok "it is in its place on the whole disk" \
		"$PROG/pattern" check "$NODE" $start 1048576 6 65536 $start
	is "$("$PROG/geometry" /dev/rbull0p2)" "64 32 256 133120" "getgeo tells where a partition begins"
	fails "nothing is written beyond the end of a partition" \
		dd if=/dev/zero of=/dev/rbull0p2 bs=1M seek=32 count=1 oflag=direct status=none
	ok "discard of one partition" blkdiscard -f /dev/rbull0p2
	ok "empties it" "$PROG/pattern" zero /dev/rbull0p2 0 33554432
	like "$(blkid -p /dev/rbull0p1)" 'TYPE="vfat"' "and leaves the other alone"
}

rescans() {
	lock_disk rbull0
	ok "sfdisk writes a smaller second partition" table_unseen \
		$'label: dos\n2048,131072,83\n133120,16384,83\n'
	is "$(</sys/block/rbull0/rbull0p2/size)" 65536 "the kernel has not noticed"
	ok "blockdev --rereadpt" blockdev --rereadpt "$NODE"
	expect 2 16384 "the second partition is smaller after blockdev --rereadpt"
	unlock_disk
	settle

	# partprobe needs the lock itself. An open partition keeps udev from re-reading
	# the table, but partprobe can still add new partitions.
	exec {first}</dev/rbull0p1
	ok "sfdisk adds a third partition" table_unseen \
		$'label: dos\n2048,131072,83\n133120,16384,83\n262144,4096,83\n'
	settle
	ok "the kernel has not noticed that either" partition_gone 3
	ok "partprobe" partprobe "$NODE"
	expect 3 4096 "the third partition is there after partprobe"
	exec {first}<&-
	ok "partx -d" partx -d --nr 3 "$NODE"
	expect_gone 3 "the third partition is gone after partx -d"
}

gpt() {
	ok "sgdisk makes a GPT" sgdisk -Z -n 1:2048:+16M -n 2:0:+8M "$NODE"
	partprobe "$NODE"
	expect 1 32768 "the first is there, 16 MiB"
	expect 2 16384 "the second is there, 8 MiB"
	expect_gone 3 "a third is not"
	ok "parted makes a GPT" parted -s "$NODE" mklabel gpt mkpart one 1MiB 11MiB \
		mkpart two 11MiB 31MiB mkpart three 31MiB 200MiB
	expect 1 20480 "the first is there, 10 MiB"
	expect 2 40960 "the second is there, 20 MiB"
	expect 3 346112 "the third is there, 169 MiB"
	ok "parted removes the second" parted -s "$NODE" rm 2
	expect_gone 2 "the second is gone"
	ok "wipefs empties the table" wipefs -q -a "$NODE"
	blockdev --rereadpt "$NODE"
	expect_gone 1 "no table, no partitions"
}

load disk_mb=256
mbr
file_systems
offsets
rescans
gpt
finish
