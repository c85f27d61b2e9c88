#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The statistics: their format, their values, which must equal those of fio to the
# byte and to the request, and their reset.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
NAMES=(reads writes discards secure_erases write_zeroes flushes fua_writes
	read_bytes write_bytes discard_bytes secure_erase_bytes write_zeroes_bytes
	errors data_pages node_pages mem_pages mem_bytes opens)

run_fio() {
	fio --output="$WORK/fio.json" --output-format=json --name=count --filename=$NODE \
		--direct=1 --ioengine=psync --thread --randrepeat=0 --size=4M "$@"
}

# same_as_fio DESCRIPTION COUNT:STATISTIC...: the statistic must equal fio's COUNT
same_as_fio() {
	local desc=$1 pair name

	shift
	fio_counts "$WORK/fio.json"
	for pair in "$@"; do
		name=FIO_${pair%:*}
		is "$(stat_get rbull0 "${pair#*:}")" "${!name}" "$desc: ${pair#*:} as fio counted"
	done
}

reset_refuses() {
	local value=$1

	(printf '%s\n' "$value" >/sys/block/rbull0/rbull/reset_stats) 2>&1 |
		grep "Invalid argument"
}

load disk_mb=16
lock_disk rbull0
mapfile -t lines </sys/block/rbull0/rbull/stats
is "$(printf '%s\n' "${lines[@]% *}" | sort)" "$(printf '%s\n' "${NAMES[@]}" | sort)" \
	"these statistics and no others"
is "$(grep -cvE '^[a-z_]+ [0-9]+$' /sys/block/rbull0/rbull/stats)" 0 "each line is a name and a number"

stats_reset rbull0
ok "fio reads and writes, 512 bytes to 64 KiB" run_fio --rw=randrw --bsrange=512-64k
same_as_fio "mixed" READ_TOTAL_IOS:reads WRITE_TOTAL_IOS:writes \
	READ_IO_BYTES:read_bytes WRITE_IO_BYTES:write_bytes
between "$(stat_get rbull0 reads)" 20 100000 "mixed: and it was not nothing"
stats_reset rbull0
ok "fio trims" run_fio --rw=randtrim --bs=8k
same_as_fio "trim" TRIM_TOTAL_IOS:discards TRIM_IO_BYTES:discard_bytes
is "$(stat_get rbull0 errors)" 0 "no errors so far"

# Several jobs with several requests in flight: compare bytes only, as requests may be merged.
stats_reset rbull0
ok "fio at depth with 2 jobs" run_fio --ioengine=libaio --iodepth=16 --numjobs=2 \
	--group_reporting --rw=randrw --bs=16k
same_as_fio "at depth" READ_IO_BYTES:read_bytes WRITE_IO_BYTES:write_bytes

# Compare with the block layer's own count in sectors.
stats_reset rbull0
read -r _ _ before _ _ _ before_w _ </sys/block/rbull0/stat
ok "dd" dd if=/dev/zero of=$NODE bs=64k count=16 oflag=direct status=none
read -r _ _ after _ _ _ after_w _ </sys/block/rbull0/stat
is $(((after_w - before_w) * 512)) "$(stat_get rbull0 write_bytes)" "iostat sees the same writes"
is $((after - before)) 0 "and no reads"

ok "memory in use is seen" "$PROG/pattern" write $NODE 0 1048576 1
pages=$(stat_get rbull0 mem_pages)
between "$pages" 256 4096 "some pages are in use"
is "$(stat_get rbull0 mem_bytes)" $((pages * 4096)) "mem_bytes is mem_pages in bytes"
data=$(stat_get rbull0 data_pages)
nodes=$(stat_get rbull0 node_pages)
between "$data" 256 4096 "there are data pages"
between "$nodes" 1 16 "and nodes to find them"
is "$pages" $((data + nodes)) "mem_pages is both"

stats_reset rbull0
for name in "${NAMES[@]}"; do
	case $name in
	data_pages) is "$(stat_get rbull0 data_pages)" "$data" "$name is not reset: a gauge" ;;
	node_pages) is "$(stat_get rbull0 node_pages)" "$nodes" "$name is not reset: a gauge" ;;
	mem_pages) is "$(stat_get rbull0 mem_pages)" "$pages" "$name is not reset: a gauge" ;;
	mem_bytes) is "$(stat_get rbull0 "$name")" $((pages * 4096)) "$name is not reset: a gauge" ;;
	opens) is "$(stat_get rbull0 opens)" 1 "$name is not reset: a gauge" ;;
	*) is "$(stat_get rbull0 "$name")" 0 "$name is reset" ;;
	esac
done
ok "write once more" dd if=/dev/zero of=$NODE bs=4k count=1 oflag=direct status=none
for value in 0 2 -1 abc ''; do
	ok "reset_stats refuses '$value'" reset_refuses "$value"
done
is "$(stat_get rbull0 writes)" 1 "and then resets nothing"
unlock_disk

finish
