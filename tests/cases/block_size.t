#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Logical block sizes 512 to 4096: the kernel reports them, misaligned direct I/O
# fails, and a file system works.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

MNT=$WORK/mnt
mkdir "$MNT"

file_system() {
	mkfs.ext4 -q -F -b 4096 /dev/rbull0 && settle && mount /dev/rbull0 "$MNT" &&
		cp "$WORK/data" "$MNT/data" && umount "$MNT" &&
		mount -o ro /dev/rbull0 "$MNT" && cmp "$WORK/data" "$MNT/data" &&
		umount "$MNT"
}

dd if=/dev/urandom of="$WORK/data" bs=1M count=2 status=none
for size in 512 1024 2048 4096; do
	reload disk_mb=32 logical_block_size=$size physical_block_size=4096
	is "$(queue rbull0 logical_block_size)" $size "$size: in sysfs"
	is "$(blockdev --getss /dev/rbull0)" $size "$size: by ioctl"
	is "$(queue rbull0 physical_block_size)" 4096 "$size: physical block size"
	points "$PROG/edge" align /dev/rbull0
	ok "$size: write in blocks of $size" "$PROG/pattern" write /dev/rbull0 $size 65536 $size $size
	ok "$size: read in larger blocks" "$PROG/pattern" check /dev/rbull0 $size 65536 $size 8192
	points "$PROG/model" random /dev/rbull0 $size 300
	ok "$size: ext4" file_system
	settle
done

finish
