#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# getgeo returns a made-up geometry, as for any disk without cylinders. Commands
# for real hardware are refused.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load disk_mb=100
is "$("$PROG/geometry" /dev/rbull0)" "64 32 100 0" "getgeo of 100 MiB"
points "$PROG/passthrough" /dev/rbull0
reload disk_mb=65535
is "$("$PROG/geometry" /dev/rbull0)" "64 32 65535 0" "getgeo of 65535 MiB"
reload disk_mb=1048576
is "$("$PROG/geometry" /dev/rbull0)" "64 32 65535 0" "getgeo of 1 TiB stays in its 16 bits"

finish
