#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fio writes and verifies: blocks of 512 bytes to 1 MiB, several jobs at once,
# buffered and direct, synchronous, libaio and io_uring.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
COMMON=(--filename="$NODE" --verify=crc32c --verify_fatal=1 --do_verify=1 --thread
	--group_reporting --randrepeat=0 --output="$WORK/fio.out" --output-format=normal)

# Each job has an area of its own; all run side by side.
verify() {
	local desc=$1 status

	shift
	fio "${COMMON[@]}" "$@" >"$WORK/fio.err" 2>&1
	status=$?
	if ((status == 0)) && grep -q "err= 0" "$WORK/fio.out"; then
		pass "$desc"
	else
		fail "$desc" "status $status"$'\n'"$(<"$WORK/fio.err")"$'\n'"$(<"$WORK/fio.out")"
	fi
}

has_engine() {
	fio --enghelp 2>/dev/null | grep -qw "$1" && fio --name=probe --filename="$WORK/probe" \
		--size=4k --bs=4k --rw=write --ioengine="$1" --thread >/dev/null 2>&1
}

# engine NAME: fixed sizes side by side, then mixed sizes
engine() {
	verify "$1, direct: 512 bytes, 4 KiB, 64 KiB, 1 MiB side by side" \
		--ioengine="$1" --direct=1 --iodepth=16 \
		--name=b512 --rw=randwrite --bs=512 --offset=0 --size=256k \
		--name=b4k --rw=randwrite --bs=4k --offset=4m --size=2m \
		--name=b64k --rw=randwrite --bs=64k --offset=8m --size=4m \
		--name=b1m --rw=write --bs=1m --offset=16m --size=8m
	verify "$1, direct: mixed sizes, 3 jobs" \
		--ioengine="$1" --direct=1 --iodepth=8 --numjobs=3 --offset_increment=8m \
		--name=mixed --rw=randwrite --bsrange=512-1m --blockalign=512 --size=4m
}

load disk_mb=64 nr_hw_queues=2
for name in libaio io_uring; do
	if has_engine $name; then
		engine $name
	else
		skip "$name" "fio or the kernel has no $name"
	fi
done
verify "psync, direct: mixed sizes, 2 jobs" \
	--ioengine=psync --direct=1 --numjobs=2 --offset_increment=8m \
	--name=sync --rw=randwrite --bsrange=512-256k --blockalign=512 --size=3m
verify "psync, buffered: mixed sizes, 2 jobs" \
	--ioengine=psync --direct=0 --fsync_on_close=1 --invalidate=1 --numjobs=2 \
	--offset_increment=8m --name=buffered --rw=randwrite --bsrange=512-256k \
	--blockalign=512 --size=3m
verify "with trims in between" \
	--ioengine=libaio --direct=1 --iodepth=8 --name=trim --rw=randwrite --bs=16k \
	--size=4m --trim_percentage=30 --trim_verify_zero=1 --trim_backlog=32
is "$(stat_get rbull0 errors)" 0 "no errors were counted"

finish
