#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Holders of a disk: messages name them, whatever kind of holder and mount namespace, and their data is saved. A disk
# is ready for the next command as soon as the command that made it has ended.
# Not in UML: it tests the tool.
# Newest kernel: it tests the tools.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

MNT=$WORK/mnt
NODE=/dev/rbull0
mkdir "$MNT"

# held DESCRIPTION HOLDER: shrinking and removing the disk must fail, and the message must name HOLDER.
held() {
	refused "$1: shrink" "$BUSY" "rbull0 is in use: .*$2.*; or use --force" resize rbull0 32M
	refused "$1: shrink by set" "$BUSY" "rbull0 is in use: .*$2" set rbull0 size=-8M
	refused "$1: remove" "$BUSY" "$2" rm rbull0
	is "$(blockdev --getsize64 $NODE)" $((64 << 20)) "$1: nothing has changed"
}

# The process of a mount namespace that is found first is in a chroot, and sees none of the mounts.
chrooted() {
	local pid

	mkfs.ext4 -q $NODE
	settle
	mkdir "$WORK/root"
	cp "$(command -v busybox)" "$WORK/root/busybox"
	spawn unshare --mount --propagation private sh -c \
		"mount $NODE $MNT; (touch $WORK/ready; while [ -e $WORK/ready ]; do sleep 0.2; done) & exec busybox chroot $WORK/root /busybox sleep 100"
	pid=$!
	ok "chroot: mounted" wait_for 20 test -e "$WORK/ready"
	ok "chroot: the first process is in it" wait_for 10 test -e "/proc/$pid/root/busybox"
	held "chroot" "mounted on $MNT in the mount namespace of process"
	rm "$WORK/ready"
	kill "$pid"
	wait "$pid" 2>/dev/null
	ok "chroot: its end" wait_for 10 rbullctl resize rbull0 32M
	ctl "chroot: back" resize rbull0 64M
}

file_systems() {
	ok "mkfs" mkfs.ext4 -q $NODE
	settle
	mount $NODE "$MNT"
	held "mounted" "mounted on $MNT"
	ctl "grow: it is in use" resize rbull0 80M
	ctl "shrink by force" resize --force rbull0 64M
	umount "$MNT"
	settle
	ctl "shrink: nobody has it" resize rbull0 32M
	ctl "back" resize rbull0 64M
}

kernel() {
	ok "mkswap" mkswap $NODE
	settle
	ok "swapon" swapon $NODE
	held "swap" "swap on $NODE"
	swapoff $NODE
	settle
	modprobe loop
	ok "a loop device" losetup /dev/loop0 $NODE
	held "loop" "backing device of /dev/loop0"
	losetup -d /dev/loop0
	settle
	ok "device mapper" dmsetup create held --table "0 131072 linear $NODE 0"
	settle
	held "device mapper" "part of /dev/mapper/held"
	mkfs.ext4 -q /dev/mapper/held
	mount /dev/mapper/held "$MNT"
	held "mounted through it" "mounted on $MNT through /dev/mapper/held"
	ok "a file" cp /bin/bash "$MNT/bash"
	ctl "save what is under it" save --quiet rbull0 "$WORK/dm.img"
	umount "$MNT"
	dmsetup remove held
	settle
	mount -o loop "$WORK/dm.img" "$MNT"
	ok "the file is in the image" cmp /bin/bash "$MNT/bash"
	umount "$MNT"
	settle
}

# Mounted in another mount namespace, which the mountinfo of other processes does not show.
namespaces() {
	local pid

	mkfs.ext4 -q $NODE
	settle
	spawn unshare --mount --propagation private sh -c \
		"mount $NODE $MNT && cp /bin/bash $MNT/bash && touch $WORK/ready && while [ -e $WORK/ready ]; do sleep 0.2; done"
	pid=$!
	ok "namespace: mounted in another one" wait_for 20 test -e "$WORK/ready"
	fails "namespace: and not in this" mountpoint -q "$MNT"
	held "namespace" "mounted on $MNT in the mount namespace of process [0-9]+ \((sh|sleep)\)"
	ctl "namespace: save" save --quiet rbull0 "$WORK/ns.img"
	mount -o loop "$WORK/ns.img" "$MNT"
	ok "namespace: what was written there is in the image" cmp /bin/bash "$MNT/bash"
	umount "$MNT"
	rm "$WORK/ready"
	wait "$pid"
	settle
}

