#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whatever can be done to disks at run time, done at random by several processes
# at once, some of which are killed, while udev looks at each disk that appears.
# Then the module is unloaded under them.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

# Linux 5.10 warns of itself when the cache of any disk is written to while the disk is removed.
CACHED=()
[[ $(uname -r) != 5.* ]] || CACHED=(direct)

in_use() {
	(($(</sys/module/rbull/refcnt) > 0))
}

load nr_disks=0
points "$PROG/chaos" "${SEED:-20261121}" 1000 "${CACHED[@]}"
diag "$(grep -o 'done+refused.*' <<<"$OUT")"
settle
fails "there is no disk" disks_present

spawn "$PROG/chaos" "${SEED:-7}" 100000 "${CACHED[@]}"
ok "programs use the module" wait_for 30 in_use
fails "it cannot be unloaded under them" rmmod rbull
like "$OUT" "in use|busy" "as it is in use"
kill -KILL "${SPAWNED[0]}"
wait "${SPAWNED[0]}" 2>/dev/null
ok "killed, they are all gone" wait_for 30 eval '! pgrep -x chaos >/dev/null'

finish
