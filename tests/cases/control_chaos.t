#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Several processes do random control operations and I/O on disks at once, and
# some of them are killed, while udev opens each new disk. Unloading must fail
# while they run, and work when they are gone.
# Oldest kernel and UML: the locks are the same on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

# Linux 5.10 itself warns when any disk is removed while its page cache is written to: use direct I/O there.
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
