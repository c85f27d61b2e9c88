#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Snapshots, rewinds and clones while the disk is written to. Each snapshot must
# have the contents of a single moment. fio verifies a disk and its clones while
# it writes to all of them.
# Only UML: snapshots are the business of the image, which is the same on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

moments() {
	reload nr_disks=1 disk_mb=8 queue_mode="$1"
	points "$PROG/timeline" 0 "${SEED:-1}" "$2"
	diag "queue_mode=$1: $OUT"
	settle
	ok "no snapshot is left" grep -qx 0 /sys/block/rbull0/rbull/snapshots
}

# verifier DISK: start two fio jobs that write and verify an area each.
verifier() {
	fio_begin "$1" --filename="/dev/$1" --bsrange=4k-64k --numjobs=2 --size=1m --offset_increment=4m
}

load nr_disks=0
moments mq 5
moments bio 5

reload disk_mb=16
ok "a snapshot without partitions" rbullctl snapshot rbull0 bare
ok "partition it" sfdisk -q /dev/rbull0 <<<"start=2048"
ok "there is one" wait_for 10 test -b /dev/rbull0p1
settle
exec {held}</dev/rbull0p1
fails "no rewind while a partition is open" rbullctl rewind rbull0 bare
like "$OUT" "open for writing" "says why"
exec {held}<&-
settle
ok "rewind" wait_for 10 rbullctl rewind rbull0 bare
settle
ok "zeroes again" cmp -n $((16 << 20)) /dev/rbull0 /dev/zero
ok "the partition is gone" wait_for 10 test ! -b /dev/rbull0p1
ok "delete the snapshot" rbullctl snapshot --delete rbull0 bare
verifier rbull0
for clone in 1 2 3; do
	is "$(rbullctl clone rbull0)" "/dev/rbull$clone" "a clone under writes"
	verifier "rbull$clone"
done
for disk in 0 1 2 3; do
	fio_end "rbull$disk" $((2 << 20)) "rbull$disk"
done
settle
for disk in 0 1 2 3; do
	is "$(stat_get "rbull$disk" errors)" 0 "rbull$disk: no errors"
done

finish
