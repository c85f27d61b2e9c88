#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# boot-LAYER: install rbull-dkms on a machine of that suite, and use it as a user does.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/packages/card.sh
. "$TOP/tests/packages/card.sh"

# The tools are built on bookworm; older suites have too old a C library for them.
TOOLS=yes
[ "$1" != bullseye ] || TOOLS=

installed() {
	local kernel=$1 said

	ok "apt installs rbull-dkms" install "rbull-dkms_${VERSION}_all.deb"
	said=$OUT
	[ -z "$TOOLS" ] ||
		ok "and the tools" install "librbull0_${VERSION}_amd64.deb" "rbull-utils_${VERSION}_amd64.deb"
	if ! dkms_has "$VERSION" "$kernel"; then
		diag "$said"
		diag "$(on sh -c 'tail -n 30 /var/lib/dkms/rbull/*/build/make.log')"
		return 1
	fi
	ok "the log of its build" on cat "/var/lib/dkms/rbull/$VERSION/$kernel/x86_64/log/make.log"
	unlike "$OUT" "can't read|No such file" "has no complaints"
	ok "scripts of the packages" on find /var/lib/dpkg/info -regex '.*/\(lib\)?rbull.*\.\(pre\|post\)\(inst\|rm\)' -exec cat {} +
	like "$OUT" "rbull-dkms" "are there"
	unlike "$OUT" "modprobe|insmod" "load nothing"
	ok "the module is of this version" on modinfo -k "$kernel" -F version rbull
	is "$OUT" "$VERSION"$'\n' "and says so"
	ok "dpkg finds nothing to complain about" on dpkg --audit
	is "$OUT" "" "it prints nothing"
}

# Remove the package while one of its disks is in use.
removal() {
	types "in use" 'mkfs.ext4 -q /dev/rbull2; mount /dev/rbull2 /mnt; cp /bin/bash /mnt'
	types "apt removes the package" 'apt-get -q remove -y rbull-dkms'
	types "the disk is still there" 'sync; echo 3 >/proc/sys/vm/drop_caches; cmp /bin/bash /mnt/bash'
	types "it can be written" 'cp /bin/bash /mnt/again; sync; umount /mnt'
	types "and mounted again" 'mount /dev/rbull2 /mnt; cmp /bin/bash /mnt/again; umount /mnt'
	types "the module can be unloaded" 'rmmod rbull'
	console 'modprobe rbull'
	is "$?" 1 "and there is none to load again"
}

machine "$1"
KERNEL=$(kernels | tail -n 1)
installed "$KERNEL" || finish
ok "it boots to a login prompt" boot "$KERNEL" || finish
types "the kernel is the one" 'uname -r'
is "$SEEN" "$KERNEL"$'\n' "$KERNEL"
card
names
[ -z "$TOOLS" ] || tools
refusal
after_reboot
# On one machine only, as dpkg and DKMS are slow on an emulated CPU.
[ "$1" != bookworm ] || removal
power_off
finish
