#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl resize --fs resizes a disk with the partition, LUKS and file system on it. Files survive, tables and file
# systems are sound, and impossible requests are refused before anything is changed.
# Not in UML: it tests the tool.
# Newest kernel: it tests the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

NODE=/dev/rbull0
MNT=$WORK/mnt
mkdir "$MNT"

# begin SIZE: make an empty disk of that size
begin() {
	rbullctl rm --all
	ctl "a disk of $1" add --size "$1" --index 0
}

# filled DEVICE: mount it and copy a file there
filled() {
	ok "$1: mount" mount "$1" "$MNT"
	cp /bin/bash "$MNT/file"
}

# whole DESCRIPTION: the file is intact; unmount
whole() {
	ok "$1: the file is whole" cmp /bin/bash "$MNT/file"
	umount "$MNT"
	settle
}

# space MOUNTED: print the size of the file system in MiB
space() {
	echo $(($(stat -f -c '%b * %S' "$1") >> 20))
}

size_is() {
	is "$(blockdev --getsize64 "$1")" $(($2 << 20)) "$3: $1 has $2 MiB"
}

# resized DESCRIPTION SIZE: resizing must succeed; what the tools print does not matter
resized() {
	ok "$1: resize to $2" rbullctl resize --fs rbull0 "$2"
	settle
}

bare() {
	begin 64M
	mkfs.ext4 -q $NODE
	settle
	filled $NODE
	resized "ext4, mounted" 128M
	between "$(space "$MNT")" 90 128 "ext4, mounted: it has grown"
	refused "ext4, mounted: smaller" "$BUSY" "ext4 is made smaller only while it is not mounted: unmount it from $MNT first" resize --fs rbull0 64M
	size_is $NODE 128 "ext4, mounted: it is as it was"
	whole "ext4, mounted"
	resized "ext4" 160M
	resized "ext4" 48M
	size_is $NODE 48 "ext4"
	ok "ext4: fsck" e2fsck -fn $NODE
	ok "ext4: mount" mount $NODE "$MNT"
	whole "ext4"
	begin 160M
	mkfs.btrfs -q -f $NODE
	settle
	filled $NODE
	resized "btrfs, mounted" 320M
	is "$(space "$MNT")" 320 "btrfs, mounted: it has grown"
	resized "btrfs, mounted" 288M
	is "$(space "$MNT")" 288 "btrfs, mounted: it has shrunk"
	refused "btrfs: too small" "$FAILED" "the kernel does not make btrfs smaller than 256M" resize --fs rbull0 200M
	size_is $NODE 288 "btrfs: it is as it was"
	whole "btrfs, mounted"
	resized "btrfs" 320M
	ok "btrfs: check" btrfs check $NODE
	ok "btrfs: mount" mount $NODE "$MNT"
	is "$(space "$MNT")" 320 "btrfs: it has grown"
	whole "btrfs"
}

partitioned() {
	local label

	for label in gpt dos; do
		begin 64M
		ok "$label: partitions" sfdisk -q $NODE <<<"label: $label"$'\n,16M\n,'
		settle
		mkfs.ext4 -q ${NODE}p2
		settle
		filled ${NODE}p2
		resized "$label, mounted" 128M
		between "$(($(blockdev --getsize64 ${NODE}p2) >> 20))" 110 111 "$label: the partition has grown"
		between "$(space "$MNT")" 75 111 "$label: the file system, too"
		whole "$label, mounted"
		ok "$label: sfdisk finds no fault" sfdisk --verify $NODE
		unlike "$OUT" "PMBR|backup|corrupt" "$label: nor with the spare table"
		resized "$label" 56M
		size_is $NODE 56 "$label"
		ok "$label: sfdisk finds no fault again" sfdisk --verify $NODE
		unlike "$OUT" "PMBR|backup|corrupt" "$label: nor with the spare table again"
		like "$(sfdisk --dump $NODE)" "label: $label" "$label: the table has the same type"
		ok "$label: partitions are read again" blockdev --rereadpt $NODE
		settle
		between "$(($(blockdev --getsize64 ${NODE}p2) >> 20))" 38 39 "$label: the partition is there, smaller"
		is "$(($(blockdev --getsize64 ${NODE}p1) >> 20))" 16 "$label: the first one is as it was"
		ok "$label: fsck" e2fsck -fn ${NODE}p2
		ok "$label: mount" mount ${NODE}p2 "$MNT"
		whole "$label"
		refused "$label: nothing would be left" "$FAILED" "starts at [0-9]+ bytes: a disk of 8388608 bytes has no space for it" resize --fs rbull0 8M
		size_is $NODE 56 "$label: it is as it was"
	done
	begin 320M
	ok "xfs: a partition" sfdisk -q $NODE <<<$'label: gpt\n,'
	settle
	mkfs.xfs -q ${NODE}p1
	settle
	resized "xfs" 400M
	filled ${NODE}p1
	between "$(space "$MNT")" 320 399 "xfs: it has grown, unmounted"
	resized "xfs, mounted" 480M
	between "$(space "$MNT")" 400 479 "xfs, mounted: it has grown"
	refused "xfs: smaller" "$FAILED" "xfs cannot be made smaller" resize --fs rbull0 400M
	size_is $NODE 480 "xfs: it is as it was"
	whole "xfs"
}

