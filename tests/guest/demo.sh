#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A demonstration of /dev/rbull0 with explanations. Runs in a guest: see `make demo`.
# It prints each command and then runs it. The first command that fails ends the demo with an error.
# shellcheck disable=SC2016 # commands are shown unexpanded, as a person would type them
set -u -o pipefail

STATS=/sys/block/rbull0/rbull/stats
SUMS=/tmp/share.sha256

if [ "${COLOR:-0}" = 1 ]; then
	BOLD=$'\e[1m' GREEN=$'\e[1;32m' RED=$'\e[1;31m' PLAIN=$'\e[0m'
else
	BOLD='' GREEN='' RED='' PLAIN=''
fi

tell() {
	printf '\n%s\n' "$*"
}

give_up() {
	printf '%s\n' "${RED}The demo failed: $*$PLAIN"
	exit 1
}

# run COMMAND-LINE: one argument, shown as a person would type it.
run() {
	printf '%s\n' "$BOLD# $1$PLAIN"
	eval "$1" || give_up "$1"
}

ram_kib() {
	awk '$1 == "mem_bytes" { print int($2 / 1024); found = 1 } END { exit !found }' "$STATS"
}

demo_disk() {
	tell "The module makes a disk of 512 MiB, which takes no RAM until something is written."
	run 'modprobe rbull disk_mb=512'
	run 'lsblk /dev/rbull0'
	run "grep mem_bytes $STATS"
	tell "Make a GPT with two partitions; the kernel and udev see them at once."
	run 'sgdisk --new=1:0:+320M --new=2:0:0 --typecode=2:0700 /dev/rbull0'
	run 'udevadm settle'
	run 'lsblk /dev/rbull0'
}

demo_file_systems() {
	tell "Make a file system on each partition."
	run 'mkfs.ext4 -q /dev/rbull0p1'
	run 'mkfs.vfat /dev/rbull0p2'
	run 'mkdir -p /mnt/linux /mnt/dos'
	run 'mount /dev/rbull0p1 /mnt/linux'
	run 'mount /dev/rbull0p2 /mnt/dos'
	run 'df -hT /mnt/linux /mnt/dos'
}

demo_files() {
	local kib

	tell "Copy a real tree to the disk: /usr/share of this system. Compute its checksums first."
	run 'du -sh /usr/share'
	run "(cd /usr/share && find . -type f -exec sha256sum {} +) >$SUMS"
	run 'cp -a /usr/share /mnt/linux/'
	run 'cp -r "/lib/modules/$(uname -r)/kernel/fs" /mnt/dos/'
	kib=$(du -sk /mnt/linux/share | cut -f1)
	[ "$kib" -ge $((50 * 1024)) ] || give_up "only $kib KiB were copied, not 50 MiB"
	tell "Write everything to the disk and drop all caches, so that the data to compare is read from rbull."
	run 'sync'
	run 'echo 3 >/proc/sys/vm/drop_caches'
	run "(cd /mnt/linux/share && sha256sum --quiet -c $SUMS) && wc -l <$SUMS"
	run 'diff -r "/lib/modules/$(uname -r)/kernel/fs" /mnt/dos/fs && echo the same'
}

demo_fio() {
	tell "fio writes 64 MiB in random order, 32 requests in flight, and verifies every block."
	run 'fio --name=verify --filename=/mnt/linux/fio --size=64M --bs=4k --rw=randwrite \
      --direct=1 --ioengine=libaio --iodepth=32 --verify=crc32c --verify_fatal=1 |
      grep -E "read:|write:|err="'
	run 'rm /mnt/linux/fio'
}

demo_check() {
	tell "Unmount and check both file systems: they must not have errors."
	run 'umount /mnt/linux /mnt/dos'
	run 'e2fsck -f -n /dev/rbull0p1'
	run 'fsck.vfat -n /dev/rbull0p2'
}

demo_discard() {
	local before after

	tell "Written data takes RAM; a discard gives the RAM back."
	before=$(ram_kib) || give_up "no mem_bytes in $STATS"
	run 'free -m'
	run 'blkdiscard --force /dev/rbull0'
	run 'free -m'
	after=$(ram_kib) || give_up "no mem_bytes in $STATS"
	echo "RAM in use by /dev/rbull0: $before KiB before, $after KiB after"
	# Not 0: after the discard udev probes the disk, so a little memory may be in use.
	if [ "$before" -lt $((50 * 1024)) ] || [ "$after" -gt 1024 ]; then
		give_up "the RAM was not given back"
	fi
}

demo_end() {
	tell "The disk has counted all of these operations."
	run "cat $STATS"
	tell "Unload the module: the disk disappears."
	run 'udevadm settle'
	run 'rmmod rbull'
	run 'test ! -e /dev/rbull0 && echo no /dev/rbull0 any more'
}

printf '%s\n' "${BOLD}rbull on Linux $(uname -r): a disk in RAM$PLAIN"
demo_disk
demo_file_systems
demo_files
demo_fio
demo_check
demo_discard
demo_end
printf '\n%s\n' "${GREEN}The demo has succeeded.$PLAIN"
