#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# RWF_NOWAIT: honoured for direct I/O.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load disk_mb=32
points "$PROG/nowait" /dev/rbull0
is "$(stat_get rbull0 errors)" 0 "having to wait is not counted as an error"

finish
