#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Disks of /etc/rbull.d on a machine with systemd: made at boot, saved at shutdown, loaded at the next
# boot; and the state after a power failure. Then what boot-LAYER does on the other machines, and the packages are
# removed while their disks are in use.
# Functions are called through ok.
# shellcheck disable=SC2317
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/packages/card.sh
. "$TOP/tests/packages/card.sh"

# Write files in /etc/rbull.d as an administrator does.
configure() {
	# shellcheck disable=SC2016 # expands in the inner shell
	on sh -ec '
		mkdir -p /var/log/journal
		printf "%s\n" "size = 256M" "mkfs = ext4" "mount = /srv/kept" "image = kept.img" \
			"save = shutdown" >/etc/rbull.d/kept.conf
		printf "%s\n" "[disk]" "size = 64M" "mkfs = ext4" "mkfs_options = -q -L scratch" \
			"mount = /srv/scratch" "mount_options = noatime" >/etc/rbull.d/scratch.conf'
}

# power_cut: kill the machine without a shutdown, and boot it again.
power_cut() {
	console_boot_again
	console_login
}

first_boot() {
	types "both are mounted" 'findmnt -no SOURCE,TARGET,FSTYPE /srv/kept; findmnt -no OPTIONS /srv/scratch'
	like "$SEEN" '/dev/rbull[01] +/srv/kept +ext4' "one disk is mounted in its place"
	like "$SEEN" 'noatime' "the other one has its mount options"
	types "nothing has failed" 'systemctl --failed --no-legend'
	is "$SEEN" '' "not a unit"
	types "before local-fs.target" 'systemctl show -P Before rbull@kept.service'
	like "$SEEN" 'local-fs.target' "services are ordered"
	types "the journal" 'journalctl -b --no-pager -u rbull@kept -u rbull@scratch'
	like "$SEEN" 'kept: made /dev/rbull[01], 256M' "has what was made"
	types "files" 'cp -r /etc /srv/kept/; echo one >/srv/kept/version; touch /srv/scratch/gone'
	types "their checksums" 'cd /srv/kept; find etc -type f -exec sha256sum {} + >sums; cd; wc -l </srv/kept/sums'
	between "${SEEN%$'\n'}" 100 100000 "of many"
}

# When systemctl returns, starting or stopping has finished, mount included. Otherwise the second of these commands
# would write to the root file system.
started_is_mounted() {
	types "a third file" 'printf "%s\n" "size = 64M" "mkfs = ext4" "mount = /srv/late/er" "image = late.img" "save = shutdown" >/etc/rbull.d/late.conf; systemctl daemon-reload'
	types "started is mounted" 'systemctl start rbull@late && echo kept >/srv/late/er/file && findmnt -no SOURCE,FSTYPE /srv/late/er'
	like "$SEEN" '/dev/rbull[0-9]+ +ext4' "at once"
	types "restarted is mounted, as it was" 'systemctl restart rbull@late && cat /srv/late/er/file && findmnt /srv/late/er && systemctl is-active srv-late-er.mount'
	like "$SEEN" "^kept"$'\n' "after being saved"
	types "stopped is unmounted, saved and removed" 'systemctl stop rbull@late && ! findmnt /srv/late/er && ls /var/lib/rbull/late.img && ! rbullctl info late'
	types "another that wants its place" 'sed "s/late.img/x.img/" /etc/rbull.d/late.conf >/etc/rbull.d/second.conf; systemctl daemon-reload; ! systemctl start rbull@late && ! findmnt /srv/late/er; journalctl -b --no-pager | grep "the same"'
	like "$SEEN" '/late.conf: line 3: mount: /etc/rbull.d/second.conf has the same mount point, /srv/late/er' "is refused, which is in the journal"
	types "what cannot be mounted" 'rm /etc/rbull.d/late.conf; echo mount_options = nonsense >>/etc/rbull.d/second.conf; systemctl daemon-reload; ! systemctl start rbull@second && ! findmnt /srv/late/er'
	types "all goes" 'rbullctl stop second; rm /etc/rbull.d/second.conf /var/lib/rbull/[lx]*; systemctl daemon-reload; systemctl reset-failed'
}

# files_intact WHEN
files_intact() {
	types "$1: the files are there as they were" '(cd /srv/kept && sha256sum --quiet -c sums)'
}

reboot() {
	console_type reboot
	console_login
}

second_boot() {
	types "the version is there" 'cat /srv/kept/version'
	is "$SEEN" $'one\n' "as it was"
	files_intact "second boot"
	types "the file system is whole" 'dmesg | grep -c "recovery complete"; true'
	is "$SEEN" $'0\n' "the disk was unmounted before it was saved"
	types "the other disk is new" 'ls /srv/scratch'
	unlike "$SEEN" 'gone' "it was not saved"
	types "the journal of the last boot" 'journalctl -b -1 --no-pager -u rbull@kept'
	like "$SEEN" 'kept: saved /dev/rbull[01], 256M with [0-9.]+M in RAM, to /var/lib/rbull/kept.img in' "has what was saved"
	types "the journal of this one" 'journalctl -b --no-pager -u rbull@kept'
	like "$SEEN" 'kept: made /dev/rbull[01], 256M, from /var/lib/rbull/kept.img' "has where it is from"
}

