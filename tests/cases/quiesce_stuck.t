#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A disk one of whose requests does not end, as a controller of the block layer holds it back: what would
# have to wait for it gives up after a minute, and leaves the disk as it was.
# Not in UML: it has no cgroups.
# Oldest and newest kernel: a minute is long, and the ways of freezing are those of the two.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

GROUPS_DIR=$WORK/cgroup
DISK=/dev/rbull0

# The controller io.cost, told that the disk writes a page per second, gives 1 % of that.
hold_back() {
	local number

	number=$(lsblk -dno MAJ:MIN "$DISK" | xargs)
	mkdir -p "$GROUPS_DIR" && mount -t cgroup2 none "$GROUPS_DIR" &&
		echo +io >"$GROUPS_DIR/cgroup.subtree_control" && mkdir "$GROUPS_DIR/slow" &&
		echo "$number ctrl=user model=linear rbps=1 rseqiops=1 rrandiops=1 wbps=1 wseqiops=1 wrandiops=1" \
			>"$GROUPS_DIR/io.cost.model" &&
		echo "$number enable=1 ctrl=user rpct=0 wpct=0 min=1 max=1" >"$GROUPS_DIR/io.cost.qos"
}

let_go() {
	echo "$(lsblk -dno MAJ:MIN "$DISK" | xargs) enable=0" >"$GROUPS_DIR/io.cost.qos"
}

write_slowly() {
	echo "$BASHPID" >"$GROUPS_DIR/slow/cgroup.procs"
	exec dd if=/dev/zero of="$DISK" bs=4k count=4 oflag=direct status=none
}

# It may have something saved up for the first page or two.
is_held() {
	[[ $(<"/proc/$WRITER/stat") == *' (dd) D '* ]] && pause 2 &&
		[[ $(<"/proc/$WRITER/stat") == *' (dd) D '* ]]
}

stuck() {
	local begun=$SECONDS

	fails "$1: does not wait for ever" rbullctl "${@:2}"
	like "$OUT" 'rbull0 has I/O under way that did not end in [0-9]+ s' "$1: and says why"
	between $((SECONDS - begun)) 30 150 "$1: after a minute (s)"
}

load nr_disks=1 disk_mb=16
ok "something to find again" "$PROG/pattern" write "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
ctl "a snapshot" snapshot rbull0 before
ok "a controller holds back" hold_back || finish
spawn write_slowly
WRITER=$!
ok "a write is held back" wait_for 60 is_held
stuck "growing" resize rbull0 32M
is "$(blockdev --getsize64 "$DISK")" $((16 << 20)) "the size is what it was"
ok "reading goes on" timeout 20 "$PROG/pattern" check "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
ok "the controller lets go" let_go
ok "the write ends" wait "$WRITER"
ctl "growing now" resize rbull0 32M
ctl "rewinding, too" rewind rbull0 before
ok "to what was there" "$PROG/pattern" check "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
umount "$GROUPS_DIR"
finish
