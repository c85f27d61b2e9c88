#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# LVM, md, LUKS, btrfs and udisks use rbull disks like any others. Each is made on two disks and written to. The disks
# are saved, removed and loaded. Then it must be there again, assembled by udev where udev does that for other disks,
# with its data.
# Not in UML: no netlink there, so no udev.
# Newest kernel: its suite has the tools.
# Functions are called through ok.
# shellcheck disable=SC2317
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

# disks_made NAME [SIZE]: make two disks NAME-1 and NAME-2, /dev/rbull0 and /dev/rbull1
disks_made() {
	ctl "$1: a disk" add --size "${2-64M}" --name "$1-1"
	ctl "$1: another" add --size "${2-64M}" --name "$1-2"
	settle
}

# Save both, remove them, load them again.
disks_reloaded() {
	local n

	settle
	for n in 1 2; do
		ctl "$1: save disk $n" save "$1-$n" "$WORK/$1-$n.img"
	done
	ctl "$1: nobody holds them, so they go" rm --all
	for n in 1 2; do
		ctl "$1: load disk $n" load "$WORK/$1-$n.img" --name "$1-$n"
	done
	rm "$WORK/$1"-*
	settle
}

disks_gone() {
	settle
	ctl "$1: remove them" rm --all
}

# filled NAME DEVICE: make a file system with files there
filled() {
	ok "$1: a file system" mkfs.ext4 -q -F "$2"
	ok "$1: mounted" mount "$2" "$WORK/mnt"
	make_tree "$WORK/mnt"
	ok "$1: unmounted" umount "$WORK/mnt"
}

# intact NAME SOURCE: mount it and check its files
intact() {
	ok "$1: it can be mounted" mount "$2" "$WORK/mnt"
	ok "$1: and has all files" tree_intact "$WORK/mnt"
	ok "$1: unmount" umount "$WORK/mnt"
}

try_lvm() {
	disks_made lvm
	ok "lvm: physical volumes" pvcreate -q /dev/rbull0 /dev/rbull1
	ok "lvm: a group" vgcreate -q rbulltest /dev/rbull0 /dev/rbull1
	ok "lvm: a volume on both" lvcreate -q -y -i 2 -L 96M -n volume rbulltest
	filled lvm /dev/rbulltest/volume
	ok "lvm: switched off" vgchange -q -an rbulltest
	disks_reloaded lvm
	ok "lvm: udev has switched it on" wait_for 20 test -e /dev/rbulltest/volume
	intact lvm /dev/rbulltest/volume
	ok "lvm: the group goes" vgremove -q -ff rbulltest
	disks_gone lvm
}

md_array() {
	readlink -f /dev/disk/by-id/md-name-*rbulltest*
}

md_is_there() {
	[[ -b $(md_array) ]]
}

try_md() {
	disks_made md
	ok "md: an array" mdadm --create rbulltest --run --quiet --level=1 --raid-devices=2 --homehost=any /dev/rbull0 /dev/rbull1
	wait_for 10 md_is_there
	filled md "$(md_array)"
	ok "md: in step" mdadm --wait-clean "$(md_array)"
	ok "md: stopped" mdadm --stop --quiet "$(md_array)"
	disks_reloaded md
	ok "md: udev has assembled it" wait_for 20 md_is_there
	is "$(cat "/sys/block/$(basename "$(md_array)")/md/degraded")" 0 "md: with both"
	intact md "$(md_array)"
	ok "md: stop it" mdadm --stop --quiet "$(md_array)"
	disks_gone md
}

luks_open() {
	cryptsetup open --key-file "$WORK/key" "/dev/disk/by-uuid/$1" rbulltest
}

try_luks() {
	local uuid=22222222-3333-4444-5555-666666666666

	disks_made luks
	echo secret >"$WORK/key"
	ok "luks: format" cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
		--uuid $uuid /dev/rbull0 "$WORK/key"
	settle
	ok "luks: open by its UUID" luks_open $uuid
	filled luks /dev/mapper/rbulltest
	ok "luks: close" cryptsetup close rbulltest
	disks_reloaded luks
	ok "luks: open again" luks_open $uuid
	intact luks /dev/mapper/rbulltest
	ok "luks: close again" cryptsetup close rbulltest
	disks_gone luks
}

try_btrfs() {
	# On other systems the node through which udev reports disks to btrfs exists before the module is loaded.
	modprobe btrfs
	disks_made btrfs 128M
	ok "btrfs: a file system on both" mkfs.btrfs -q -L rbulltest -d raid1 -m raid1 /dev/rbull0 /dev/rbull1
	settle
	ok "btrfs: mount" mount LABEL=rbulltest "$WORK/mnt"
	make_tree "$WORK/mnt"
	ok "btrfs: unmount" umount "$WORK/mnt"
	disks_reloaded btrfs
	intact btrfs LABEL=rbulltest
	disks_gone btrfs
}

on_bus() {
	dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
		"string:$1" | grep -q 'boolean true'
}

udisks_mount() {
	udisksctl mount --no-user-interaction -b "/dev/disk/by-label/$1"
}

try_udisks() {
	local target

	mkdir -p /run/dbus
	spawn dbus-daemon --system --nofork --nopidfile
	wait_for 10 test -S /run/dbus/system_bus_socket
	disks_made udisks
	ok "udisks: a file system" mkfs.ext4 -q -L rbulltest /dev/rbull0
	spawn /usr/libexec/udisks2/udisksd --no-debug
	ok "udisks: it runs" wait_for 30 on_bus org.freedesktop.UDisks2
	ok "udisks: it mounts" wait_for 10 udisks_mount rbulltest
	target=$(findmnt -no TARGET /dev/rbull0)
	make_tree "$target"
	ok "udisks: it unmounts" udisksctl unmount --no-user-interaction -b /dev/rbull0
	disks_reloaded udisks
	ok "udisks: it mounts what was loaded" wait_for 10 udisks_mount rbulltest
	ok "udisks: which has all files" tree_intact "$(findmnt -no TARGET /dev/rbull0)"
	ok "udisks: it unmounts that" udisksctl unmount --no-user-interaction -b /dev/rbull0
	disks_gone udisks
}

mkdir "$WORK/mnt"
load nr_disks=0
[[ -e /run/udev/control ]] || { skip "disks used by others" "udev does not run"; finish; }
# Only the root of the newest kernel's suite has all of them.
for tool in pvcreate mdadm udisksctl; do
	command -v $tool >/dev/null || { skip "disks used by others" "$tool is not in this root"; finish; }
done
try_lvm
try_md
try_luks
try_btrfs
try_udisks
finish
