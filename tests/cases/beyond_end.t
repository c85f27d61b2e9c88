#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# I/O at the last block, and beyond the end of the disk.
# Oldest kernel and UML: the driver checks no range, the block layer does, in the same way on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load disk_mb=3
points "$PROG/edge" end /dev/rbull0
ok "the disk holds exactly 3 MiB" "$PROG/pattern" write /dev/rbull0 0 $((3 << 20)) 1
fails "a write beyond 3 MiB fails" "$PROG/pattern" write /dev/rbull0 0 $(((3 << 20) + 512)) 1
like "$OUT" "^3145728 ENOSPC" "with ENOSPC at 3 MiB"
ok "buffered reads end at 3 MiB" dd if=/dev/rbull0 of="$WORK/data" bs=100000 status=none
is "$(stat -c %s "$WORK/data")" $((3 << 20)) "and return exactly 3 MiB"
fails "a buffered write does not go beyond" \
	dd if=/dev/zero of=/dev/rbull0 bs=1M count=1 seek=3 status=none
like "$OUT" "No space left" "and fails with ENOSPC"
ok "contents are intact" "$PROG/pattern" check /dev/rbull0 0 $((3 << 20)) 1
reload disk_mb=3 logical_block_size=4096
points "$PROG/edge" end /dev/rbull0

finish