one_line() {
	local pid

	# While udev probes the disk, ro=1 is tried again: let it be done with what the last user left behind.
	[[ -n $LOCK ]] || udevadm trigger --settle --name-match=$NODE
	settle
	spawn sh -c "exec 9<>$NODE; touch $WORK/ready; exec sleep 60"
	pid=$!
	wait_for 10 test -e "$WORK/ready"
	klog_mark
	refused "ro" "$BUSY" "open by process $pid \(sleep\)" set rbull0 ro=1
	is "$(grep -o 'open by process' <<<"$OUT" | wc -l)" 1 "ro: who has it is said once"
	klog_since
	is "$(grep -c 'ro=1' <<<"$KLOG")" 1 "ro: one line in the kernel log"
	(pause 0.4 && kill "$pid") &
	ctl "ro: when it is closed in a moment" set rbull0 ro=1
	ctl "ro: back" set rbull0 ro=0
	wait "$pid" 2>/dev/null
	settle
}

tables() {
	ok "gpt" sfdisk -q $NODE <<<$'label: gpt\n,8M\n'
	settle
	ok "gpt: grow" rbullctl resize rbull0 80M
	like "$OUT" "backup partition table .GPT. of rbull0 is not at its end any more" "gpt: rbullctl warns"
	ok "gpt: move the spare table" sfdisk --relocate gpt-bak-std $NODE
	settle
	ok "gpt: shrink" rbullctl resize rbull0 64M
	like "$OUT" "backup partition table .GPT. at the end of rbull0 is cut off" "gpt: rbullctl warns again"
	ok "gpt: write a new spare table" sfdisk --relocate gpt-bak-std $NODE
	settle
	ctl "gpt: the same size, and nothing to say" resize rbull0 64M
	wipefs -qa $NODE
	settle
}

# udev's links exist when the command has ended.
links() {
	local n missing=0

	for ((n = 0; n < 20; n++)); do
		rbullctl add --size 8M --name "link$n" --index 50 >/dev/null || break
		[[ -b /dev/disk/by-id/rbull-link$n ]] || missing=$((missing + 1))
		rbullctl rm 50 || break
	done
	is "$n $missing" "20 0" "add: each of 20 disks had its link, and could be removed at once"
	ctl "add: --no-wait" add --size 8M --index 50 --no-wait
	ctl "rm: udev is waited for" rm 50
	ctl "clone: waits, too" clone rbull0 --index 50 --name cloned
	ok "clone: its link" test -b /dev/disk/by-id/rbull-cloned
	ctl "rm: at once" rm cloned
}

# in_container COMMAND...: run it with a /dev of its own, in which no device nodes appear.
in_container() {
	# shellcheck disable=SC2016 # expands in the container
	unshare --mount --propagation private sh -c '
		cp -a /dev/null /dev/zero /dev/rbull-control "$1" && mount --bind "$1" /dev && shift && exec "$@"' \
		sh "$WORK/dev" "$@"
}

containers() {
	local device

	mkdir -p "$WORK/dev"
	ok "container: add" in_container rbullctl add --size 8M --index 60 --name boxed
	device="$(</sys/block/rbull60/dev)"
	like "$OUT" "there is no /dev/rbull60 here, as in a container: 'mknod -m 660 /dev/rbull60 b ${device%:*} ${device#*:}' makes one" \
		"container: says what to do"
	dd if=/bin/bash of=/dev/rbull60 bs=64k count=4 oflag=direct status=none
	ok "container: save" in_container rbullctl save --quiet boxed "$WORK/boxed.img"
	ok "container: it has the data" cmp -n $((256 << 10)) /bin/bash "$WORK/boxed.img"
	fails "container: save, and /tmp cannot be written" \
		in_container sh -c 'mount -t tmpfs -o ro none /tmp && rbullctl save boxed - >/dev/null'
	like "$OUT" "^rbullctl: there is no /dev/rbull4095 here, as in a container, and /tmp/rbullctl[^ ]* cannot be made: Read-only file system"$'\n' \
		"container: says why"
	ok "container: load" in_container rbullctl load --quiet "$WORK/boxed.img" --index 61
	settle
	ok "container: it has the data, too" cmp -n $((256 << 10)) /bin/bash /dev/rbull61
	ctl "container: both go" rm 60 61
}

load disk_mb=64
file_systems
kernel
namespaces
chrooted
one_line
tables
links
containers

finish
