# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What a user does with rbull on a booted machine. Source tests/packages/lib.sh first.

OPTIONS='nr_disks=3 disk_mb=64'

# installed KERNEL [tools]: install the packages, and see that nothing but DKMS has acted.
installed() {
	local kernel=$1 said

	ok "apt installs rbull-dkms" install "rbull-dkms_${VERSION}_all.deb"
	said=$OUT
	[ $# = 1 ] ||
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

# The commands on the packager's card, and some more.
card() {
	types "nothing has loaded it" '! grep rbull /proc/modules'
	types "card: modprobe" 'modprobe rbull nr_disks=4 ro=0'
	types "card: there are four disks" 'lsblk -dn /dev/rbull?'
	is "$(grep -c '^rbull[0-3] ' <<<"$SEEN")" 4 "card: lsblk shows them"
	types "card: statistics" 'cat /sys/block/rbull0/rbull/stats'
	like "$SEEN" 'reads [0-9]+' "card: they count reads"
	types "card: blkdiscard" 'blkdiscard /dev/rbull0'
	types "mkfs" 'mkfs.ext4 -q /dev/rbull0'
	types "mount" 'mount /dev/rbull0 /mnt'
	types "write" 'cp -r /etc /mnt/ && sync'
	types "read back" 'diff -r --no-dereference /etc /mnt/etc'
	types "unmount" 'umount /mnt'
}

names() {
	types "partitions" 'echo ,8M | sfdisk -q /dev/rbull1'
	types "udev has handled them" 'udevadm settle'
	types "stable names" 'cd /dev/disk/by-id; readlink rbull-0 rbull-1 rbull-1-part1; cd'
	like "$SEEN" $'^../../rbull0\n../../rbull1\n../../rbull1p1\n' "stable names lead to the disks"
	types "access" 'stat -c %G:%a /dev/rbull0 /dev/rbull1p1'
	is "$SEEN" $'disk:660\ndisk:660\n' "disks are for the disk group"
}

# Make and remove a disk with a name.
tools() {
	types "tools: a disk" 'rbullctl add --size 32M --name scratch'
	is "$SEEN" $'/dev/rbull4\n' "tools: rbullctl says which"
	types "tools: a partition" 'echo ,8M | sfdisk -q /dev/rbull4; udevadm settle'
	types "tools: names" 'cd /dev/disk/by-id; readlink rbull-4 rbull-scratch rbull-scratch-part1; cd'
	is "$SEEN" $'../../rbull4\n../../rbull4\n../../rbull4p1\n' "tools: of its own, and of its number"
	types "tools: the disk is removed" 'rbullctl rm scratch; udevadm settle'
	types "tools: with its names" '! ls /dev/disk/by-id/rbull-scratch'
}

# refused HOW: modprobe must fail with an error message that Documentation/secure-boot.rst quotes.
refused() {
	local said

	console 'modprobe rbull'
	is "$?" 1 "$1: a module that the kernel has no key for is refused"
	said=$(grep -o "could not insert 'rbull': .*" <<<"$SEEN")
	said=${said##*: }
	ok "$1: Documentation/secure-boot.rst has the words: $said" \
		grep -F "could not insert 'rbull': ${said:-nothing}" "$TOP/Documentation/secure-boot.rst"
}

# Secure Boot locks the kernel down; some kernels require signatures as well. Both must refuse the module.
refusal() {
	types "unload" 'modprobe -r rbull'
	types "lock the kernel down" 'echo integrity >/sys/kernel/security/lockdown'
	refused lockdown
	types "enforce signatures" 'echo 1 >/sys/module/module/parameters/sig_enforce'
	refused sig_enforce
	types "the kernel log" 'dmesg'
	like "$SEEN" 'Lockdown: modprobe: unsigned module loading is restricted' "names lockdown"
	like "$SEEN" 'Loading of (module with unavailable key|unsigned module) is rejected' "names the key"
}

after_reboot() {
	types "options for modprobe" "echo options rbull $OPTIONS >/etc/modprobe.d/rbull.conf"
	types "to be loaded at boot" 'echo rbull >/etc/modules-load.d/rbull.conf'
	kernel_log_clean
	console_type reboot
	ok "it reboots" console_login
	types "it has been loaded" 'cd /sys/module/rbull/parameters; cat nr_disks disk_mb; cd'
	is "$SEEN" $'3\n64\n' "with the parameters of modprobe.d"
	types "there are three disks" 'ls /dev/rbull?'
	is "$(wc -w <<<"$SEEN")" 3 "no more and no less"
}
