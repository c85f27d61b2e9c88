#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Replacing the contents of disks that are mounted, open or cached: which disks count as in use, and that caches
# neither keep the old contents nor write them back.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

MNT=$WORK/mnt
mkdir "$MNT"

# in_use DESCRIPTION: rewind, reset and set ro=1 must fail.
in_use() {
	fails "$1: no rewind" rbullctl rewind rbull0 before
	like "$OUT" "rbull0 is open for writing or mounted" "$1: says why"
	fails "$1: no reset" rbullctl reset rbull0
	fails "$1: nor read-only" rbullctl set rbull0 ro=1
}

# zeroes DEVICE FROM_MB: the device reads as zeroes from there to its end
zeroes() {
	cmp -n $(($(blockdev --getsize64 "$1") - ($2 << 20))) -i $(($2 << 20)):0 "$1" /dev/zero
}

mounts() {
	ok "mkfs" mkfs.ext4 -q /dev/rbull0
	settle
	ok "a snapshot" rbullctl snapshot rbull0 before
	ok "mount it read-only" mount -o ro /dev/rbull0 "$MNT"
	in_use "mounted read-only"
	ok "make it writable" mount -o remount,rw "$MNT"
	ok "write a file" cp /bin/bash "$MNT/bash"
	in_use "mounted writable since"
	ok "the file is there" cmp /bin/bash "$MNT/bash"
	ok "unmount" umount "$MNT"
	settle
	ok "rewind" wait_for 10 rbullctl rewind rbull0 before
	settle
	ok "mount what was there before" mount /dev/rbull0 "$MNT"
	fails "without the file" test -e "$MNT/bash"
	ok "unmount it" umount "$MNT"
}

# Dirty pages from before the replacement must not be written back after it.
dirty() {
	reload disk_mb=16 queue_mode="$1"
	ok "$1: a snapshot of zeroes" rbullctl snapshot rbull0 zeroes
	exec {held}<>/dev/rbull0
	ok "$1: write to the cache" dd if=/bin/bash of=/dev/rbull0 bs=64k count=8 conv=notrunc
	ok "$1: rewind by force" rbullctl rewind --force rbull0 zeroes
	ok "$1: zeroes at once" zeroes /dev/rbull0 0
	ok "$1: write back" sync
	ok "$1: zeroes" zeroes /dev/rbull0 0
	ok "$1: write to the cache again" dd if=/bin/bash of=/dev/rbull0 bs=64k count=8 conv=notrunc
	ok "$1: reset by force" rbullctl reset --force rbull0
	ok "$1: write back again" sync
	exec {held}>&-
	settle
	ok "$1: zeroes again" zeroes /dev/rbull0 0
	ok "$1: forget the snapshot" rbullctl snapshot --delete rbull0 zeroes
	ok "$1: zeroes take no RAM" wait_for 10 stat_is rbull0 data_pages 0
}

# A partition has a page cache of its own.
partitions() {
	reload disk_mb=16
	ok "partition it" sfdisk -q /dev/rbull0 <<<"start=2048"
	ok "there is one" wait_for 10 test -b /dev/rbull0p1
	settle
	ok "a snapshot with little on it" rbullctl snapshot rbull0 little
	ok "fill the partition" dd if=/dev/urandom of=/dev/rbull0p1 bs=1M count=15 oflag=direct
	exec {held}</dev/rbull0p1
	ok "cache it" cat /dev/rbull0p1
	ok "shrinks" rbullctl resize --force rbull0 4M
	ok "grows" rbullctl resize rbull0 16M
	ok "zeroes where it was cut off, read through the partition" zeroes /dev/rbull0p1 3
	ok "cache the rest" cat /dev/rbull0p1
	ok "rewind by force" rbullctl rewind --force rbull0 little
	ok "zeroes in the partition" zeroes /dev/rbull0p1 0
	exec {held}<&-
	settle
}

# A clone takes the options of any disk, except those about RAM.
clones() {
	ok "a disk that can be polled" rbullctl add --size 8M --poll-queues 1 --name polled
	ok "its clone takes bios" rbullctl clone polled --queue-mode bio
	is "$OUT" $'/dev/rbull2\n' "which is another disk"
	fails "a clone that takes bios and can be polled" rbullctl clone polled --queue-mode bio --poll-queues 1
	like "$OUT" "poll_queues=1: allowed is 0 with queue_mode=bio" "says why"
	fails "a clone with all its RAM" rbullctl clone polled --populate
	like "$OUT" "populate=1: allowed is 0 for a clone" "says why"
	ok "both go" rbullctl rm polled 2
}

load disk_mb=64
mounts
dirty mq
dirty bio
partitions
clones

finish
