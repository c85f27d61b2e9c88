#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fio writes and verifies: blocks of 512 bytes to 1 MiB, several jobs at once,
# buffered and direct, synchronous, libaio and io_uring.
# Only UML: the contents of the disk are the business of the image, which is the same on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
COMMON=(--filename="$NODE" --verify=crc32c --verify_fatal=1 --do_verify=1 --thread
	--group_reporting --randrepeat=0 --output="$WORK/fio.out" --output-format=normal)

# fio prints one of these if it or the kernel lacks the engine.
NO_ENGINE='(engine [a-z_]+ not (loadable|available)|failed to init engine|Function not implemented)'

# Each job has an area of its own. All run in parallel in one fio: it takes long
# to start in a guest.
verify() {
	local desc=$1 status

	shift
	fio "${COMMON[@]}" "$@" >"$WORK/fio.err" 2>&1
	status=$?
	if [[ $(<"$WORK/fio.err") =~ $NO_ENGINE ]]; then
		skip "$desc" "fio or the kernel does not support it: ${BASH_REMATCH[0]}"
	elif ((status == 0)) && grep -q "err= 0" "$WORK/fio.out"; then
		pass "$desc"
	else
		fail "$desc" "status $status"$'\n'"$(<"$WORK/fio.err")"$'\n'"$(<"$WORK/fio.out")"
	fi
}

# Fixed sizes from 512 bytes to 1 MiB and three jobs with mixed sizes
engine() {
	verify "$1, direct: 512 bytes, 4 KiB, 64 KiB, 1 MiB, and mixed" \
		--ioengine="$1" --direct=1 --iodepth=16 \
		--name=b512 --rw=randwrite --bs=512 --size=128k \
		--name=b4k --rw=randwrite --bs=4k --offset=4m --size=1m \
		--name=b64k --rw=randwrite --bs=64k --offset=8m --size=4m \
		--name=b1m --rw=write --bs=1m --offset=16m --size=8m \
		--name=mixed --rw=randwrite --bsrange=512-1m --blockalign=512 --size=3m \
		--offset=32m --offset_increment=8m --numjobs=3
}

load disk_mb=64 nr_hw_queues="$(nproc)"
stats_reset rbull0
engine libaio
between "$(stat_get rbull0 write_bytes)" $((22 << 20)) $((40 << 20)) "libaio wrote all that"
between "$(stat_get rbull0 read_bytes)" $((22 << 20)) $((60 << 20)) "and read it back"
engine io_uring
verify "psync, 2 jobs direct and 2 buffered: mixed sizes" \
	--ioengine=psync --numjobs=2 --offset_increment=8m --rw=randwrite \
	--bsrange=512-256k --blockalign=512 --size=2m \
	--name=direct --direct=1 \
	--name=buffered --direct=0 --offset=32m --fsync_on_close=1 --invalidate=1 \
	--ioengine=psync --numjobs=2 --offset_increment=8m --rw=randwrite \
	--bsrange=512-256k --blockalign=512 --size=2m
is "$(stat_get rbull0 errors)" 0 "no errors were counted"

finish
