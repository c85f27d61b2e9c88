#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl start and stop: disks of /etc/rbull.d; and the units that the generator makes of them.
# Not in UML: no netlink there, so no udev.
# Newest kernel: it is about the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

CONF=/etc/rbull.d
IMAGES=/var/lib/rbull

boot_cleanup() {
	rm -f $CONF/*.conf $IMAGES/*
}
AT_EXIT+=(boot_cleanup)

# conf NAME LINE...
conf() {
	local name=$1

	shift
	printf '%s\n' "$@" >"$CONF/$name.conf"
}

# The name that systemd gives to a path: only what this case uses is escaped here.
systemd_name() {
	local path=${1#/}

	path=${path//-/\\x2d}
	printf '%s' "${path//\//-}"
}

# wrong DESCRIPTION REGEX LINE...: a file with these lines is refused
wrong() {
	local desc=$1 regex=$2

	shift 2
	conf wrong "$@"
	capture rbullctl start wrong
	is "$?" "$USAGE" "$desc: it ends with $USAGE"
	like "$OUT" "^rbullctl: $CONF/wrong.conf: $regex" "$desc: it says why"
	rm "$CONF/wrong.conf"
}

is "$(stat -c %a $IMAGES)" 700 "images are for root only"
mkdir -p $CONF "$WORK/units" "$WORK/mnt"
ok "nothing to start" rbullctl start --all
is "$OUT" "" "nothing is said"
ok "rbullctl has loaded the module" loaded

printf -v long "%0300d" 0
conf plain "# a comment" "# a long one $long" "size = 24M" "queue_mode=bio" "mem_limit = 8M"
ok "a plain disk" rbullctl start plain
is "$OUT" $'plain: made /dev/rbull0, 24M\n' "what was made is said"
is "$(rbullctl info -rno NAME,SIZE,QUEUE_MODE,MEM_LIMIT plain)" "plain 24M bio 8M" "it is as the file says"
ok "again" rbullctl start plain
like "$OUT" "is there already, /dev/rbull0" "does nothing"
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
like "$OUT" "^rbullctl: data: it is saved, but not removed: [^"$'\n'"]*mounted on $WORK/mnt[^"$'\n'"]*"$'\n'"data: saved /dev/rbull0" \
	"saves it, and says why it stays"
ok "it can still be written" touch "$WORK/mnt/later"
ok "save only, while mounted" rbullctl stop --keep data
like "$OUT" "^data: saved /dev/rbull0, 32M with [0-9.]+M in RAM, to $IMAGES/data.img in [0-9.]+ s"$'\n$' "it is said"
ok "unmounted" umount "$WORK/mnt"
ok "stop" rbullctl stop data
like "$OUT" "saved .*removed" "saved and removed"
capture rbullctl stop --keep data
is "$?" "$NO_DISK" "there is nothing to save now"
is "$OUT" $'rbullctl: data: nothing was saved: there is no disk kept\n' "which is said"
ok "start again" rbullctl start data
is "$OUT" "data: made /dev/rbull0, 32M, of $IMAGES/data.img"$'\n' "from the image"
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

conf bad "size = 8M" "mkfs = nothing"
capture rbullctl start bad
is "$?" "$FAILED" "a file system that cannot be made"
is "$(disks)" "" "leaves no disk"
rm $CONF/bad.conf
wrong "a wrong key" "there is no key 'colour'" "colour = red"
wrong "a wrong value" "size: 'x' is not a size" "size = x"
wrong "a wrong section" "there is no section \[disks\]" "[disks]" "size = 1M"
wrong "no line at all" "line 1 is wrong" "size"
wrong "a key twice" "size is given twice, or" "size = 1M" "size = 2M"
wrong "a key in two spellings" "mem-limit is given twice, or" "mem_limit = 1M" "mem-limit = 2M"
wrong "an indented line" "mount is given twice, or the line below it is indented" "mount = /mnt" "  save = never"
printf -v long "%0190d" 0
wrong "a long line" "line 2 is too long: at most [0-9]+ bytes are allowed" "size = 1M" "mkfs_options = $long" "nonsense"
wrong "save to nowhere" "save=shutdown needs image=" "save = shutdown"
wrong "an empty name" "name: it is empty" "name ="
wrong "a wrong save" "save: 'often' is neither" "save = often"
wrong "a relative mount" "mount: 'mnt' is not an absolute path" "mount = mnt"
refused "a file that is not there" "$NO_DISK" "$CONF/none.conf: No such file" start none
refused "a name that is none of a file" "$USAGE" "'a b' is not the name of a file in $CONF: allowed are" start "a b"
refused "no names" "$USAGE" "either --all or names of files in $CONF" start

conf data "size = 32M" "image = data.img" "save = shutdown" "mkfs = xfs" \
	"mount = /srv/a b/%x" "mount_options = noatime"
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
like "$needs" $'\n''Wants=srv-a\\x20b-\\x25x\.mount$' "and brings its mount unit with it"
fails "one with neither needs nothing" test -e "$WORK/units/rbull@plain.service.d"
conf "no unit" "size = 1M"
conf mounted "size = 1M" "mkfs = ext4" "mount = /srv/b"
rm -r "$WORK/units"
mkdir "$WORK/units"
capture /usr/lib/systemd/system-generators/rbull-generator "$WORK/units"
like "$OUT" "^rbullctl: 'no unit' is not the name of a file in $CONF" "a file whose name is none of a unit is passed over"
like "$(<"$WORK/units/rbull@mounted.service.d/50-rbull.conf")" $'\nWants=srv-b\.mount$' \
	"one without an image brings its mount unit, too"
fails "but waits for no file system" grep RequiresMountsFor "$WORK/units/rbull@mounted.service.d/50-rbull.conf"

finish
