#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# From one MiB to the largest there is. Disks are sparse: size costs no memory.
# Only UML: size costs the same on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0

size_is() {
	is "$(blockdev --getsize64 $NODE)" "$1" "$2"
}

load disk_mb=1
size_is 1048576 "1 MiB"
ok "1 MiB can be filled" "$PROG/pattern" write $NODE 0 1048576 1
ok "and read" "$PROG/pattern" check $NODE 0 1048576 1

reload disk_mb=1048576
size_is $((1 << 40)) "1 TiB"
before=$(available)
ok "its last MiB can be written" "$PROG/pattern" write $NODE $(((1 << 40) - 1048576)) 1048576 2
ok "and read" "$PROG/pattern" check $NODE $(((1 << 40) - 1048576)) 1048576 2
ok "and so can the middle" "$PROG/pattern" write $NODE $(((1 << 39) - 4096)) 8192 3
ok "which is a different place" "$PROG/pattern" check $NODE $(((1 << 39) - 4096)) 8192 3
ok "what is not written reads as zeroes" "$PROG/pattern" zero $NODE $((1 << 38)) 1048576
is "$(stat_get rbull0 data_pages)" 258 "258 pages of data are in use"
between "$(stat_get rbull0 node_pages)" 1 16 "and few to find them"
between $((before - $(available))) -65536 16384 "and no more RAM than that, by and large (KiB)"
start=$SECONDS
ok "discard of 1 TiB" blkdiscard $NODE
between $((SECONDS - start)) 0 10 "takes as long as what was written (s)"
ok "and gives all pages back" wait_for 5 stat_is rbull0 mem_pages 0
ok "ext4 on 1 TiB" mkfs.ext4 -q -F -E lazy_itable_init=1,nodiscard -O ^has_journal $NODE
mkdir "$WORK/mnt"
ok "mount 1 TiB" mount $NODE "$WORK/mnt"
ok "unmount 1 TiB" umount "$WORK/mnt"

# The largest disk that the page cache can address: the kernel may refuse it, but must say why.
case $(getconf LONG_BIT) in
32) largest=16777215 because=" \(the page cache of a 32-bit kernel\)" ;;
*) largest=8796093022207 because= ;;
esac
unload
if capture modprobe rbull disk_mb=$largest; then
	settle
	size_is $((largest << 20)) "the largest disk"
	ok "its last MiB can be written" "$PROG/pattern" write $NODE $(((largest - 1) << 20)) 1048576 4 65536
	ok "and read" "$PROG/pattern" check $NODE $(((largest - 1) << 20)) 1048576 4 65536
	unload
	klog_mark
	fails "a disk of one MiB more is refused" modprobe rbull disk_mb=$((largest + 1))
	klog_since
	like "$KLOG" "disk_mb=$((largest + 1)): allowed are 1 to $largest$because" "with the reason"
else
	like "$OUT" "Invalid argument|too large" "the largest disk is refused in so many words"
fi

# Idle disks cost next to nothing.
unload
drop_caches
before=$(available)
ok "16 disks" modprobe rbull nr_disks=16
settle
drop_caches
between $((before - $(available))) -65536 $((16 * 4096)) \
	"16 idle disks take less than 4 MiB each (KiB)"

finish
