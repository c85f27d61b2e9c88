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

GROUPS_DIR=$WORK/cgroup
DISK=/dev/rbull0

# Tell the controller io.cost that the disk writes a page per second, and to allow 1 % of that.
hold_back() {
	local number

	number=$(lsblk -dno MAJ:MIN "$DISK" | xargs)
	mkdir -p "$GROUPS_DIR" && mount -t cgroup2 none "$GROUPS_DIR" &&
		echo +io >"$GROUPS_DIR/cgroup.subtree_control" && mkdir -p "$GROUPS_DIR/slow" &&
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

# The writer sleeps in a write. Look twice: the controller may let a page or two pass first.
is_held() {
	[[ $(<"/proc/$WRITER/stat") == *' (dd) D '* ]] && pause 2 &&
		[[ $(<"/proc/$WRITER/stat") == *' (dd) D '* ]]
}

stuck() {
	local begun=$SECONDS

	fails "$1: does not wait for ever" rbullctl "${@:2}"
	like "$OUT" 'rbull0 has I/O in flight that did not complete within [0-9]+ s' "$1: and says why"
	between $((SECONDS - begun)) 30 150 "$1: after a minute (s)"
}

load nr_disks=1 disk_mb=16
ok "write a pattern" "$PROG/pattern" write "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
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
ok "the pattern is there again" "$PROG/pattern" check "$DISK" $((8 << 20)) $((4 << 20)) 1 65536
ok "the cgroup goes" rmdir "$GROUPS_DIR/slow"
umount "$GROUPS_DIR"
finish
