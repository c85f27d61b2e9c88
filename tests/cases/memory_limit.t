#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# mem_limit_mb: a write beyond the limit fails with ENOSPC, earlier data stays
# intact, and freed memory can be used again.
# Only UML: memory is counted in the same way on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
MIB=$((1 << 20))
LIMIT=20

load disk_mb=64 mem_limit_mb=$LIMIT
is "$(param mem_limit_mb)" $LIMIT "the limit is in sysfs"
fails "40 MiB do not fit into $LIMIT" "$PROG/pattern" write $NODE 0 $((40 * MIB)) 1
like "$OUT" "^[0-9]+ ENOSPC" "the write that does not fit fails with ENOSPC"
good=${OUT%% *}
between "$good" $(((LIMIT - 2) * MIB)) $((LIMIT * MIB)) "what fits was written"
between "$(stat_get rbull0 mem_bytes)" "$good" $((LIMIT * MIB)) "mem_bytes stays below the limit"
between "$(stat_get rbull0 errors)" 1 100 "the failure is counted"
ok "earlier data is intact" "$PROG/pattern" check $NODE 0 "$good" 1
ok "and can be overwritten" "$PROG/pattern" write $NODE 0 "$good" 2
ok "and holds the new data" "$PROG/pattern" check $NODE 0 "$good" 2
fails "a new block still does not fit" \
	dd if=/dev/urandom of=$NODE bs=1M seek=50 count=1 oflag=direct status=none
like "$OUT" "No space left" "for lack of space"
fails "nor through the page cache" \
	dd if=/dev/urandom of=$NODE bs=1M seek=45 count=4 conv=notrunc,fsync status=none
ok "unwritten blocks can be read" "$PROG/pattern" zero $NODE $((60 * MIB)) $((4 * MIB))
ok "write zeroes need no memory" blkdiscard -z -o $((40 * MIB)) -l $((4 * MIB)) $NODE
ok "the data is intact after all that" "$PROG/pattern" check $NODE 0 "$good" 2

blockdev --flushbufs $NODE
ok "discard 8 MiB" blkdiscard -l $((8 * MIB)) $NODE
between "$(stat_get rbull0 mem_bytes)" 0 $(((LIMIT - 8) * MIB)) "gives their memory back"
ok "which can be used elsewhere" "$PROG/pattern" write $NODE $((50 * MIB)) $((7 * MIB)) 3
ok "and holds data" "$PROG/pattern" check $NODE $((50 * MIB)) $((7 * MIB)) 3
ok "beside what was there" "$PROG/pattern" check $NODE $((8 * MIB)) $((good - 8 * MIB)) 2

# All disks together
reload nr_disks=2 disk_mb=32 mem_limit_mb=$LIMIT
ok "15 MiB on one disk" "$PROG/pattern" write $NODE 0 $((15 * MIB)) 4
fails "leave no room for 15 on the other" "$PROG/pattern" write /dev/rbull1 0 $((15 * MIB)) 5
sum=$(($(stat_get rbull0 mem_bytes) + $(stat_get rbull1 mem_bytes)))
between $sum $((15 * MIB)) $((LIMIT * MIB)) "together they stay below the limit"
ok "the first holds its data" "$PROG/pattern" check $NODE 0 $((15 * MIB)) 4
ok "discard of the first" blkdiscard $NODE
ok "leaves room on the other" "$PROG/pattern" write /dev/rbull1 0 $((15 * MIB)) 5

# refill: a disk that is emptied can be filled again at once.
refill() {
	dd if=/dev/zero of=$NODE bs=4M count=15 oflag=direct status=none &&
		rbullctl reset --force rbull0 >/dev/null &&
		dd if=/dev/zero of=$NODE bs=4M count=15 oflag=direct status=none &&
		blkdiscard $NODE
}

# Writes wait for memory that is being freed. Until it is free it counts towards the limit.
reload disk_mb=64 mem_limit_mb=65
lock_disk rbull0
for round in {1..5}; do
	ok "emptied and filled at once, round $round" refill
done
unlock_disk
for name in used returning; do
	between "$(</sys/class/misc/rbull-control/mem_$name)" 0 $((65 * MIB)) "mem_$name of all disks"
done
is "$(</sys/class/misc/rbull-control/mem_limit)" $((65 * MIB)) "mem_limit of all disks"

# A file system gets the error, too, and survives.
reload disk_mb=64 mem_limit_mb=$LIMIT
mkdir "$WORK/mnt"
mkfs.ext4 -q -F -O ^has_journal $NODE
settle
mount $NODE "$WORK/mnt"
echo "kept" >"$WORK/mnt/file"
sync
fails "a file that does not fit" \
	dd if=/dev/urandom of="$WORK/mnt/big" bs=1M count=40 conv=fsync status=none
ok "the system is alive, the disk answers" \
	dd if=$NODE of=/dev/null bs=4k count=1 iflag=direct status=none
is "$(<"$WORK/mnt/file")" "kept" "the file from before is there"
ok "unmount" umount "$WORK/mnt"

# At most 12 MiB less is available than before. Pages are freed after a grace
# period, so this can take a moment.
ram_is_back() {
	((before - $(available) < 12 * 1024))
}

# The system gets the memory back.
reload disk_mb=128 mem_limit_mb=100
drop_caches
before=$(available)
ok "write 64 MiB" "$PROG/pattern" write $NODE 0 $((64 * MIB)) 6
between $((before - $(available))) $((52 * 1024)) $((80 * 1024)) "takes 64 MiB of RAM (KiB)"
ok "discard" blkdiscard $NODE
ok "all pages came back" wait_for 5 stat_is rbull0 mem_pages 0
ok "and so did the RAM" wait_for 10 ram_is_back
ok "write 32 MiB" "$PROG/pattern" write $NODE 0 $((32 * MIB)) 7
ok "unload with contents" unload
ok "gives the RAM back too" wait_for 10 ram_is_back

finish