# The same step by step, with the tools that growpart calls, while the file system is mounted.
by_hand() {
	begin 64M
	ok "by hand: a partition" sfdisk -q $NODE <<<$'label: gpt\n,'
	settle
	mkfs.ext4 -q ${NODE}p1
	settle
	filled ${NODE}p1
	ok "by hand: resize" rbullctl resize rbull0 128M
	is "$OUT" "rbullctl: the backup partition table (GPT) of rbull0 is not at its end any more: 'sfdisk --relocate gpt-bak-std $NODE' moves it"$'\n' \
		"by hand: says what to do"
	ok "by hand: that moves it" sfdisk --no-reread --no-tell-kernel --relocate gpt-bak-std $NODE
	ok "by hand: the partition" sfdisk -q --no-reread --no-tell-kernel --force -N 1 $NODE <<<', +'
	ok "by hand: the kernel is told" partx --update $NODE
	settle
	between "$(($(blockdev --getsize64 ${NODE}p1) >> 20))" 125 127 "by hand: the partition has grown"
	ok "by hand: the file system" resize2fs ${NODE}p1
	between "$(space "$MNT")" 90 127 "by hand: it has grown, too"
	ok "by hand: sfdisk finds no fault" sfdisk --verify $NODE
	unlike "$OUT" "PMBR|backup|corrupt" "by hand: nor with the spare table"
	whole "by hand"
}

stacked() {
	begin 96M
	ok "luks: a partition" sfdisk -q $NODE <<<$'label: gpt\n,'
	settle
	ok "luks: format" sh -c "echo -n secret | cryptsetup -q luksFormat --pbkdf pbkdf2 --pbkdf-force-iterations 1000 ${NODE}p1 -"
	settle
	refused "luks: not open" "$FAILED" "has LUKS on it that is not open: open it first" resize --fs rbull0 128M
	size_is $NODE 96 "luks: it is as it was"
	ok "luks: open" sh -c "echo -n secret | cryptsetup open ${NODE}p1 opened -d -"
	settle
	mkfs.ext4 -q /dev/mapper/opened
	settle
	filled /dev/mapper/opened
	ok "luks: resize" sh -c "echo -n secret | rbullctl resize --fs rbull0 160M"
	settle
	between "$(space "$MNT")" 100 143 "luks: the file system has grown"
	whole "luks"
	ok "luks: smaller" sh -c "echo -n secret | rbullctl resize --fs rbull0 112M"
	settle
	ok "luks: fsck" e2fsck -fn /dev/mapper/opened
	cryptsetup close opened
	settle
	ok "luks: sfdisk finds no fault" sfdisk --verify $NODE
	unlike "$OUT" "PMBR|backup|corrupt" "luks: nor with the spare table"
	ok "luks: partitions are read again" blockdev --rereadpt $NODE
	settle
	ok "luks: open again" sh -c "echo -n secret | cryptsetup open ${NODE}p1 opened -d -"
	ok "luks: mount" mount /dev/mapper/opened "$MNT"
	whole "luks, smaller"
	cryptsetup close opened
	settle
}

