#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Unloading while the disk is in use must fail without harm to the I/O. Unloading
# must work right after a program with I/O in flight was killed.
# Not in UML: its kernel itself warns when a program that uses AIO is killed.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0

# Until it is told to end: how long the attempts take depends on the machine.
busy_writer() {
	exec fio --name=busy --filename=$NODE --direct=1 --rw=randwrite --bs=4k --size=8M \
		--ioengine=libaio --iodepth=16 --thread --time_based --runtime=3600 \
		--verify=crc32c --verify_backlog=256 --do_verify=1 --verify_fatal=1
}

writing() {
	(($(stat_get rbull0 writes) > 200))
}

load disk_mb=16
stats_reset rbull0
spawn busy_writer
writer=$!
ok "fio is writing" wait_for 20 writing
for attempt in 1 2 3; do
	fails "no unloading while I/O runs, attempt $attempt" rmmod rbull
	like "$OUT" "in use|busy" "as it is in use, attempt $attempt"
done
ok "the disk is still there" test -b $NODE
kill -TERM "$writer"
wait "$writer"
is $? 128 "fio ends as told"
like "$(<"$WORK/spawned")" "err= 0" "and without errors"
ok "then the module can be unloaded" unload

# A process is killed with I/O in flight, which drops the last reference.
for round in 1 2; do
	load disk_mb=16
	stats_reset rbull0
	# Not through a function: the killed process must be fio, not a shell.
	fio --name=victim --filename=$NODE --direct=1 --rw=randrw --bs=64k --size=8M \
		--ioengine=libaio --iodepth=32 --thread --time_based --runtime=60 \
		>/dev/null 2>&1 &
	victim=$!
	SPAWNED+=("$victim")
	wait_for 20 writing
	kill -9 $victim
	ok "unload right after a user was killed, round $round" wait_for 20 rmmod_once
	wait $victim 2>/dev/null
	ok "the module is gone, round $round" test ! -e /sys/module/rbull
done

finish
