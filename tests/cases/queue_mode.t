#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# queue_mode=bio does everything that queue_mode=mq does, but iostats are off by
# default. A disk has poll queues only if asked for.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
MIB=$((1 << 20))
seed=${MODEL_SEED:-$((RANDOM << 15 | RANDOM))}
diag "seed $seed" 2>&1

# Print how many sectors iostat counts as read and written.
iostat_sectors() {
	local read write

	read -r _ _ read _ _ _ write _ </sys/block/rbull0/stat
	echo $((read + write))
}

load queue_mode=bio disk_mb=16
is "$(param queue_mode)" bio "bios, as asked for"
fails "no hardware queues" test -e /sys/block/rbull0/mq
# RWF_NOWAIT cannot overwrite blocks that udev has read into the page cache: keep udev away.
lock_disk rbull0
points "$PROG/model" exhaustive $NODE /sys/block/rbull0/rbull/stats
points "$PROG/model" random $NODE "$seed" 1500
points "$PROG/concurrent" $NODE "$seed" 500
points "$PROG/nowait" $NODE
ok "fio verifies" fio --name=v --filename=$NODE --size=8M --bsrange=512-64k --rw=randwrite \
	--direct=1 --ioengine=libaio --iodepth=16 --thread --verify=crc32c --output="$WORK/fio"

stats_reset rbull0
ok "writes with O_DSYNC" \
	dd if=/dev/zero of=$NODE bs=4k count=2 oflag=direct,dsync status=none
is "$(stat_get rbull0 write_bytes)" 8192 "bytes are counted"
is "$(stat_get rbull0 writes)" 2 "writes are counted"
between $(($(stat_get rbull0 fua_writes) + $(stat_get rbull0 flushes))) 2 4 "FUA writes or flushes are counted"

is "$(</sys/block/rbull0/queue/iostats)" 0 "iostats are off"
before=$(iostat_sectors)
ok "read" dd if=$NODE of=/dev/null bs=64k count=16 iflag=direct status=none
is $(($(iostat_sectors) - before)) 0 "so iostat sees nothing"
echo 1 >/sys/block/rbull0/queue/iostats
before=$(iostat_sectors)
ok "read again" dd if=$NODE of=/dev/null bs=64k count=16 iflag=direct status=none
is $(($(iostat_sectors) - before)) 2048 "iostat sees it when switched on"
read -r _ _ _ _ _ _ _ _ inflight _ </sys/block/rbull0/stat
is "$inflight" 0 "nothing is left in flight"
unlock_disk

reload queue_mode=bio disk_mb=64 mem_limit_mb=20
fails "40 MiB do not fit into 20" "$PROG/pattern" write $NODE 0 $((40 * MIB)) 1
like "$OUT" "^[0-9]+ ENOSPC" "for lack of space"
ok "what fitted is intact" "$PROG/pattern" check $NODE 0 "${OUT%% *}" 1
ok "all is discarded" blkdiscard $NODE
is "$(stat_get rbull0 mem_pages)" 0 "and no page is in use"
ok "ext4" mkfs.ext4 -q -F $NODE
settle
mkdir "$WORK/mnt"
ok "mount" mount $NODE "$WORK/mnt"
fails "rmmod of a mounted disk" rmmod rbull
ok "unmount" umount "$WORK/mnt"
reload queue_mode=bio ro=1
fails "a read-only disk is not written to" dd if=/dev/zero of=$NODE bs=4k count=1 oflag=direct

reload queue_mode=mq poll_queues=1 disk_mb=16
is "$(</sys/block/rbull0/queue/io_poll)" 1 "polling is possible"
ok "polled reads" fio --name=p --filename=$NODE --size=2M --bs=4k --rw=randrw --direct=1 \
	--ioengine=pvsync2 --hipri --thread --output="$WORK/fio"
reload queue_mode=mq disk_mb=16
is "$(</sys/block/rbull0/queue/io_poll)" 0 "polling is not offered without poll queues"

finish
