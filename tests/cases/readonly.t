#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Read-only disks, by parameter and by blockdev --setro.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0

# refuses_changes DESCRIPTION
refuses_changes() {
	fails "$1: no direct write" \
		dd if=/dev/urandom of=$NODE bs=4k count=1 oflag=direct status=none
	fails "$1: no buffered write" \
		dd if=/dev/urandom of=$NODE bs=4k count=1 conv=notrunc,fsync status=none
	fails "$1: no discard" blkdiscard -f $NODE
	fails "$1: no write zeroes" blkdiscard -f -z $NODE
	fails "$1: no secure erase" blkdiscard -f -s $NODE
	is "$(blockdev --getro $NODE)" 1 "$1: blockdev --getro"
	is "$(</sys/block/rbull0/ro)" 1 "$1: sysfs"
	is "$(lsblk -dnr -o RO $NODE)" 1 "$1: lsblk"
}

load ro=1 disk_mb=16
refuses_changes "ro=1"
ok "ro=1: reads are fine" "$PROG/pattern" zero $NODE 0 $((16 << 20))
is "$(stat_get rbull0 writes)" 0 "ro=1: nothing was written"
is "$(stat_get rbull0 mem_pages)" 0 "ro=1: no page was taken"
fails "ro=1: no file system can be made" mkfs.ext4 -q -F $NODE

reload ro=0 disk_mb=16
is "$(blockdev --getro $NODE)" 0 "ro=0: writable"
ok "ro=0: ext4" mkfs.ext4 -q -F $NODE
mkdir "$WORK/mnt"
mount $NODE "$WORK/mnt"
echo "kept" >"$WORK/mnt/file"
umount "$WORK/mnt"
settle
ok "setro" blockdev --setro $NODE
refuses_changes "setro"
ok "setro: can be mounted read-only" mount -o ro $NODE "$WORK/mnt"
fails "setro: but not made writable again" mount -o remount,rw "$WORK/mnt"
fails "setro: no file can be written" touch "$WORK/mnt/new"
is "$(cat "$WORK/mnt/file")" "kept" "setro: the file is there"
ok "setro: unmount" umount "$WORK/mnt"
ok "setrw" blockdev --setrw $NODE
is "$(blockdev --getro $NODE)" 0 "setrw: writable again"
ok "setrw: mount" mount $NODE "$WORK/mnt"
ok "setrw: files can be changed" cp "$WORK/mnt/file" "$WORK/mnt/copy"
ok "setrw: unmount" umount "$WORK/mnt"

# blockdev and the sysfs attribute change the same property.
mount $NODE "$WORK/mnt"
ok "setro: 4 MiB that are not on the disk yet" dd if=/dev/urandom of="$WORK/mnt/dirty" bs=1M count=4 status=none
cp "$WORK/mnt/dirty" "$WORK/dirty"
fails "setro: not while it is mounted" blockdev --setro $NODE
like "$OUT" "busy" "setro: as it is busy"
ok "setro: they are written" sync -f "$WORK/mnt"
umount "$WORK/mnt"
drop_caches
ok "setro: the file system is as it was" e2fsck -fn $NODE
mount $NODE "$WORK/mnt"
ok "setro: and has them" cmp "$WORK/dirty" "$WORK/mnt/dirty"
umount "$WORK/mnt"
exec {held}<>$NODE
klog_mark
fails "setro: not while it is open for writing" blockdev --setro $NODE
klog_since
like "$KLOG" "rbull0: ro=1: rbull0 is open for writing or mounted: close or unmount it first" "setro: the log says why"
exec {held}>&-
ok "setro: afterwards" wait_for 10 blockdev --setro $NODE
is "$(</sys/block/rbull0/rbull/ro)" 1 "setro: the attribute says so"
mount -o ro $NODE "$WORK/mnt"
ok "setro: again, although it is mounted, as it is read-only" blockdev --setro $NODE
umount "$WORK/mnt"
ok "setro: undone by the attribute" eval 'echo 0 >/sys/block/rbull0/rbull/ro'
is "$(blockdev --getro $NODE)" 0 "setro: it can be written"
ok "setro: in fact" dd if=/dev/zero of=$NODE bs=4k count=1 oflag=direct status=none
ok "the attribute" wait_for 10 eval 'echo 1 >/sys/block/rbull0/rbull/ro'
ok "the attribute: undone by blockdev" blockdev --setrw $NODE
is "$(</sys/block/rbull0/rbull/ro)" 0 "the attribute: says so"

ok "partitions" sfdisk -q $NODE <<<$',8M\n,'
ok "partitions: there are two" wait_for 10 test -b ${NODE}p2
settle
mkfs.ext4 -q ${NODE}p1
settle
mount ${NODE}p1 "$WORK/mnt"
fails "partitions: not the disk while one is mounted" blockdev --setro $NODE
klog_mark
fails "partitions: nor the one that is mounted" blockdev --setro ${NODE}p1
klog_since
like "$KLOG" "rbull0: ro=1: rbull0p1 is open for writing or mounted: close or unmount it first" "partitions: the log says why"
ok "partitions: the other one" blockdev --setro ${NODE}p2
fails "partitions: which cannot be written then" dd if=/dev/zero of=${NODE}p2 bs=4k count=1 oflag=direct status=none
ok "partitions: undone" blockdev --setrw ${NODE}p2
ok "partitions: the mounted one is written to" cp "$WORK/dirty" "$WORK/mnt/"
umount "$WORK/mnt"
settle
ok "partitions: once it is unmounted" wait_for 10 blockdev --setro ${NODE}p1
blockdev --setrw ${NODE}p1
settle

exec {held}<>$NODE
klog_mark
fails "ro: not while it is open for writing" eval 'echo 1 >/sys/block/rbull0/rbull/ro'
like "$OUT" "busy" "ro: as it is busy"
klog_since
like "$KLOG" "rbull0: ro=1: rbull0 is open for writing or mounted: close or unmount it first" "ro: the log says why"
exec {held}>&-
settle
is "$(blockdev --getro $NODE)" 0 "ro: it is writable"
ok "ro: afterwards" wait_for 10 eval 'echo 1 >/sys/block/rbull0/rbull/ro'
is "$(blockdev --getro $NODE)" 1 "ro: it is read-only"

# Keep this last: it makes so many refusals that the log drops more of them for some seconds.
blockdev --setrw $NODE
points "$PROG/roset" $NODE

finish