# A physical volume of LVM is resized with the disk.
lvm() {
	command -v pvcreate >/dev/null || { skip "lvm" "lvm2 is not in this root"; return; }
	begin 96M
	ok "luks, large sectors: format" sh -c "echo -n secret | cryptsetup -q luksFormat --type luks2 --sector-size 4096 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 $NODE -"
	settle
	ok "luks, large sectors: open" sh -c "echo -n secret | cryptsetup open $NODE opened -d -"
	settle
	mkfs.ext4 -q /dev/mapper/opened
	settle
	refused "luks, large sectors: larger by a part of one" "$FAILED" "$NODE: the LUKS on it has sectors of 4096 bytes: the size may change by multiples of this, not by 33554944 bytes" \
		resize --fs rbull0 $(((128 << 20) + 512))
	refused "luks, large sectors: smaller by a part of one" "$FAILED" "may change by multiples of this, not by 512 bytes" resize --fs rbull0 -512
	size_is $NODE 96 "luks, large sectors: it is as it was"
	ok "luks, large sectors: resize" sh -c "echo -n secret | rbullctl resize --fs rbull0 $(((128 << 20) + 4096))"
	cryptsetup close opened
	settle
	begin 96M
	ok "lvm: a physical volume" pvcreate -q $NODE
	settle
	resized "lvm" 160M
	is "$(pvs --noheadings --nosuffix --units m -o pv_size $NODE | xargs)" 160.00 "lvm: it has grown"
	resized "lvm" 128M
	is "$(pvs --noheadings --nosuffix --units m -o pv_size $NODE | xargs)" 128.00 "lvm: it has shrunk"
}

others() {
	begin 64M
	mkswap $NODE >/dev/null
	settle
	refused "swap" "$FAILED" "has swap on it, which --fs cannot resize" resize --fs rbull0 128M
	size_is $NODE 64 "swap: it is as it was"
	begin 64M
	ctl "nothing on it" resize --fs rbull0 128M
	ctl "nothing on it, smaller" resize --fs rbull0 32M
	exec {held}<$NODE
	spawn sh -c "exec 9<>$NODE; exec sleep 60"
	pause 0.3
	refused "nothing known on it, and another process has it open" "$BUSY" "open by process" resize --fs rbull0 16M
	exec {held}<&-
	kill "${SPAWNED[-1]}"
	wait "${SPAWNED[-1]}" 2>/dev/null
}

# Whoever uses what is on the disk otherwise than the file system does that is mounted.
used() {
	begin 64M
	ok "loop: a partition" sfdisk -q $NODE <<<$'label: gpt\n,'
	settle
	mkfs.ext4 -q ${NODE}p1
	settle
	modprobe loop
	ok "loop: a device" losetup /dev/loop0 ${NODE}p1
	filled /dev/loop0
	refused "loop: larger" "$BUSY" "backing device of /dev/loop0: ext4 is not resized while it is in use: stop using it first" resize --fs rbull0 128M
	refused "loop: smaller" "$BUSY" "backing device of /dev/loop0: ext4 is not resized while it is in use: stop using it first" resize --fs --force rbull0 56M
	size_is $NODE 64 "loop: it is as it was"
	whole "loop"
	losetup -d /dev/loop0
	settle
	ok "hidden: mount" mount ${NODE}p1 "$MNT"
	mount -t tmpfs none "$MNT"
	refused "hidden" "$BUSY" "${NODE}p1 is mounted where another mount hides it" resize --fs rbull0 128M
	umount "$MNT"
	ok "hidden: it is not any more" rbullctl resize --fs rbull0 128M
	between "$(space "$MNT")" 75 127 "hidden: the file system has grown"
	whole "hidden"
	begin 64M
	ok "unknown: a partition" sfdisk -q $NODE <<<$'label: gpt\n,'
	settle
	ok "unknown: device mapper" dmsetup create held --table "0 100000 linear ${NODE}p1 0"
	settle
	refused "unknown: smaller" "$BUSY" "part of /dev/mapper/held: a disk is not resized while it is in use" resize --fs rbull0 32M
	size_is $NODE 64 "unknown: it is as it was"
	resized "unknown: larger" 80M
	dmsetup remove held
	settle
	resized "unknown: smaller, unused" 32M
}

