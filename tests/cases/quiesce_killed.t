#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A cgroup controller of the block layer holds back a write for about a minute. A program whose operation has to wait
# for that write must end at once when it is killed. The operation is then undone, or goes on without the program.
# Not in UML: it has no cgroups.
# Oldest and newest kernel: it takes minutes, and these two have both ways of freezing queues.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/io-cost.sh"

# It may be a zombie: nobody has waited for it.
has_ended() {
	[[ ! -e /proc/$1 || $(<"/proc/$1/stat") == *') Z '* ]]
}

# The driver waits in slices, between which the program runs.
goes_on() {
	! has_ended "$1"
}

# killed DESCRIPTION WORD...: rbullctl has to wait; when it is killed, it must end
killed() {
	local pid

	spawn rbullctl "${@:2}"
	pid=$!
	ok "$1: waits" wait_for 10 waits "$pid"
	pause 1
	ok "$1: goes on waiting" goes_on "$pid"
	kill -9 "$pid"
	ok "$1: can be killed" wait_for 20 has_ended "$pid"
	ok "$1: the write is still held back" waits "$WRITER"
}

no_disk() {
	! disks_present
}

load nr_disks=1 disk_mb=16
ok "write a pattern" "$PROG/pattern" write "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
ctl "a snapshot" snapshot rbull0 before
ok "a cgroup" make_group || finish

begin_writing
killed "growing" resize rbull0 32M
is "$(blockdev --getsize64 "$DISK")" $((16 << 20)) "the size is what it was"
ok "reading goes on" timeout 20 "$PROG/pattern" check "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
killed "rewinding by force" rewind --force rbull0 before
ok "the controller lets go" let_go
ok "the write ends" wait "$WRITER"
ok "the pattern is still there" "$PROG/pattern" check "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
ctl "growing now" resize rbull0 32M
ctl "rewinding, too" rewind rbull0 before

begin_writing
killed "removing by force" rm --force rbull0
wait "$WRITER"
ok "the disk goes when the write has ended" wait_for 60 no_disk
ok "the cgroup goes" remove_group
finish
