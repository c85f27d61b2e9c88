#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Write 32 MiB of random data: repeated reads give the same checksum, also with cold caches.
# Not in UML: so much data takes long there, and the case tests the page cache.
# Oldest and newest kernel: it tests the image, through the page cache.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
LENGTH=$((32 << 20))

# checksum FILE [OPTION OF DD]...: of the first 32 MiB of a file or the disk
checksum() {
	local sum

	sum=$(dd if="$1" bs=1M count=32 status=none "${@:2}" | sha256sum)
	printf '%s\n' "${sum%% *}"
}

load disk_mb=64
dd if=/dev/urandom of="$WORK/data" bs=1M count=32 status=none
want=$(checksum "$WORK/data")
like "$want" '^[0-9a-f]{64}$' "there is a checksum to compare with"
ok "write 32 MiB of random data" dd if="$WORK/data" of=$NODE bs=1M conv=fsync status=none
ok "the page cache has it" cmp -n $LENGTH "$WORK/data" $NODE
ok "empty the buffers" blockdev --flushbufs $NODE
drop_caches
is "$(checksum $NODE)" "$want" "same checksum with cold caches"
is "$(checksum $NODE)" "$want" "same checksum with warm caches"
is "$(checksum $NODE iflag=direct)" "$want" "same checksum by direct reads"
ok "zeroes follow the data" "$PROG/pattern" zero $NODE $LENGTH 4194304

# A buffered write that begins and ends in the middle of a block.
ok "write 100001 bytes at 12345" dd if="$WORK/data" of=$NODE bs=100001 count=1 \
	oflag=seek_bytes seek=12345 conv=notrunc,fsync status=none
drop_caches
ok "they are there" cmp -n 100001 -i 0:12345 "$WORK/data" $NODE
ok "what is before them is untouched" cmp -n 12345 "$WORK/data" $NODE
ok "what is behind them is untouched" cmp -n 100000 -i 112346:112346 "$WORK/data" $NODE

# Overwrite in large pieces, which begin and end in the middle of pages.
ok "write 6 MiB at 512 in pieces of 1 MiB" "$PROG/pattern" write $NODE 512 $((6 << 20)) 1
ok "they are there" "$PROG/pattern" check $NODE 512 $((6 << 20)) 1
ok "write 3 MiB over them in one piece" "$PROG/pattern" write $NODE $(((1 << 20) + 1536)) $((3 << 20)) 2 $((3 << 20))
ok "it is there" "$PROG/pattern" check $NODE $(((1 << 20) + 1536)) $((3 << 20)) 2 4096
ok "what is before is untouched" "$PROG/pattern" check $NODE 512 $(((1 << 20) + 1024)) 1
ok "and what is behind" cmp -n $((1 << 20)) -i $(((6 << 20) + 512)):$(((6 << 20) + 512)) "$WORK/data" $NODE

finish