# A file system that is mounted by the name of one of its devices.
several() {
	local index

	begin 160M
	ctl "several: another disk" add --size 160M --index 1
	mkfs.btrfs -q -f $NODE /dev/rbull1
	settle
	ok "several: mount" mount $NODE "$MNT"
	for index in 0 1; do
		refused "several: rbull$index smaller" "$BUSY" "rbull$index is in use: .*a disk in use is not made smaller" resize rbull$index 80M
	done
	umount "$MNT"
	settle
	ctl "several: unmounted" resize rbull1 80M
}

# What sfdisk would make another table of, or none.
tables() {
	begin 64M
	ok "gpt elsewhere: partition" sgdisk -j 1024 -n 1:4096:0 $NODE
	settle
	refused "gpt elsewhere" "$FAILED" "its GPT has 128 entries of 128 bytes from block 1024" resize --fs rbull0 128M
	begin 64M
	ok "hybrid: partition" sgdisk -n 1:4096:0 -h 1:EE $NODE
	settle
	refused "hybrid" "$FAILED" "besides its GPT it has an MBR with partitions" resize --fs rbull0 128M
	begin 64M
	ok "extended: partitions" sfdisk -q $NODE <<<$'label: dos\n,16M\n,,E'
	settle
	refused "extended" "$FAILED" "rbull0p2 is an extended partition" resize --fs rbull0 48M
	size_is $NODE 64 "extended: it is as it was"
	begin 1T
	ok "2 TiB: a partition" sfdisk -q $NODE <<<$'label: dos\n,'
	settle
	refused "2 TiB" "$FAILED" "its partition table .dos. is limited to 2199023255040 bytes" resize --fs rbull0 3T
	size_is $NODE $((1 << 20)) "2 TiB: it is as it was"
}

# One run at a time, which comes to its end whatever came between.
runs() {
	begin 64M
	mkfs.ext4 -q $NODE
	settle
	refused "half a block" "$FAILED" "disk_size=33554433: allowed are multiples of 512" resize --fs rbull0 33554433
	ok "half a block: the file system is as it was" sh -c "e2fsck -fn $NODE && dumpe2fs -h $NODE | grep -x 'Block count: *65536'"
	mkdir "$WORK/dev"
	cp -a /dev/null /dev/rbull-control "$WORK/dev/"
	fails "no node" unshare --mount sh -c "mount --bind $WORK/dev /dev && exec rbullctl resize --fs rbull0 32M"
	like "$OUT" "$NODE: No such file or directory" "no node: it says so"
	ok "read-only" blockdev --setro $NODE
	refused "read-only" "$FAILED" "$NODE is read-only: what is on it cannot be resized" resize --fs rbull0 128M
	ok "writable" blockdev --setrw $NODE
	filled $NODE
	ctl "a run that got no further" resize rbull0 128M
	between "$(space "$MNT")" 40 64 "a run that got no further: the file system is as it was"
	resized "the same once more" 128M
	between "$(space "$MNT")" 90 128 "the same once more: the file system has grown"
	spawn flock /run/rbull/resize.rbull0.lock sleep 4
	pause 0.3
	ok "two at once" rbullctl resize --fs rbull0 160M
	like "$OUT" "rbull0: waiting for another rbullctl, which resizes it" "two at once: it says so"
	wait "${SPAWNED[-1]}"
	mkdir "$WORK/slow"
	printf '#!/bin/sh\nsleep 2\nPATH=%s exec resize2fs "$@"\n' "$PATH" >"$WORK/slow/resize2fs"
	chmod 755 "$WORK/slow/resize2fs"
	spawn env PATH="$WORK/slow:$PATH" setsid rbullctl resize --fs rbull0 192M
	pause 1
	kill -INT -- "-${SPAWNED[-1]}"
	ok "interrupted: it comes to its end" wait_for 30 size_of_file_system 129 192
	whole "interrupted"
}

# size_of_file_system LEAST MOST: MiB
size_of_file_system() {
	(($(space "$MNT") >= $1 && $(space "$MNT") <= $2))
}

load nr_disks=0
bare
partitioned
by_hand
stacked
lvm
used
several
tables
runs
others
rbullctl rm --all

finish
