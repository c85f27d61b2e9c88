#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# udev's links to a disk and its partitions: one for each of their identifiers, as for a loop device. The links must
# follow when the contents change.
# Not in UML: no netlink there, so no udev.
# Oldest and newest kernel: udev's rules differ from suite to suite.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

LINKS=/dev/disk
UUID=11111111-2222-3333-4444-555555555555
PARTUUID=aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee

# leads LINK DEVICE, for wait_for
leads() {
	[[ $(readlink -f "$LINKS/$1") == "/dev/$2" ]]
}

# link LINK DEVICE [DESCRIPTION]: the link is there, and udev is done: it watches the device for writers again only
# after it has made the links, and what is written before that is not noticed.
link() {
	ok "${3-$1 leads to $2}" wait_for 10 leads "$@"
	settle
}

gone() {
	[[ ! -L $LINKS/$1 ]]
}

temporary_is_there() {
	[[ -e /sys/block/rbull4095 ]]
}

# A disk with a partition table and identifiers that no other disk has.
partitioned() {
	ctl "a disk to be partitioned" add --size 64M --name table
	ok "partition it" sfdisk -q /dev/rbull0 <<-END
		label: gpt
		size=32M, name="first one", uuid=$PARTUUID
		name=second
	END
	link by-partuuid/$PARTUUID rbull0p1
	link 'by-partlabel/first\x20one' rbull0p1
	link by-partlabel/second rbull0p2
	link by-id/rbull-table-part2 rbull0p2
	ok "ext4 on a partition" mkfs.ext4 -q -L 'on part' -U $UUID /dev/rbull0p1
	link by-uuid/$UUID rbull0p1
	link 'by-label/on\x20part' rbull0p1
	ok "swap on the other" mkswap -L swapped /dev/rbull0p2
	link by-label/swapped rbull0p2
	if [[ -e /sys/block/rbull0/diskseq ]]; then
		link "by-diskseq/$(</sys/block/rbull0/diskseq)" rbull0
	else
		skip "by-diskseq" "this kernel has no diskseq"
	fi
}

whole() {
	ctl "a disk without a table" add --size 64M --name whole
	ok "ext4 on it" mkfs.ext4 -q -L data /dev/rbull1
	link by-label/data rbull1
	is "$(lsblk -dno FSTYPE,LABEL /dev/rbull1 | xargs)" "ext4 data" "lsblk tells what is on it"
	is "$(lsblk -dno MODEL /dev/rbull1 | xargs)" "rbull" "and the model"
	ok "another label" e2label /dev/rbull1 '../a"b'
	link 'by-label/..\x2fa\x22b' rbull1 "what may not be in a path is escaped"
	ok "the link by the old one goes" wait_for 10 gone by-label/data
	ctl "a snapshot" snapshot whole kept
	ok "the third label" e2label /dev/rbull1 third
	link by-label/third rbull1
	ctl "rewound" rewind whole kept
	link 'by-label/..\x2fa\x22b' rbull1 "a label that came back with a snapshot"
}

# Model and serial number, and links by the serial number.
serial() {
	is "$(lsblk -dno SERIAL /dev/rbull1 | xargs)" "" "a disk has no serial number unless it is given one"
	ctl "it is given one" set whole serial=S.1-2_3
	link by-id/rbull_S.1-2_3 rbull1
	is "$(lsblk -dno MODEL,SERIAL /dev/rbull1 | xargs)" "rbull S.1-2_3" "lsblk shows it"
	is "$(info whole SERIAL)" S.1-2_3 "as rbullctl does"
	ctl "it is given another one" set whole serial=1234567
	link by-id/rbull_1234567 rbull1
	ok "the link by the old one goes, too" wait_for 10 gone by-id/rbull_S.1-2_3
	ctl "it is taken away" set whole serial=
	ok "and its link" wait_for 10 gone by-id/rbull_1234567
	refused "one with a blank" "$FAILED" "serial: 'a b' is refused" set whole "serial=a b"
	like "$(dmesg | tail -n 3)" "serial=a b: allowed are at most 63 letters, digits and any of \. _ - \(not \. or - as the first" \
		"the log says what is allowed"
	refused "one that is a path" "$FAILED" "serial: '../a' is refused" set whole serial=../a
	refused "one that is too long" "$USAGE" "serial: '[0-9]{64}' is too long, at most 63 characters are allowed" set whole serial="$(printf '%064d' 1)"
	ctl "the longest" set whole serial="$(printf '%063d' 1)"
	is "$(info whole SERIAL)" "$(printf '%063d' 1)" "it has all of that"
	ctl "a clone" clone whole --name copy
	is "$(info copy SERIAL)" "" "has no serial number by itself"
	ctl "it goes" rm copy
	ctl "a disk that is made with one" add --serial 7 --size 1M
	link by-id/rbull_7 rbull2
}

# While a disk is saved, a temporary disk has the same label. The link must keep leading to the user's disk.
temporary() {
	ok "4 MiB more" "$PROG/pattern" write /dev/rbull0p2 8388608 4194304 1
	settle
	spawn rbullctl save table "$WORK/table.img"
	wait_for 10 temporary_is_there || fail "saving has begun"
	kill -STOP $!
	settle
	is "$(udevadm info -q property /dev/rbull4095 | grep -c ^ID_)" 0 "udev does not look at a temporary disk"
	is "$(udevadm info -q symlink /dev/rbull4095)" "" "it has no links"
	kill -CONT $!
	ok "it is saved" wait $!
	leads 'by-label/on\x20part' rbull0p1
	is "$?" 0 "the label leads to the disk that was saved"
}

reloaded() {
	ctl "both are removed" rm --all
	ok "no link is left" wait_for 10 gone by-uuid/$UUID
	ctl "the partitioned one is loaded" load "$WORK/table.img"
	link by-uuid/$UUID rbull0p1
	link by-partlabel/second rbull0p2
}

load nr_disks=0
[[ -e /run/udev/control ]] || { skip "links" "udev does not run"; finish; }
partitioned
whole
serial
temporary
reloaded
finish
