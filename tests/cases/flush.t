#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Flush and FUA work and are counted, with dd on the disk and from a file system.
# Oldest kernel and UML: a flush takes the same path on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0

write_one() {
	dd if=/dev/zero of=$NODE bs=4k count=1 conv=notrunc status=none "$@"
}

load disk_mb=32
lock_disk rbull0
stats_reset rbull0
ok "a direct write" write_one oflag=direct
is "$(stat_get rbull0 flushes) $(stat_get rbull0 fua_writes)" "0 0" "is neither flush nor FUA"
ok "a direct write with O_DSYNC" write_one oflag=direct,dsync
is "$(stat_get rbull0 fua_writes)" 1 "is a FUA write"
is "$(stat_get rbull0 writes)" 2 "and a write"
before=$(stat_get rbull0 flushes)
ok "a write and fsync" write_one conv=fsync,notrunc
between "$(stat_get rbull0 flushes)" $((before + 1)) $((before + 3)) "make a flush"
unlock_disk
settle

mkdir "$WORK/mnt"
mkfs.ext4 -q -F $NODE
settle
mount $NODE "$WORK/mnt"
stats_reset rbull0
ok "fsync of a file in ext4" dd if=/dev/zero of="$WORK/mnt/file" bs=4k count=4 conv=fsync status=none
between "$(($(stat_get rbull0 flushes) + $(stat_get rbull0 fua_writes)))" 1 1000 \
	"reaches the disk as flush or FUA"
ok "unmount" umount "$WORK/mnt"
is "$(stat_get rbull0 errors)" 0 "no errors"

finish
