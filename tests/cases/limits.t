#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The queue limits are right in /sys/block/rbull0/queue, lsblk -t and lsblk -D.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

hw_queues() {
	local dirs=(/sys/block/rbull0/mq/*)

	echo ${#dirs[@]}
}

selected_scheduler() {
	local text

	text=$(queue rbull0 scheduler)
	# Where no scheduler is built in, only "none" is listed, without brackets.
	text=${text##*[} text=${text%%]*}
	echo "$text"
}

limit() {
	is "$(queue rbull0 "$1")" "$2" "$1 is $2${3:+, $3}"
}

load
limit logical_block_size 512
limit physical_block_size 4096
limit minimum_io_size 4096
limit rotational 0
limit add_random 0
limit fua 1
limit write_cache "write back"
limit discard_granularity 4096
between "$(queue rbull0 discard_max_bytes)" 1 $((1 << 62)) "discard_max_bytes is not 0"
between "$(queue rbull0 write_zeroes_max_bytes)" 1 $((1 << 62)) "write_zeroes_max_bytes is not 0"
limit max_segments 1024
limit max_segment_size 4194304
limit max_hw_sectors_kb 4096
limit nr_requests 128
limit zoned none
is "$(hw_queues)" "$(nproc)" "as many hardware queues as CPUs"
is "$(selected_scheduler)" none "no I/O scheduler"
is "$(lsblk -dnr -t -o NAME,PHY-SEC,LOG-SEC,ROTA /dev/rbull0)" "rbull0 4096 512 0" "lsblk -t"
is "$(lsblk -dnrb -D -o NAME,DISC-ALN,DISC-GRAN,DISC-ZERO /dev/rbull0)" "rbull0 0 4096 0" "lsblk -D"
is "$(blockdev --getss --getpbsz --getiomin --getro --getalignoff /dev/rbull0 | tr '\n' ' ')" \
	"512 4096 4096 0 0 " "blockdev"

reload logical_block_size=1024 physical_block_size=8192 rotational=1 discard=0 \
	nr_hw_queues=1 queue_depth=17 max_segments=5 max_segment_size=8192
limit logical_block_size 1024 "as asked for"
limit physical_block_size 8192 "as asked for"
limit rotational 1 "as asked for"
limit discard_max_bytes 0 "as asked for"
limit nr_requests 17 "as asked for"
limit max_segments 5 "as asked for"
limit max_segment_size 8192 "as asked for"
is "$(hw_queues)" 1 "one hardware queue, as asked for"
is "$(selected_scheduler)" none "no I/O scheduler with a single hardware queue either"
fails "discard=0 refuses discards" blkdiscard /dev/rbull0
like "$OUT" "not supported" "with EOPNOTSUPP"
ok "but writes zeroes" blkdiscard -z /dev/rbull0
is "$(stat_beyond rbull0 write_zeroes 0 && stat_get rbull0 writes)" 0 "as write zeroes requests, not as data"
reload disk_mb=16 discard=0 write_zeroes=0
limit discard_max_bytes 0 "as asked for"
limit write_zeroes_max_bytes 0 "as asked for"
ok "write_zeroes=0: data" "$PROG/pattern" write /dev/rbull0 0 $((16 << 20)) 1
ok "write_zeroes=0: blkdiscard -z" blkdiscard -z /dev/rbull0
ok "write_zeroes=0: the disk reads as zeroes" "$PROG/pattern" zero /dev/rbull0 0 $((16 << 20))
is "$(stat_get rbull0 write_zeroes)" 0 "write_zeroes=0: the zeroes came as data"
fails "write_zeroes=0: a hole cannot be made" fallocate -p -l 1M /dev/rbull0

# Before 6.0 the kernel requires direct I/O to be aligned to blocks, whatever the disk supports.
if [[ -e /sys/block/rbull0/queue/dma_alignment ]]; then
	for mode in mq bio; do
		reload disk_mb=16 queue_mode=$mode
		limit dma_alignment 3 "$mode"
		points "$PROG/align" /dev/rbull0
	done
fi

# A request has no more and no larger segments than allowed: 1 MiB from a
# page-aligned buffer needs 256 requests of one page.
reload max_segments=1 max_segment_size=4096 nr_hw_queues="$(nproc)"
is "$(hw_queues)" "$(nproc)" "a hardware queue for each CPU, as asked for"
lock_disk rbull0
stats_reset rbull0
ok "write through requests of one page" \
	dd if=/dev/urandom of=/dev/rbull0 bs=1M count=1 oflag=direct status=none
is "$(stat_get rbull0 writes)" 256 "1 MiB is 256 requests of one segment"
unlock_disk

reload queue_depth=1 nr_hw_queues=1
ok "depth 1 works" "$PROG/pattern" write /dev/rbull0 0 $((2 << 20)) 1
ok "and holds the data" "$PROG/pattern" check /dev/rbull0 0 $((2 << 20)) 1
reload queue_depth=10240 max_segments=65535 max_segment_size=4294967295
limit nr_requests 10240 "the most there can be"
ok "the largest limits work" "$PROG/pattern" write /dev/rbull0 0 $((8 << 20)) 2 $((8 << 20))
ok "and hold the data" "$PROG/pattern" check /dev/rbull0 0 $((8 << 20)) 2 $((8 << 20))

finish
