#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Snapshots, rewinds and clones while the disk is written to: each snapshot is
# what the disk was at one moment; and fio verifies on a disk and on its clones,
# all of which are written to at the same time.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

moments() {
	reload nr_disks=1 disk_mb=8 queue_mode="$1"
	points "$PROG/timeline" 0 "${SEED:-1}" "$2"
	diag "queue_mode=$1: $OUT"
	settle
	ok "no snapshot is left" grep -qx 0 /sys/block/rbull0/rbull/snapshots
}

# Verifies what it wrote itself, on DISK, in four areas.
verifier() {
	fio --filename="/dev/$1" --verify=crc32c --verify_fatal=1 --do_verify=1 --thread --direct=1 \
		--ioengine=libaio --iodepth=8 --randrepeat=0 --rw=randwrite --bsrange=4k-64k \
		--numjobs=4 --size=4m --offset_increment=4m --loops="$2" --group_reporting \
		--randseed="$3" --name="$1" --output="$WORK/$1.fio" >"$WORK/$1.err" 2>&1
}

verified() {
	if wait "$2" && grep -q "err= 0" "$WORK/$1.fio"; then
		pass "$1: what was written is there"
	else
		fail "$1: what was written is there" "$(cat "$WORK/$1.err" "$WORK/$1.fio")"
	fi
}

load nr_disks=0
moments mq 6
moments bio 6

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
ok "forget it" rbullctl snapshot --delete rbull0 bare
verifier rbull0 6 1 &
pids=($!)
for clone in 1 2 3; do
	pause 1
	is "$(rbullctl clone rbull0)" "/dev/rbull$clone" "a clone under writes"
	verifier "rbull$clone" 3 "$clone" &
	pids+=($!)
done
for disk in 0 1 2 3; do
	verified "rbull$disk" "${pids[disk]}"
done
settle
for disk in 0 1 2 3; do
	is "$(stat_get "rbull$disk" errors)" 0 "rbull$disk: no errors"
done

finish
