#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whatever can be done to disks at run time, done at random by several processes
# at once, some of which are killed, while udev looks at each disk that appears.
# Then the module is unloaded under them.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load nr_disks=0
points "$PROG/chaos" "${SEED:-20261121}" 1000
settle
is "$(disks_present)" "" "there is no disk"

spawn "$PROG/chaos" "${SEED:-7}" 100000
pause 0.5
fails "the module cannot be unloaded under programs that use it" rmmod rbull
kill -KILL "${SPAWNED[0]}"
wait "${SPAWNED[0]}" 2>/dev/null
ok "killed, they are all gone" wait_for 30 eval '! pgrep -x chaos >/dev/null'

finish
