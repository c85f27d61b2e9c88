# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A write to a disk that does not end, as the cgroup controller io.cost holds it back for about a minute. Source
# tests/guest/lib.sh first.

GROUPS_DIR=$WORK/cgroup
DISK=/dev/rbull0

make_group() {
	mkdir -p "$GROUPS_DIR" && mount -t cgroup2 none "$GROUPS_DIR" &&
		echo +io >"$GROUPS_DIR/cgroup.subtree_control" && mkdir -p "$GROUPS_DIR/slow"
}

remove_group() {
	rmdir "$GROUPS_DIR/slow" && umount "$GROUPS_DIR"
}

# Tell the controller io.cost that the disk writes a page per second, and to allow 1 % of that.
hold_back() {
	local number

	number=$(lsblk -dno MAJ:MIN "$DISK" | xargs)
	echo "$number ctrl=user model=linear rbps=1 rseqiops=1 rrandiops=1 wbps=1 wseqiops=1 wrandiops=1" \
		>"$GROUPS_DIR/io.cost.model" &&
		echo "$number enable=1 ctrl=user rpct=0 wpct=0 min=1 max=1" >"$GROUPS_DIR/io.cost.qos"
}

# This waits until the write that is held back now has ended.
let_go() {
	echo "$(lsblk -dno MAJ:MIN "$DISK" | xargs) enable=0" >"$GROUPS_DIR/io.cost.qos"
}

write_slowly() {
	echo "$BASHPID" >"$GROUPS_DIR/slow/cgroup.procs"
	exec dd if=/dev/zero of="$DISK" bs=4k count=4 oflag=direct status=none
}

# waits PID: the process sleeps in the kernel.
waits() {
	[[ -e /proc/$1 && $(<"/proc/$1/stat") == *') D '* ]]
}

# The writer sleeps in a write. Look twice: the controller may let a write or two pass first.
is_held() {
	waits "$WRITER" && pause 2 && waits "$WRITER"
}

begin_writing() {
	ok "a controller holds back" hold_back || finish
	spawn write_slowly
	WRITER=$!
	ok "a write is held back" wait_for 60 is_held
}