# The power fails during a save. The disk must have the contents of the last complete save, and nothing that was
# written later.
power() {
	types "another version" 'echo two >/srv/kept/version; sync'
	types "saved while it is mounted" 'systemctl reload rbull@kept'
	types "a third, and much to save" 'echo three >/srv/kept/version; touch /srv/kept/later; dd if=/dev/urandom of=/srv/kept/much bs=1M count=150; sync'
	kernel_log_clean
	console_type 'systemctl reload rbull@kept & while [ ! -e /dev/rbull4095 ]; do sleep 0.1; done; sleep 1; sync; ls /dev/rbull4095'
	# The disk has the new data now, and the image must not have it.
	ok "saving is under way" console_wait $'\n/dev/rbull4095\n' 60
	ok "the power fails meanwhile; it boots" power_cut
	types "it is as it was saved last" 'cat /srv/kept/version; ls /srv/kept'
	like "$SEEN" "^two"$'\n' "whole, and mounted"
	unlike "$SEEN" 'later' "what came later is lost"
	files_intact "power cut"
	types "nothing has failed" 'systemctl --failed --no-legend'
	is "$SEEN" '' "not a unit, after the power cut"
	types "nothing is left of what was not saved" 'ls -A /var/lib/rbull'
	is "$(xargs <<<"$SEEN")" 'kept.img kept.img.rbullsum' "but the image"
}

# A spoilt image must not be overwritten, and must not keep the machine from booting.
spoil() {
	types "the image is spoilt" 'systemctl stop srv-kept.mount rbull@kept; printf x | dd of=/var/lib/rbull/kept.img bs=1 seek=5000 conv=notrunc; sha256sum /var/lib/rbull/kept.img >/root/sum'
}

spoilt() {
	types "which is said" 'systemctl --failed --no-legend; journalctl -b --no-pager -u rbull@kept'
	like "$SEEN" 'rbull@kept.service' "the service has failed"
	like "$SEEN" 'kept.img is not what was saved' "the journal says why"
	types "the image is as it was" 'sha256sum --quiet -c /root/sum'
}

# The image of kept is spoilt, so only scratch has a disk. Without it, the module can be unloaded.
without_disks() {
	types "$1: the other disk goes, too" 'systemctl stop srv-scratch.mount rbull@scratch'
}

# Remove the packages while disks are in use; in one go, as dpkg and DKMS are slow on an emulated CPU. Removing rbull-utils
# must save the disk that has an image, as nothing could save it at shutdown any more.
removal() {
	types "in use" 'mkfs.ext4 -q /dev/rbull2; mount /dev/rbull2 /mnt; cp /bin/bash /mnt'
	types "a disk without an image, mounted" 'rm /var/lib/rbull/kept.img*; systemctl start srv-kept.mount'
	types "something new on it" 'echo last >/srv/kept/version'
	COMMAND_SECONDS=300 types "apt removes the packages" 'apt-get -q remove -y rbull-utils rbull-dkms'
	like "$SEEN" 'kept: saved /dev/rbull[0-9]+, 256M' "which saves the disk"
	types "it is still mounted" 'cat /srv/kept/version'
	types "the other one is still there" 'sync; echo 3 >/proc/sys/vm/drop_caches; cmp /bin/bash /mnt/bash'
	types "it can be written" 'cp /bin/bash /mnt/again; sync; umount /mnt'
	types "and mounted again" 'mount /dev/rbull2 /mnt; cmp /bin/bash /mnt/again; umount /mnt'
	types "the image is kept" 'mount -o loop /var/lib/rbull/kept.img /mnt; cat /mnt/version; umount /mnt'
	is "$SEEN" $'last\n' "and has what was written last"
	types "the module can be unloaded" 'umount /srv/kept; rmmod rbull'
	console 'modprobe rbull'
	is "$?" 1 "and there is none to load again"
}

machine bookworm
KERNEL=$(kernels | tail -n 1)
installed "$KERNEL" tools || finish
ok "two files in /etc/rbull.d" configure
ok "it boots" boot "$KERNEL" || finish
types "the kernel is the one" 'uname -r'
is "$SEEN" "$KERNEL"$'\n' "$KERNEL"
first_boot
started_is_mounted
kernel_log_clean
ok "it reboots" reboot
second_boot
power
spoil
without_disks refusal
refusal
kernel_log_clean
ok "it reboots, with a spoilt image" reboot
spoilt
without_disks card
types "unload" 'modprobe -r rbull'
card
names
tools
removal
power_off
finish
