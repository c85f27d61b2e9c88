#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# RWF_NOWAIT: honoured for direct I/O, and for nobody else; the kernel log has nothing of it.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load disk_mb=32
# What udev has in the page cache, nobody overwrites without waiting.
lock_disk rbull0
klog_mark
points "$PROG/nowait" /dev/rbull0
klog_since
unlock_disk
is "$(grep "rbull0" <<<"$KLOG")" "" "the kernel log says nothing of it"
is "$(stat_get rbull0 errors)" 0 "having to wait is not counted as an error"

finish
