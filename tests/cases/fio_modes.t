#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fio's everyday jobs: read, write, mixed, on a disk and on a file.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0

# job NAME OPTION...
job() {
	ok "fio $1" fio --name="$1" --filename=$NODE --direct=1 --thread --bs=16k --size=16m \
		--ioengine=libaio --iodepth=8 --output-format=json --output="$WORK/json" "${@:2}"
	is "$(jq -r '[.jobs[].error] | add' "$WORK/json")" 0 "fio $1: no error"
}

# moved read|write: bytes
moved() {
	jq -r "[.jobs[].$1.io_bytes] | add" "$WORK/json"
}

load disk_mb=32
job write --rw=write
is "$(moved write)" $((16 << 20)) "fio write: moved all of it"
job read --rw=read
is "$(moved read)" $((16 << 20)) "fio read: moved all of it"
job randread --rw=randread --norandommap
is "$(moved read)" $((16 << 20)) "fio randread: moved all of it"
job mixed --rw=randrw --rwmixread=70 --numjobs=2
is $(($(moved read) + $(moved write))) $((32 << 20)) "fio mixed: moved all of it"

finish
