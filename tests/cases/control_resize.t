#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Resizing disks in use: mounted file systems grow while fio runs on them, and a
# raw disk shrinks while fio runs and keeps nothing beyond its new end.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

MNT=$WORK/mnt
mkdir "$MNT"

# grow FILESYSTEM FROM_MB TO_MB COMMAND...: the command makes the file system grow.
grow() {
	local fs=$1 from=$2 to=$3 size

	shift 3
	ok "$fs: resize to $from MiB" rbullctl resize rbull0 "${from}M"
	settle
	ok "$fs: mkfs" "mkfs.$fs" -q "$(case $fs in ext4) echo -F ;; *) echo -f ;; esac)" /dev/rbull0
	settle
	ok "$fs: mount" mount -t "$fs" /dev/rbull0 "$MNT"
	fio_begin rbull0 --directory="$MNT" --bsrange=4k-64k --size=2m --numjobs=2
	ok "$fs: resize to $to MiB, mounted, under fio" rbullctl resize rbull0 "${to}M"
	is "$(blockdev --getsize64 /dev/rbull0)" $((to << 20)) "$fs: the kernel has the new size"
	ok "$fs: the file system grows" "$@"
	fio_end rbull0 $((4 << 20)) "$fs"
	size=$(($(stat -f -c '%b * %S' "$MNT") >> 20))
	between "$size" $((to * 8 / 10)) "$to" "$fs: the file system has the new size (MiB)"
	ok "$fs: unmount" umount "$MNT"
	settle
}

shrink() {
	local before

	reload disk_mb=64 queue_mode="$1"
	ok "$1: fill" "$PROG/pattern" write /dev/rbull0 0 $((64 << 20)) 3
	ok "$1: a snapshot shares it" rbullctl snapshot rbull0 full
	before=$(stat_get rbull0 data_pages)
	fio_begin rbull0 --filename=/dev/rbull0 --bsrange=512-64k --blockalign=512 --size=2m --numjobs=2 \
		--offset_increment=8m
	ok "$1: shrinks under fio, to a part of a page" rbullctl resize --force rbull0 $(((20 << 20) + 512))
	ok "$1: and once more" rbullctl resize --force rbull0 $(((18 << 20) + 1536))
	fio_end rbull0 $((4 << 20)) "$1"
	is "$(blockdev --getsize64 /dev/rbull0)" $(((18 << 20) + 1536)) "$1: the kernel has the new size"
	ok "$1: what is left is there" "$PROG/pattern" check /dev/rbull0 $((16 << 20)) $(((2 << 20) + 1536)) 3
	ok "$1: grows" rbullctl resize rbull0 64M
	ok "$1: zeroes where it was cut off" cmp -n $(((46 << 20) - 1536)) -i $(((18 << 20) + 1536)):0 \
		/dev/rbull0 /dev/zero
	ok "$1: without the snapshot" rbullctl snapshot --delete rbull0 full
	ok "$1: memory comes back" wait_for 10 eval "(( \$(stat_get rbull0 data_pages) < $before / 3 ))"
}

load disk_mb=8
grow ext4 64 160 resize2fs /dev/rbull0
if modprobe -q xfs; then
	grow xfs 320 700 xfs_growfs "$MNT"
else
	skip "xfs grows" "this kernel has no xfs"
fi
shrink mq
shrink bio

# A disk at its memory limit cannot grow if the tree needs another node for that. It keeps its size and contents.
reload disk_mb=128
ok "fill 8 MiB" "$PROG/pattern" write /dev/rbull0 0 $((8 << 20)) 5
cat /sys/block/rbull0/rbull/mem_used >/sys/block/rbull0/rbull/mem_limit
fails "a full disk cannot grow beyond what its tree covers" rbullctl resize rbull0 2G
like "$OUT" "no memory to resize rbull0 to [0-9]+ bytes: error -" "says why"
is "$(blockdev --getsize64 /dev/rbull0)" $((128 << 20)) "its size is what it was"
ok "and so are its contents" "$PROG/pattern" check /dev/rbull0 0 $((8 << 20)) 5

# Shrinking must drop what the page cache has from beyond the new end.
exec {held}</dev/rbull0
ok "read through the cache" cmp -s -n 65536 -i 4194304:4194304 /dev/rbull0 /dev/rbull0
ok "shrinks while somebody has it open" rbullctl resize --force rbull0 2M
ok "grows" rbullctl resize rbull0 8M
ok "zeroes, not what was cached" cmp -n $((6 << 20)) -i $((2 << 20)):0 /dev/rbull0 /dev/zero
exec {held}<&-

reload disk_mb=8
fails "a size that is no multiple of the block size" rbullctl resize rbull0 1000
like "$OUT" "disk_size=1000: allowed are multiples of 512" "says why"
ok "beyond a GiB: the tree grows" rbullctl resize rbull0 5T
ok "its end can be written" "$PROG/pattern" write /dev/rbull0 $(((5 << 40) - 4096)) 4096 1
ok "and the start is what it was" cmp -n 65536 /dev/rbull0 /dev/zero
ok "back to 8 MiB" rbullctl resize rbull0 8M
ok "nothing is used" wait_for 10 stat_is rbull0 data_pages 0

finish
