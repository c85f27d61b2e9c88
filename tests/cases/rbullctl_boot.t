#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl start and stop, with disks of /etc/rbull.d; and the units that the generator makes for them.
# Not in UML: no netlink there, so no udev.
# Newest kernel: it tests the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

CONF=/etc/rbull.d
IMAGES=/var/lib/rbull

boot_cleanup() {
	rm -f $CONF/*.conf $IMAGES/* /etc/systemd/system/tmp-rbull*mount
	[ ! -e "$WORK/fstab" ] || mv "$WORK/fstab" /etc/fstab
}
AT_EXIT+=(boot_cleanup)

# conf NAME LINE...: write a file of /etc/rbull.d
conf() {
	local name=$1

	shift
	printf '%s\n' "$@" >"$CONF/$name.conf"
}

# systemd_name PATH: escape a path as systemd does, as far as this case needs it.
systemd_name() {
	local path=${1#/}

	path=${path//-/\\x2d}
	printf '%s' "${path//\//-}"
}

# claims DESCRIPTION REGEX NAME LINE...: write this file, which must be refused because something else claims the same.
# The file stays.
claims() {
	local desc=$1 regex=$2 name=$3

	shift 3
	conf "$name" "$@"
	refused "$desc" "$USAGE" "$CONF/$name.conf: (line [1-9]: )?$regex" start "$name"
}

no_disks() {
	[[ -z $(disks) ]]
}

# stop_killed NAME PROGRAM VERB: kill rbullctl VERB NAME while it runs PROGRAM, which is replaced by one that sleeps
stop_killed() {
	local pid

	mkdir -p "$WORK/bin"
	printf '%s\n' '#!/bin/sh' "echo \$\$ >$WORK/pid" 'exec sleep 1000' >"$WORK/bin/$2"
	chmod 755 "$WORK/bin/$2"
	rm -f "$WORK/pid"
	PATH=$WORK/bin:$PATH spawn rbullctl "$3" "$1"
	pid=$!
	wait_for 60 test -s "$WORK/pid" || diag "$(<"$WORK/spawned")"
	kill -9 "$pid" "$(<"$WORK/pid")"
	wait "$pid" 2>/dev/null
	rm "$WORK/bin/$2"
}

# wrong DESCRIPTION REGEX LINE...: a file with these lines must be refused
wrong() {
	local desc=$1 regex=$2

	shift 2
	conf wrong "$@"
	capture rbullctl start wrong
	is "$?" "$USAGE" "$desc: it ends with $USAGE"
	like "$OUT" "^rbullctl: $CONF/wrong.conf: line [1-9]: $regex" "$desc: it says where and why"
	rm "$CONF/wrong.conf"
}

is "$(stat -c %a $IMAGES)" 700 "images are for root only"
mkdir -p $CONF "$WORK/units" "$WORK/mnt"
ok "nothing to start" rbullctl start --all
is "$OUT" "" "it prints nothing"
ok "rbullctl has loaded the module" loaded

printf -v long "%0300d" 0
conf plain "# a comment" "# a long one $long" "size = 24M" "queue_mode=bio" "mem_limit = 8M"
ok "a plain disk" rbullctl start plain
is "$OUT" $'plain: made /dev/rbull0, 24M\n' "it prints what it made"
is "$(rbullctl info -rno NAME,SIZE,QUEUE_MODE,MEM_LIMIT plain)" "plain 24M bio 8M" "it is as the file says"
ok "again" rbullctl start plain
like "$OUT" "plain: /dev/rbull0 already exists" "does nothing"
exec {holder}<>/dev/rbull0
refused "stop while somebody has it open" "$BUSY" "rbull0 is open: close or unmount it first: open by process $$" stop plain
unlike "$OUT" "force" "the message does not suggest --force, which stop does not have"
exec {holder}>&-
ok "stop" rbullctl stop plain
is "$OUT" $'plain: removed\n' "it is removed"
is "$(disks)" "" "and gone"
ok "stop again" rbullctl stop plain
is "$OUT" "" "does nothing"
capture setpriv --reuid 65534 --clear-groups rbullctl stop plain
is "$?" "$FAILED" "stop by somebody who may not"
like "$OUT" "/dev/rbull-control: Permission denied" "says why"
ok "save only, where nothing is to be saved" rbullctl stop --keep plain

conf data "[disk]" "size = 32M" "name = kept" "image = data.img" "save = shutdown" \
	"mkfs = ext4" "mkfs_options = -q -L kept-label"
ok "a disk that will be saved" rbullctl start data
settle
is "$(blkid -p -s LABEL -o value /dev/rbull0)" kept-label "it has a file system"
ok "mounted" mount /dev/disk/by-id/rbull-kept "$WORK/mnt"
make_tree "$WORK/mnt"
capture rbullctl stop data
is "$?" "$BUSY" "stop while it is mounted"
like "$OUT" "^data: saved /dev/rbull0.*"$'\n'"rbullctl: data: it is saved, but not removed: [^"$'\n'"]*mounted on $WORK/mnt" \
	"saves it, and says why it stays"
ok "it can still be written" touch "$WORK/mnt/later"
echo "colour = red" >>$CONF/data.conf
capture rbullctl stop --keep data
is "$?" "$USAGE" "a mistake in the file"
like "$OUT" "line 8: there is no key 'colour'.*data: saved /dev/rbull0" "does not keep it from being saved"
sed -i '$d' $CONF/data.conf
ok "save only, while mounted" rbullctl stop --keep data
like "$OUT" "^data: saved /dev/rbull0, 32M with [0-9.]+M in RAM, to $IMAGES/data.img in [0-9.]+ s"$'\n$' "it prints that"
ok "unmounted" umount "$WORK/mnt"
ok "stop" rbullctl stop data
like "$OUT" "saved .*removed" "saved and removed"
capture rbullctl stop --keep data
is "$?" "$NO_DISK" "there is nothing to save now"
is "$OUT" $'rbullctl: data: nothing was saved: there is no disk kept\n' "which is said"
ok "start again" rbullctl start data
is "$OUT" "data: made /dev/rbull0, 32M, from $IMAGES/data.img"$'\n' "from the image"
ok "mounted again" mount /dev/rbull0 "$WORK/mnt"
ok "all files are there" tree_intact "$WORK/mnt"
ok "a change that will be lost" touch "$WORK/mnt/lost"
ok "unmounted again" umount "$WORK/mnt"
rbullctl rm kept
echo x | dd of=$IMAGES/data.img bs=1 seek=70000 conv=notrunc status=none
capture rbullctl start data
is "$?" "$BAD_FILE" "a spoilt image is refused"
is "$(disks)" "" "and there is no disk that could be saved over it"
rm $IMAGES/data.img*
ln -s "$WORK/elsewhere.img" $IMAGES/data.img
capture rbullctl start data
is "$?" "$FAILED" "an image that is a link to nothing is refused"
like "$OUT" "image: $IMAGES/data.img is a link to a file that is not there" "it says why"
is "$(disks)" "" "no empty disk is made"
rm $IMAGES/data.img
conf nowhere "size = 1M" "image = $WORK/gone/disk.img" "save = shutdown"
ok "a disk that will be saved to a folder" rbullctl start nowhere
capture rbullctl stop nowhere
is "$?" "$FAILED" "that is not there"
is "$(info nowhere RO)" 0 "it stays, and can be written"
exec {reader}</dev/rbull0
mkdir "$WORK/gone"
capture rbullctl stop nowhere
is "$?" "$BUSY" "it is saved while somebody reads it"
is "$(info nowhere RO)" 0 "and stays as it was"
exec {reader}<&-
ok "it can be stopped then" rbullctl stop nowhere
rm $CONF/nowhere.conf

conf sumless "size = 1M" "image = sumless.img" "save = shutdown"
ok "a disk whose checksum" rbullctl start sumless
mkdir -p $IMAGES/sumless.img.rbullsum/x
ok "cannot be written" rbullctl stop sumless
like "$OUT" "sumless.img.rbullsum is a folder: the image was saved without a checksum: 'rbullctl load --no-verify' loads it.*removed" \
	"is saved without, so that no folder of a stranger's keeps it from that"
refused "start does not take it" "$BAD_FILE" "sumless.img.rbullsum: there is no checksum in it" start sumless
made "but it can be loaded" /dev/rbull0 load --quiet --no-verify $IMAGES/sumless.img
ctl "it goes again" rm 0
rm -r $CONF/sumless.conf $IMAGES/sumless.*

conf inner "size = 1M" "image = inner.img" "save = shutdown"
ok "an empty disk" rbullctl start inner
ok "that begins as a qcow2 file does" dd if=<(printf 'QFI\xfb\0\0\0\3') of=/dev/rbull0 bs=512 conv=sync,notrunc status=none
ok "is saved" rbullctl stop inner
ok "and loaded" rbullctl start inner
is "$(info 0 SIZE) $(head -c 4 /dev/rbull0 | xxd -p)" "1048576 514649fb" "as it was"
ok "it goes" rbullctl stop inner
rm $CONF/inner.conf

conf fixed "size = 8M" "image = $IMAGES/fixed.img" "mount=$WORK/mnt"
capture rbullctl start fixed
is "$?" "$FAILED" "an image that must be there and is not"
like "$OUT" "image: $IMAGES/fixed.img: No such file" "is named"
ctl "make it" add --size 8M --name fixed
ok "with contents" "$PROG/pattern" write /dev/rbull0 0 $((4 << 20)) 5
ctl "save it" save fixed $IMAGES/fixed.img
ctl "remove it" rm fixed
ok "start" rbullctl start fixed
ok "write" "$PROG/pattern" write /dev/rbull0 0 $((4 << 20)) 6
ok "stop" rbullctl stop fixed
is "$OUT" $'fixed: removed\n' "it is not saved"
ok "start again" rbullctl start fixed
ok "it begins anew" "$PROG/pattern" check /dev/rbull0 0 $((4 << 20)) 5
ok "stop again" rbullctl stop fixed

conf other "size = 1M" "image = other.img" "save = shutdown"
ok "a disk" rbullctl start other
conf other "size = 1M" "image = other.vmdk" "save = shutdown"
refused "check of a file whose image got the name of another format" "$USAGE" "$CONF/other.conf: line 2: image: other.vmdk: the format vmdk" check other
refused "nor does save write such a file" "$USAGE" "other.vmdk: the format vmdk is not supported" save --quiet other $IMAGES/other.vmdk
refused "nor does start take it" "$USAGE" "$CONF/other.conf: line 2: image: other.vmdk: the format vmdk" start other
ok "something on the disk" "$PROG/pattern" write /dev/rbull0 0 65536 9
capture rbullctl stop other
is "$?" "$USAGE" "stop reports the line, too"
like "$OUT" "$IMAGES/other.vmdk: the format vmdk is not supported: it is saved as raw: 'rbullctl load --format raw' loads it.*other: saved /dev/rbull0.*removed" \
	"but saves the disk, which would be lost"
is "$(disks)" "" "and the disk is gone"
made "it can be loaded" /dev/rbull0 load --quiet --format raw $IMAGES/other.vmdk
ok "with what was on it" "$PROG/pattern" check /dev/rbull0 0 65536 9
ctl "that one goes" rm 0
rm $CONF/other.conf $IMAGES/other.*

# The image is a link whose name says another format; an older version has saved to it in that one.
qemu-img create -q -f qcow2 $IMAGES/target.img 8M
truncate -s 1M $IMAGES/target.img
ctl "a disk in which a qcow2 is" load --quiet --no-verify --format raw $IMAGES/target.img --name target
ctl "save its bytes" save --quiet --format raw target $IMAGES/target.img
ctl "with their checksum" rm target
ln -s target.img $IMAGES/cur.qcow2
conf cur "size = 8M" "image = cur.qcow2" "save = shutdown"
for words in "check cur" "start cur"; do
	# shellcheck disable=SC2086 # several words
	refused "${words% *}: a link that says another format" "$USAGE" \
		"$CONF/cur.conf: line 2: image: $IMAGES/cur.qcow2 is qcow2 by its name, but leads to $IMAGES/target.img, which is raw by its name: write" \
		$words
done
is "$(disks)" "" "no disk is made of the bytes of the container"
mkdir -p "$WORK/units"
capture /usr/lib/systemd/system-generators/rbull-generator "$WORK/units"
like "$OUT" "$CONF/cur.conf: line 2: image: $IMAGES/cur.qcow2 is qcow2 by its name" "the generator says so, too"
rm -r "$WORK/units"
ctl "a disk that is there already" add --size 8M --name cur
ok "stop saves it nevertheless" rbullctl stop cur
like "$OUT" "cur.qcow2 is qcow2 by its name, but leads to $IMAGES/target.img, which is raw by its name: it is saved as raw: .*: saved /dev/rbull0.*removed" \
	"and says in which format"
is "$(stat -c %s $IMAGES/target.img)" $((8 << 20)) "in the format of the file itself"
conf cur "size = 8M" "image = target.img" "save = shutdown"
ok "which can be loaded by its own name" rbullctl start cur
ok "and goes" rbullctl stop cur
ln -s target.vmdk $IMAGES/cur.img
: >$IMAGES/target.vmdk
conf cur "size = 8M" "image = cur.img" "save = shutdown"
refused "a link to another format" "$USAGE" "$CONF/cur.conf: line 2: image: $IMAGES/cur.img leads to $IMAGES/target.vmdk: the format vmdk" check cur
rm $CONF/cur.conf $IMAGES/{cur,target}.*

conf bad "size = 8M" "mkfs = nothing"
capture rbullctl start bad
is "$?" "$FAILED" "a file system that cannot be made"
is "$(disks)" "" "leaves no disk"
rm $CONF/bad.conf
wrong "a wrong key" "there is no key 'colour'" "colour = red"
wrong "a wrong value" "size: 'x' is not a size" "size = x"
wrong "a wrong section" "there is no section \[disks\]" "[disks]" "size = 1M"
wrong "no line at all" "'size' is not KEY = VALUE" "size"
wrong "a key twice" "size is given twice, in line 1 too" "size = 1M" "size = 2M"
wrong "a key in two spellings" "mem-limit is given twice, in line 1 too" "mem_limit = 1M" "mem-limit = 2M"
wrong "a key in two units" "disk_mb is given twice: size in line 1 sets the same value" "size = 1M" "disk_mb = 5"
wrong "an indented line" "it is indented" "mount = /mnt" "  save = never"
printf -v long "%0190d" 0
wrong "a long line" "it is too long: at most [0-9]+ bytes are allowed" "size = 1M" "mkfs_options = $long" "nonsense"
wrong "two words" "mkfs: 'ext4 -q' is more than one word" "mkfs = ext4 -q"
wrong "two words with a comma" "mount_options: 'noatime, discard' is more than one word" "mount_options = noatime, discard"
wrong "two paths" "mount: '/a /b' is more than one path" "mount = /a /b"
wrong "a path with .." "mount: '/mnt/../opt' has . or .. in it" "mount = /mnt/../opt"
wrong "quotes" "mkfs_options: -L \"a b\": quotes have no meaning here" "mkfs_options = -L \"a b\""
wrong "a line that goes on" "it ends with" "mount_options = noatime,\\" "discard"
wrong "no UTF-8" "it is not UTF-8" $'image = \xe4.img'
wrong "an escape sequence" "it has a control character" $'image = \e[1m.img'
wrong "a disk's number as a name" "name: '7' is a number or a device name" "name = 7"
wrong "save to nowhere" "save=shutdown needs image=" "save = shutdown"
wrong "a format of others" "image: disk.vmdk: the format vmdk is not supported, only raw and qcow2" "image = disk.vmdk" "save = shutdown"
wrong "a format of others, only to be loaded" "image: /srv/x.VDI: the format vdi is not supported" "image = /srv/x.VDI"
wrong "an empty name" "name: the value is empty" "name ="
wrong "a wrong save" "save: 'often' is neither" "save = often"
wrong "a relative mount" "mount: 'mnt' is not an absolute path" "mount = mnt"
printf 'size = 1M\n\0mkfs = ext4\ncolour = red\nsize\n\tro = 1\n' >$CONF/wrong.conf
capture rbullctl check
is "$?" "$USAGE" "a file where much is wrong"
is "$(sed -n "s,^rbullctl: $CONF/wrong.conf: \(line [0-9]*\): .*,\1,p" <<<"$OUT" | xargs)" "line 2 line 3 line 4 line 5" \
	"check names every line"
rm $CONF/wrong.conf

# A # or ; begins a comment, but not within a word. Lines may end as on Windows.
conf comments $'size = 24M\t# not 25\r' "name = comments ; its name" "mkfs = ext4 # -q" \
	"mount = $WORK/mnt#1 # there" "mkfs_options = -q -L a;b" "#"
ok "comments behind values" rbullctl start comments
settle
is "$(info comments SIZE) $(blkid -p -s LABEL -o value /dev/rbull0)" "$((24 << 20)) a;b" "do not belong to the values"
ok "and it is mounted" rbullctl start --mount comments
is "$(findmnt -no SOURCE "$WORK/mnt#1")" /dev/rbull0 "where the file says"
ok "again" rbullctl start --mount comments
is "$(findmnt -no SOURCE "$WORK/mnt#1")" /dev/rbull0 "once"
ok "it is unmounted and stopped" rbullctl stop --mount comments
fails "nothing is mounted there" findmnt "$WORK/mnt#1"
is "$(disks)" "" "and gone"
ok "there is something in that place" mount -t tmpfs elsewhere "$WORK/mnt#1"
refused "check" "$BUSY" "$CONF/comments.conf: line 4: mount: elsewhere is mounted on $WORK/mnt#1 now" check comments
capture rbullctl start --mount comments
is "$?" "$BUSY" "so the disk is not mounted over it"
like "$OUT" "$CONF/comments.conf: mount: elsewhere is mounted on $WORK/mnt#1 already" "which is said"
umount "$WORK/mnt#1"
ok "it goes" rbullctl stop --mount comments
conf comments "size = 1M" "mkfs = ext4" "mount = $WORK/mnt#1" "mount_options = nonsense"
capture rbullctl start --mount comments
is "$?" "$FAILED" "one that cannot be mounted"
like "$OUT" "$CONF/comments.conf: mount: /dev/rbull0 could not be mounted on $WORK/mnt#1; the disk is kept" "is a failure"
ok "it goes, too" rbullctl stop --mount comments
rm $CONF/comments.conf

# A file system of such a disk that fstab names by its label: systemd's mount waits for the unit of the link.
conf labelled "size = 24M" "mkfs = ext4" "mkfs_options = -q -L fstab-label"
[ ! -e /etc/fstab ] || cp -a /etc/fstab "$WORK/fstab"
echo "LABEL=fstab-label $WORK/mnt ext4 noauto 0 0" >/etc/fstab
ok "a disk that fstab names by its label" rbullctl start labelled
ok "its link is there when start ends" test "$(readlink -f /dev/disk/by-label/fstab-label)" = /dev/rbull0
properties=$'\n'$(udevadm info --query=property --name=rbull0)$'\n'
like "$properties" $'\nDEVLINKS=[^\n]*/dev/disk/by-label/fstab-label[ \n]' "udev says so, too"
if [[ -e /usr/lib/udev/rules.d/99-systemd.rules || -e /lib/udev/rules.d/99-systemd.rules ]]; then
	like "$properties" $'\nTAGS=[^\n]*:systemd:' "systemd makes a unit of the link"
else
	skip "systemd makes a unit of the link" "systemd is not installed"
fi
unlike "$properties" "SYSTEMD_READY=0" "which is ready"
ok "it is mounted as fstab says" mount "$WORK/mnt"
is "$(findmnt -no SOURCE "$WORK/mnt")" /dev/rbull0 "where fstab says"
ok "unmount it" umount "$WORK/mnt"
ok "it can be stopped" rbullctl stop labelled
rm $CONF/labelled.conf /etc/fstab
[ ! -e "$WORK/fstab" ] || mv "$WORK/fstab" /etc/fstab

mkfifo $CONF/fifo.conf
ln -s /dev/zero $CONF/zero.conf
ln -s /dev/null $CONF/masked.conf
conf open "size = 1M"
chmod 666 $CONF/open.conf
conf other "size = 1M"
chown 65534 $CONF/other.conf
for name in fifo zero; do
	capture timeout 20 rbullctl start $name
	is "$?" "$USAGE" "$name: it ends"
	like "$OUT" "$CONF/$name.conf: it is not a regular file" "$name: it says why"
done
refused "a file that all can write" "$USAGE" "$CONF/open.conf: it has mode 0666: only root" start open
refused "a file of somebody else" "$USAGE" "$CONF/other.conf: it belongs to user 65534: only root" start other
refused "a file that is masked" "$NO_DISK" "$CONF/masked.conf is a link to /dev/null" start masked
unlike "$(rbullctl check 2>&1)" masked "check does not report it"
mkdir -p "$WORK/units"
capture timeout 20 /usr/lib/systemd/system-generators/rbull-generator "$WORK/units"
is "$?" "$USAGE" "the generator ends"
said=$OUT
for name in fifo zero open other; do
	ok "$name: its service will say so, too" test -L "$WORK/units/local-fs.target.wants/rbull@$name.service"
	like "$said" "$CONF/$name.conf: it " "$name: it is said at once"
	klog_since
	like "$KLOG" "rbullctl: $CONF/$name.conf: it " "$name: also in the kernel log"
done
fails "a masked one has none" test -L "$WORK/units/local-fs.target.wants/rbull@masked.service"
rm -r $CONF/{fifo,zero,masked,open,other}.conf "$WORK/units"
is "$(disks)" "" "there is no disk"

# Two files that claim the same thing.
mkdir "$WORK/spot"
conf one "size = 1M" "name = mine" "index = 7" "image = one.img" "save = shutdown" "mkfs = ext4" "mount = $WORK/spot"
ok "one of them is checked" rbullctl check one
ln -s $IMAGES "$WORK/link"
claims "one image" "image: $CONF/one.conf has the same image, $IMAGES/one.img" two "image = $WORK/link//one.img"
claims "one mount" "mount: $CONF/one.conf has the same mount point, $WORK/spot" two "mount = $WORK//spot/"
claims "one number" "index: $CONF/one.conf has the same index, 7" two "index = 7"
claims "one name" "name: $CONF/one.conf has the same name, 'mine'" two "name = mine"
refused "the other way round" "$USAGE" "$CONF/one.conf: line 2: name: $CONF/two.conf has the same name" start one
mkdir "$WORK/units"
capture /usr/lib/systemd/system-generators/rbull-generator "$WORK/units"
is "$?" "$USAGE" "the generator refuses both"
like "$OUT" "$CONF/one.conf: [^"$'\n'"]*$CONF/two.conf.*$CONF/two.conf: [^"$'\n'"]*$CONF/one.conf" "and names them"
fails "nothing is to be mounted" test -e "$WORK/units/$(systemd_name "$WORK/spot").mount"
is "$(grep -v '^#' "$WORK/units/rbull@one.service.d/50-rbull.conf")" \
	"[Unit]"$'\n'"SourcePath=$CONF/one.conf"$'\n'"RequiresMountsFor=\"$IMAGES/one.img\""$'\n'"RequiresMountsFor=\"$WORK\"" \
	"but a disk that is there is saved before its file systems go"
conf two "size = 1M" "colour = red" "image = two.img" "save = shutdown"
capture /usr/lib/systemd/system-generators/rbull-generator "$WORK/units"
like "$(<"$WORK/units/rbull@two.service.d/50-rbull.conf")" $'\n'"RequiresMountsFor=\"$IMAGES/two.img\"$" "so is one whose file has a wrong line"
is "$(disks)" "" "neither has made a disk"
conf one "image = $IMAGES/one.img"
ctl "a disk to save" add --size 1M --name one
ctl "to an image" save one $IMAGES/one.img
ctl "which goes" rm one
conf two "image = one.img"
ok "but one image may be loaded into two disks" rbullctl check one two
conf two "size = 512K" "image = one.img"
refused "an image that is larger than the disk" "$USAGE" "two.conf: line 1: size: 524288 bytes are less than the 1048576 that" check two
claims "an image on the disk itself" "image: /srv/x/two.img is in /srv/x, where the disk itself is mounted" two \
	"image = /srv/x/two.img" "save = shutdown" "mount = /srv/x"
conf one "image = /srv/x/one.img" "save = shutdown" "mount = /srv/y"
claims "images on each other's disk" "this disk needs the mount of $CONF/one.conf on /srv/y" two \
	"image = /srv/y/two.img" "save = shutdown" "mount = /srv/x"
rm $CONF/one.conf
claims "the root" "mount: / is a place of the system itself" two "mount = /"
ln -s "$WORK/spot" "$WORK/way"
claims "a link" "mount: $WORK/way has a symbolic link in it: write $WORK/spot" two "mount = $WORK/way"
# Only a file that is not there is no obstacle: any other error is final.
ln -s endless "$WORK/endless"
ln -s nowhere "$WORK/hanging"
claims "a mount point by way of an endless link" "mount: $WORK/endless/x: Too many levels of symbolic links" two "mount = $WORK/endless/x"
claims "a mount point below a file" "mount: /etc/passwd/x: Not a directory" two "mount = /etc/passwd/x"
claims "a mount point by way of a link to nothing" "mount: $WORK/hanging/x: $WORK/hanging: it is a link to a file that is not there" \
	two "mount = $WORK/hanging/x"
conf two "size = 1M" "image = $WORK/endless/x.img" "save = shutdown"
refused "an image by way of an endless link" "$FAILED" "$CONF/two.conf: line 2: image: $WORK/endless/x.img: Too many levels" check two
capture /usr/lib/systemd/system-generators/rbull-generator "$WORK/units"
like "$OUT" "$CONF/two.conf: line 2: image: $WORK/endless/x.img: Too many levels" "the generator names the line, too"
rm -r "$WORK/units"
mkdir "$WORK/units"
[ ! -e /etc/fstab ] || cp -a /etc/fstab "$WORK/fstab"
echo "LABEL=x $WORK/spot/ ext4 noauto 0 0" >/etc/fstab
claims "a place of fstab" "mount: $WORK/spot is also in /etc/fstab, for LABEL=x" two "mount = $WORK/spot"
ln -sf fstab /etc/fstab
claims "an fstab that cannot be read" "mount: /etc/fstab, which may have $WORK/spot too: Too many levels" two "mount = $WORK/spot"
rm /etc/fstab
[ ! -e "$WORK/fstab" ] || mv "$WORK/fstab" /etc/fstab
unit=/etc/systemd/system/$(systemd_name "$WORK/spot").mount
mkdir -p /etc/systemd/system
printf '[Mount]\nWhere=%s\n' "$WORK/spot" >"$unit"
claims "a place of another unit" "mount: $WORK/spot has another unit, ${unit//\\/\\\\}, which mounts there" two "mount = $WORK/spot"
for folder in {/etc,/run}/systemd/system.{control,attached}; do
	mkdir -p "$folder"
	mv "$unit" "$folder/"
	claims "a place of a unit in $folder" "mount: $WORK/spot has another unit, $folder/[^ ]*.mount, which mounts there" two "mount = $WORK/spot"
	mv "$folder/${unit##*/}" "$unit"
	rmdir "$folder"
done
mv "$unit" "$WORK/unit"
ln -s /dev/null "$unit"
claims "a place of a masked unit" "mount: $WORK/spot has another unit, [^ ]*.mount, which mounts there or is masked" two "mount = $WORK/spot"
mv "$WORK/unit" "$unit"
mv "$unit" "${unit%mount}automount"
claims "a place of an automount unit" "mount: $WORK/spot has another unit, [^ ]*.automount, which" two "mount = $WORK/spot"
ln -sf /dev/null "${unit%mount}automount"
conf two "size = 1M" "mount = $WORK/spot" "mkfs = ext4"
ok "a masked automount unit does nothing" rbullctl check two
rm "${unit%mount}automount"
ln -sf "${unit##*/}" "$unit"
claims "a unit that cannot be read" "mount: ${unit//\\/\\\\}, which may be another unit for $WORK/spot: Too many levels" \
	two "mount = $WORK/spot"
rm "$unit"
printf '[Unit]\nSourcePath=%s\n' $CONF/two.conf >"$unit"
ok "but a copy of its own unit is not refused" rbullctl start two
rm "$unit"
ok "it goes again" rbullctl stop two
: >"$WORK/units/${unit##*/}"
capture /usr/lib/systemd/system-generators/rbull-generator "$WORK/units"
like "$OUT" "$CONF/two.conf: [^ ]*.mount already exists: another generator has made it" "a unit of another generator"
is "$(cat "$WORK/units/${unit##*/}")" "" "is left alone"
rm -r "$WORK/units" "$CONF/two.conf" "${IMAGES:?}"/*

# rbullctl is killed while it works.
conf killed "size = 1M" "image = killed.qcow2" "save = shutdown"
ok "a disk" rbullctl start killed
stop_killed killed qemu-img stop
is "$(info killed RO)" 1 "whose stop was killed: it is read-only"
ok "start" rbullctl start killed
is "$OUT" $'killed: /dev/rbull0 already exists\nkilled: an earlier stop was interrupted: the disk is writable again\n' "notices"
is "$(info killed RO)" 0 "it can be written again"
stop_killed killed qemu-img stop
printf '#!/bin/sh\nexit 1\n' >"$WORK/bin/qemu-img"
chmod 755 "$WORK/bin/qemu-img"
PATH=$WORK/bin:$PATH capture rbullctl stop killed
like "$OUT" "killed: an earlier stop was interrupted" "stop notices it, too"
is "$(info killed RO)" 0 "and when it fails, it can be written"
ctl "somebody wants it read-only" set killed ro=1
ok "start again" rbullctl start killed
is "$(info killed RO)" 1 "that is left alone"
ok "it can be stopped" rbullctl rm killed
conf killed "size = 1M" "mkfs = slow"
stop_killed killed mkfs.slow start
ok "a start that was killed leaves no disk behind" wait_for 10 no_disks
rm $CONF/killed.conf

# A signal arrives while the first of two disks is mounted: that is done, but no second one is made.
for name in first second; do
	conf $name "size = 1M" "name = $name" "mkfs = slow" "mount = $WORK/mnt1"
done
sed -i s/mnt1/mnt2/ $CONF/second.conf
printf '%s\n' '#!/bin/sh' 'exit 0' >"$WORK/bin/mkfs.slow"
printf '%s\n' '#!/bin/sh' "touch $WORK/begun" 'sleep 1' "touch $WORK/mounted" >"$WORK/bin/mount"
chmod 755 "$WORK/bin/"*
PATH=$WORK/bin:$PATH spawn rbullctl start --mount first second
pid=$!
wait_for 60 test -e "$WORK/begun" || diag "$(<"$WORK/spawned")"
kill -TERM $pid
wait $pid
is "$?" $((128 + 15)) "a signal while a disk is mounted ends start"
ok "after the mount" test -e "$WORK/mounted"
is "$(rbullctl ls -rno NAME)" first "and before the next disk"
ok "the disk goes" rbullctl stop first
rm $CONF/{first,second}.conf "$WORK/bin/"*

refused "a file that is not there" "$NO_DISK" "$CONF/none.conf: No such file" start none
refused "a name that no file can have" "$USAGE" "'a b' cannot be the name of a file in $CONF: allowed are" start "a b"
refused "no names" "$USAGE" "give either --all or names of files in $CONF" start

conf data "size = 32M" "image = data.img" "save = shutdown" "mkfs = xfs" \
	"mount = /srv/a b/%x" "mount_options = noatime"
mkdir "$WORK/units"
ok "the generator" /usr/lib/systemd/system-generators/rbull-generator "$WORK/units" "$WORK/units" "$WORK/units"
is "$(cd "$WORK/units/local-fs.target.wants" && printf '%s\n' ./* | sort | xargs -d'\n')" \
	"./rbull@data.service ./rbull@fixed.service ./rbull@plain.service ./srv-a\\x20b-\\x25x.mount ./$(systemd_name "$WORK/mnt").mount" \
	"local-fs.target wants them all"
is "$(readlink "$WORK/units/local-fs.target.wants/rbull@data.service")" \
	/usr/lib/systemd/system/rbull@.service "services are instances of the template"
ok "which is installed" grep -q '^ExecStop=/usr/sbin/rbullctl stop' "/usr/lib/systemd/system/rbull@.service"
unit=$(<"$WORK/units/srv-a\\x20b-\\x25x.mount")
for line in 'What=/dev/disk/by-id/rbull-data' 'Where=/srv/a b/%%x' 'Type=xfs' 'Options=noatime' \
	'After=rbull@data.service' 'Requires=rbull@data.service'; do
	like "$unit" $'\n'"$line"$'(\n|$)' "the mount unit has $line"
done
needs=$(<"$WORK/units/rbull@data.service.d/50-rbull.conf")
like "$needs" $'\n'"RequiresMountsFor=\"$IMAGES/data.img\""$'\n' "the service waits for the file system of its image"
like "$needs" $'\n'"RequiresMountsFor=\"/srv/a b\""$'\n' "and for that of the folder where it is mounted"
like "$needs" $'\n''Wants=srv-a\\x20b-\\x25x\.mount$' "and brings its mount unit with it"
fails "one with neither needs nothing" test -e "$WORK/units/rbull@plain.service.d"
conf "no unit" "size = 1M"
conf mounted "size = 1M" "mkfs = ext4" "mount = /srv/b"
conf nested "size = 1M" "mkfs = ext4" "mount = /srv/b/c"
rm -r "$WORK/units"
mkdir "$WORK/units"
capture /usr/lib/systemd/system-generators/rbull-generator "$WORK/units"
like "$OUT" "^rbullctl: 'no unit' cannot be the name of a file in $CONF" "a file with a bad name is passed over"
like "$(<"$WORK/units/rbull@mounted.service.d/50-rbull.conf")" $'\nWants=srv-b\.mount$' \
	"one without an image brings its mount unit, too"
is "$(grep RequiresMountsFor "$WORK/units/rbull@mounted.service.d/50-rbull.conf")" 'RequiresMountsFor="/srv"' "waits for no image"
is "$(grep RequiresMountsFor "$WORK/units/rbull@nested.service.d/50-rbull.conf")" 'RequiresMountsFor="/srv/b"' \
	"one that is mounted on another waits for that"

finish
