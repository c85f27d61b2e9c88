#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Four disks: each has contents, statistics and a file system of its own.
# Oldest kernel and UML: disks share nothing that differs from kernel to kernel.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load nr_disks=4 disk_mb=16
is "$(echo /sys/block/rbull*)" \
	"/sys/block/rbull0 /sys/block/rbull1 /sys/block/rbull2 /sys/block/rbull3" "four disks"
for n in 0 1 2 3; do
	lock_disk rbull$n
	stats_reset rbull$n
	unlock_disk
done

# Write to all at once, each with a seed of its own.
for n in 0 1 2 3; do
	"$PROG/pattern" write /dev/rbull$n 0 $(((n + 1) << 20)) $n >"$WORK/write.$n" &
done
wait
for n in 0 1 2 3; do
	is "$(<"$WORK/write.$n")" "$(((n + 1) << 20)) ok" "disk $n: written"
done
for n in 0 1 2 3; do
	ok "disk $n: holds its own data" "$PROG/pattern" check /dev/rbull$n 0 $(((n + 1) << 20)) $n
	is "$(stat_get rbull$n write_bytes)" $(((n + 1) << 20)) "disk $n: counted its own writes"
	# The driver may have taken a leaf of 2 MiB in one piece.
	between "$(stat_get rbull$n data_pages)" $(((n + 1) * 256)) $(((n + 1) * 256 + 256)) \
		"disk $n: has its own memory"
done
ok "discard of disk 2" blkdiscard /dev/rbull2
ok "empties disk 2" "$PROG/pattern" zero /dev/rbull2 0 $((16 << 20))
for n in 0 1 3; do
	ok "and leaves disk $n alone" "$PROG/pattern" check /dev/rbull$n 0 $(((n + 1) << 20)) $n
done
settle
blockdev --setro /dev/rbull1
is "$(blockdev --getro /dev/rbull0 /dev/rbull1 /dev/rbull3 | tr '\n' ' ')" "0 1 0 " \
	"one disk is read-only by itself"
mkdir "$WORK/mnt"
ok "ext4 on disk 3" mkfs.ext4 -q -F /dev/rbull3
settle
ok "mount disk 3" mount /dev/rbull3 "$WORK/mnt"
fails "one disk in use keeps the module" rmmod rbull
ok "unmount disk 3" umount "$WORK/mnt"

finish
