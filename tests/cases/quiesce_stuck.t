#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A cgroup controller of the block layer holds back a write, so that it does not end. An operation that would have to
# wait for it must give up after a minute and leave the disk as it was.
# Not in UML: it has no cgroups.
# Oldest and newest kernel: a minute is long, and these two have both ways of freezing queues.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/io-cost.sh"

stuck() {
	local begun=$SECONDS

	fails "$1: does not wait for ever" rbullctl "${@:2}"
	like "$OUT" 'rbull0 has I/O in flight that did not complete within [0-9]+ s' "$1: and says why"
	between $((SECONDS - begun)) 30 150 "$1: after a minute (s)"
}

load nr_disks=1 disk_mb=16
ok "write a pattern" "$PROG/pattern" write "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
ctl "a snapshot" snapshot rbull0 before
ok "a cgroup" make_group || finish
begin_writing
stuck "growing" resize rbull0 32M
is "$(blockdev --getsize64 "$DISK")" $((16 << 20)) "the size is what it was"
ok "reading goes on" timeout 20 "$PROG/pattern" check "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
ok "the controller lets go" let_go
ok "the write ends" wait "$WRITER"
ctl "growing now" resize rbull0 32M
ctl "rewinding, too" rewind rbull0 before
ok "the pattern is there again" "$PROG/pattern" check "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
ok "the cgroup goes" remove_group
finish
