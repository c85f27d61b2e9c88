#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# RWF_NOWAIT is honoured for direct I/O that asks for it, never fails other I/O, and prints nothing to the kernel log.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load disk_mb=32
# RWF_NOWAIT cannot overwrite blocks that udev has read into the page cache: keep udev away.
lock_disk rbull0
klog_mark
points "$PROG/nowait" /dev/rbull0
klog_since
unlock_disk
is "$(grep "rbull0" <<<"$KLOG")" "" "the kernel log says nothing of it"
is "$(stat_get rbull0 errors)" 0 "having to wait is not counted as an error"

finish
