#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fio's everyday jobs: read, write, mixed, on a disk and on a file.
# Only UML: these jobs use the same paths on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0

SIZE=$((8 << 20))

# Run all jobs one after the other in a single fio: it takes long to start in a guest.
JOBS=(--name=write --rw=write
	--name=read --stonewall --rw=read
	--name=randread --stonewall --rw=randread --norandommap
	--name=mixed --stonewall --rw=randrw --rwmixread=70 --numjobs=2)

# fio_jobs DESCRIPTION OPTION...
fio_jobs() {
	local desc=$1

	shift
	ok "fio, $desc: runs" fio --thread --bs=16k --size=$SIZE --output-format=json \
		--output="$WORK/json" "$@" "${JOBS[@]}"
	fio_counts "$WORK/json"
	is "$FIO_ERROR" 0 "fio, $desc: no error"
	# One job that writes, two that read, and two that do both
	is $((FIO_READ_IO_BYTES + FIO_WRITE_IO_BYTES)) $((5 * SIZE)) "fio, $desc: moved all bytes"
	between "$FIO_WRITE_IO_BYTES" $((SIZE + 1)) $((2 * SIZE)) "fio, $desc: the mixed jobs wrote and read"
}

load disk_mb=32
fio_jobs "direct on the disk" --filename=$NODE --direct=1 --ioengine=libaio --iodepth=8
is "$(stat_get rbull0 errors)" 0 "the disk counted no errors"
mkdir "$WORK/mnt"
ok "ext4" mkfs.ext4 -q -F $NODE
settle
ok "mount" mount $NODE "$WORK/mnt"
fio_jobs "buffered in a file" --filename="$WORK/mnt/file" --ioengine=psync --end_fsync=1
ok "unmount" umount "$WORK/mnt"

finish
