#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tools list the disk: lsblk, fdisk -l, /proc/partitions.
# Oldest kernel and UML: what the tools read is the same on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load disk_mb=64
is "$(lsblk -dnrb -o NAME,SIZE,TYPE,RO /dev/rbull0)" "rbull0 67108864 disk 0" "lsblk"
like "$(lsblk -nr)" "rbull0 [0-9:]+ 0 64M 0 disk" "lsblk of all disks"
ok "fdisk -l" fdisk -l /dev/rbull0
like "$OUT" "Disk /dev/rbull0: 64 MiB, 67108864 bytes, 131072 sectors" "fdisk -l tells the size"
like "$OUT" "Sector size \(logical/physical\): 512 bytes / 4096 bytes" "fdisk -l tells the block sizes"
like "$(</proc/partitions)" "65536 rbull0" "/proc/partitions"
is "$(</sys/block/rbull0/size)" 131072 "size in sysfs"
is "$(</sys/block/rbull0/removable)" 0 "not removable"
is "$(</sys/block/rbull0/ro)" 0 "not read-only"
is "$(stat -c %F /dev/rbull0)" "block special file" "a block device"
like "$(</sys/class/block/rbull0/uevent)" "DEVNAME=rbull0" "uevent in sysfs"
like "$(</sys/class/block/rbull0/uevent)" "DEVTYPE=disk" "a whole disk"
# parted fails without a partition table, but prints the disk.
capture parted -sm /dev/rbull0 unit B print
like "$OUT" "/dev/rbull0:67108864B:" "parted tells the size"

finish
