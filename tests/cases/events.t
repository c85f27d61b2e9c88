#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Uevents: add and remove of disk and partition; device nodes appear and
# disappear with them.
# Not in UML: no netlink there, so no udev.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

MONITOR=$WORK/spawned

# seen SOURCE ACTION NAME: udevadm monitor has printed this event
seen() {
	grep -qE "^$1 *\[[0-9.]+\] $2 .*/block/rbull0(/rbull0p1)?/?.*$3 \(block\)|^$1 *\[[0-9.]+\] $2 .*/$3 \(block\)" "$MONITOR"
}

listening() {
	grep -q "KERNEL - the kernel uevent" "$MONITOR"
}

unload
spawn udevadm monitor --kernel --udev --subsystem-match=block
wait_for 10 listening
sources=KERNEL
if [[ -e /run/udev/control ]]; then
	sources="KERNEL UDEV"
else
	skip "events of udev" "udev does not run"
fi

load disk_mb=32
for source in $sources; do
	ok "$source: add of the disk" wait_for 10 seen "$source" add rbull0
done
ok "the node is there" test -b /dev/rbull0
sfdisk -q /dev/rbull0 <<<'2048,4096,83'
settle
for source in $sources; do
	ok "$source: add of the partition" wait_for 10 seen "$source" add rbull0p1
done
ok "its node is there" test -b /dev/rbull0p1
ok "sfdisk --delete" sfdisk -q --delete /dev/rbull0 1
settle
for source in $sources; do
	ok "$source: remove of the partition" wait_for 10 seen "$source" remove rbull0p1
done
ok "its node is gone" wait_for 10 test ! -e /dev/rbull0p1
ok "unload" unload
for source in $sources; do
	ok "$source: remove of the disk" wait_for 10 seen "$source" remove rbull0
done
ok "the node is gone" wait_for 10 test ! -e /dev/rbull0

finish
