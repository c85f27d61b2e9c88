#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Files that rbullctl saves to and loads from: files that other users prepared for root, special files, pipes, and the
# properties of the disk that an image keeps.
# Not in UML: it tests the tool.
# Newest kernel: it tests the tools.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

STICKY=$WORK/sticky
USER_ID=65534

# as_user COMMAND...: run it as an ordinary user
as_user() {
	setpriv --reuid=$USER_ID --regid=$USER_ID --clear-groups "$@"
}

sums() {
	sha256sum "$@" | cut -d' ' -f1
}

# Links and files that a user puts where root will save.
planted() {
	local before

	echo "important" >"$WORK/important.conf"
	before=$(sums "$WORK/important.conf")
	as_user ln -s "$WORK/important.conf" "$STICKY/link.img"
	refused "a user's link" "$FAILED" "'link.img' in this path is a link of user $USER_ID: links of other users are not followed" \
		save --quiet rbull0 "$STICKY/link.img"
	is "$(sums "$WORK/important.conf")" "$before" "where it leads to nothing has changed"
	as_user mkdir "$STICKY/own"
	as_user ln -s "$WORK" "$STICKY/own/folder"
	refused "a user's link on the way" "$FAILED" "'folder' in this path is a link of user $USER_ID" \
		save --quiet rbull0 "$STICKY/own/folder/important.conf"
	is "$(sums "$WORK/important.conf")" "$before" "where it leads to nothing has changed"
	refused "to load by way of it" "$FAILED" "links of other users are not followed" load --no-verify "$STICKY/link.img"

	as_user touch "$STICKY/setuid.img"
	as_user chmod 4755 "$STICKY/setuid.img"
	ctl "a file that a user made first" save --quiet rbull0 "$STICKY/setuid.img"
	is "$(stat -c '%u %a' "$STICKY/setuid.img" "$STICKY/setuid.img.rbullsum" | xargs)" "0 600 0 600" "is root's, and for root only"
	touch "$WORK/own.img"
	chown $USER_ID "$WORK/own.img"
	chmod 4644 "$WORK/own.img"
	ctl "a file of a user's in a folder of root's" save --quiet rbull0 "$WORK/own.img"
	is "$(stat -c '%u %a' "$WORK/own.img")" "$USER_ID 644" "keeps owner and mode, but not setuid"

	as_user ln -s "$WORK/important.conf" "$STICKY/.new.img.rbull-new"
	as_user ln -s "$WORK/important.conf" "$STICKY/new.img.rbullsum"
	ctl "links where temporary files and the sum will be" save --quiet rbull0 "$STICKY/new.img"
	ctl "the same for qcow2" save --quiet rbull0 "$STICKY/new.qcow2"
	is "$(sums "$WORK/important.conf")" "$before" "where they lead to nothing has changed"
	is "$(stat -c '%F %u %a' "$STICKY/new.img.rbullsum")" "regular file 0 600" "the sum is a file of root's"
	as_user mkdir -p "$STICKY/.taken.img.rbull-new/x" "$STICKY/.taken.img.rbullsum.rbull-new/x"
	ctl "folders where temporary files will be" save --quiet rbull0 "$STICKY/taken.img"
	ok "the image is there, and its sum" test -s "$STICKY/taken.img" -a -s "$STICKY/taken.img.rbullsum"
	is "$(find "$STICKY" -name '.*.rbull-new' | wc -l)" 2 "nothing else was left"
	as_user mkdir "$STICKY/folder.img.rbullsum"
	as_user mkfifo "$STICKY/fifo.img.rbullsum"
	refused "a folder where the sum will be" "$FAILED" "folder.img.rbullsum is a folder: the checksum" save --quiet rbull0 "$STICKY/folder.img"
	fails "nothing was saved" test -e "$STICKY/folder.img"
	ctl "a FIFO there" save --quiet rbull0 "$STICKY/fifo.img"
	is "$(stat -c '%F %u %a' "$STICKY/fifo.img.rbullsum")" "regular file 0 600" "is replaced by the sum"
	ln -s "$WORK/target.img" "$WORK/mine.img"
	touch "$WORK/target.img"
	ctl "root's own link" save --quiet rbull0 "$WORK/mine.img"
	ok "is followed, and stays" test -L "$WORK/mine.img" -a -s "$WORK/target.img"
	mkdir -m 700 "$WORK/closed"
	as_user ln -s /proc/1/root/nowhere "$STICKY/dangling.img"
	refused "a user's link to nothing" "$FAILED" "is a link to a file that is not there|links of other users" \
		save --quiet rbull0 "$STICKY/dangling.img"
}

# Links of procfs lead to open files and folders, whatever their text says.
magic() {
	local pid held

	mkdir "$WORK/own"
	spawn unshare --mount sh -c "mount -t tmpfs none $WORK/own && : >$WORK/own/ready && exec sleep 100"
	pid=$!
	wait_for 20 test -e "/proc/$pid/root$WORK/own/ready" || diag "$(<"$WORK/spawned")"
	ctl "save to the mount namespace of a process" save --quiet rbull0 "/proc/$pid/root$WORK/own/disk.img"
	ok "it is there" test -s "/proc/$pid/root$WORK/own/disk.img"
	fails "and not here" test -e "$WORK/own/disk.img"
	made "load it from there" /dev/rbull9 load --quiet "/proc/$pid/root$WORK/own/disk.img" --index 9
	ok "it is the same disk" cmp /dev/rbull0 /dev/rbull9
	ctl "it goes" rm 9
	ln -s disk.qcow2 "/proc/$pid/root$WORK/own/latest"
	: >"/proc/$pid/root$WORK/own/disk.qcow2"
	ctl "save by way of a link there" save --quiet rbull0 "/proc/$pid/root$WORK/own/latest"
	is "$(head -c 4 "/proc/$pid/root$WORK/own/disk.qcow2" | xxd -p)" 514649fb "the name of the file there says the format"
	made "load it by way of the link" /dev/rbull9 load --quiet "/proc/$pid/root$WORK/own/latest" --index 9
	ok "it is the disk that was saved" cmp /dev/rbull0 /dev/rbull9
	ctl "it goes, too" rm 9
	refused "what is missing there" "$FAILED" "/proc/$pid/root$WORK/own/none.img: No such file" load --no-verify "/proc/$pid/root$WORK/own/none.img"
	kill "$pid"
	ok "save to a working directory" env -C "$WORK/own" rbullctl save --quiet rbull0 /proc/self/cwd/cwd.img
	ok "it is there" test -s "$WORK/own/cwd.img"
	exec {held}<"$WORK/own/cwd.img"
	refused "an open file" "$FAILED" "'$held' in this path is a link of the kernel to an open file: write the path of the file itself" \
		load --no-verify "/proc/self/fd/$held"
	refused "a file on standard input" "$FAILED" "link of the kernel to an open file: .*, or - for standard input or output" \
		load --no-verify /proc/self/fd/0 <"$WORK/own/cwd.img"
	refused "a pipe on standard input" "$FAILED" "link of the kernel to an open file: .*, or - for standard input or output" \
		load --no-verify /proc/self/fd/0 < <(cat "$WORK/own/cwd.img")
	refused "standard output" "$FAILED" "link of the kernel to an open file: .*, or - for standard input or output" save rbull0 /proc/self/fd/1
	rm "$WORK/own/"*
	refused "an open file that was removed" "$FAILED" "is a link of the kernel to an open file" save rbull0 "/dev/fd/$held"
	exec {held}<&-
	is "$(ls -A "$WORK/own")" "" "nothing was made of its former name"
}

# A qcow2 file that its owner changes while root examines it.
exchanged() {
	local pid

	qemu-img create -q -f qcow2 "$WORK/good.qcow2" 8M
	qemu-img create -q -f qcow2 -b /etc/passwd -F raw "$WORK/bad.qcow2" 8M
	refused "a backing file" "$BAD_FILE" "has a backing file" load --no-verify "$WORK/bad.qcow2"
	as_user cp "$WORK/good.qcow2" "$STICKY/own/x.qcow2"
	# shellcheck disable=SC2016 # expands there
	spawn setpriv --reuid=$USER_ID --regid=$USER_ID --clear-groups sh -c '
		while :; do cat "$1" >"$3"; cat "$2" >"$3"; done' sh "$WORK/good.qcow2" "$WORK/bad.qcow2" "$STICKY/own/x.qcow2"
	pid=$!
	local n loaded=0 leaked=0
	for ((n = 0; n < 20; n++)); do
		rbullctl load --quiet --no-verify --index 9 "$STICKY/own/x.qcow2" >/dev/null 2>&1 || continue
		loaded=$((loaded + 1))
		! grep -q root: /dev/rbull9 || leaked=$((leaked + 1))
		rbullctl rm 9
	done
	kill "$pid"
	wait "$pid" 2>/dev/null
	diag "loaded $loaded of $n"
	is "$leaked" 0 "the loaded file is the examined one"
	cp "$STICKY/own/x.qcow2" "$WORK/y.qcow2"
}

# Special files, endless links and unknown formats: nothing may hang.
strange() {
	local before=$SECONDS

	mkfifo "$WORK/fifo.img"
	refused "load a FIFO" "$BAD_FILE" "is not a regular file" load --no-verify "$WORK/fifo.img"
	refused "save to it" "$FAILED" "is not a regular file: images are saved to files" save rbull0 "$WORK/fifo.img"
	refused "load a device" "$BAD_FILE" "is not a regular file" load --no-verify /dev/zero
	refused "load what the kernel makes up" "$FAILED" "is not a regular file, but generated by the kernel" load --no-verify /proc/kcore
	refused "a link of the kernel to such a file" "$FAILED" "/proc/mounts is not a regular file, but generated by the kernel" load --no-verify /proc/mounts
	refused "to save to it" "$FAILED" "/proc/mounts is not a regular file, but generated by the kernel" save rbull0 /proc/mounts
	refused "a folder" "$BAD_FILE" "is not a regular file, but a folder" load --no-verify "$WORK"
	refused "no name" "$USAGE" "'' is not the name of a file" save rbull0 ""
	refused "a folder that is not there" "$FAILED" "No such file or directory" save rbull0 "$WORK/no/disk.img"
	refused "links without end" "$FAILED" "Too many levels of symbolic links" save rbull0 "$WORK/loop/x"
	between $((SECONDS - before)) 0 30 "nothing of this waits"
	refused "a format of others" "$USAGE" "the format vmdk is not supported, only raw and qcow2" save rbull0 "$WORK/disk.VMDK"
	refused "to load it" "$USAGE" "the format vdi is not supported" load --no-verify "$WORK/disk.vdi"
	: >"$WORK/to.qcow2"
	ln -s to.qcow2 "$WORK/by.img"
	refused "save by way of a link whose name has another format" "$USAGE" \
		"by.img is raw by its name, but leads to $WORK/to.qcow2, which is qcow2 by its name: write the path of that file, or give --format" \
		save --quiet rbull0 "$WORK/by.img"
	ctl "save, and the format is given" save --quiet --format qcow2 rbull0 "$WORK/by.img"
	is "$(head -c 4 "$WORK/to.qcow2" | xxd -p)" 514649fb "it is that format"
	refused "load it without" "$USAGE" "by.img is raw by its name, but leads to $WORK/to.qcow2" load --quiet "$WORK/by.img"
	made "load it, and the format is given" /dev/rbull9 load --quiet --format qcow2 "$WORK/by.img" --index 9
	ok "it is the same disk" cmp /dev/rbull0 /dev/rbull9
	ctl "it goes" rm 9
	ln -s to.qcow2 "$WORK/by"
	made "a link whose name says nothing" /dev/rbull9 load --quiet "$WORK/by" --index 9
	ctl "what it leads to goes" rm 9
	cp "$WORK/good.qcow2" "$WORK/cut.qcow2"
	truncate -s 70000 "$WORK/cut.qcow2"
	printf '\377\377\377\377\377\377\377\377' | dd of="$WORK/cut.qcow2" bs=1 seek=40 conv=notrunc status=none
	refused "what qemu-img cannot examine" "$BAD_FILE" "cut.qcow2: qemu-img: .*[a-z]" load --no-verify "$WORK/cut.qcow2"
	unlike "$OUT" "/dev/fd" "in words that a user understands"
	qemu-img create -q -f qcow2 "$WORK/nothing.qcow2" 0
	refused "a disk of nothing" "$BAD_FILE" "has a disk of 0 bytes" load --no-verify "$WORK/nothing.qcow2"
}

# Every user who can read a folder can lock it: saving must not wait for that lock.
locked() {
	as_user flock "$STICKY" sleep 30 &
	SPAWNED+=($!)
	pause 0.3
	ok "a user has locked the folder" timeout 15 rbullctl save --quiet rbull0 "$STICKY/free.img"
	kill "${SPAWNED[-1]}"
}

pipes() {
	ok "save to a pipe" sh -c "rbullctl save rbull0 - | cat >$WORK/piped.img"
	ok "it is the disk" cmp "$WORK/piped.img" /dev/rbull0
	ok "by way of zstd" sh -c "rbullctl save rbull0 - | zstd -q >$WORK/piped.zst"
	ok "load from a pipe" sh -c "zstd -dqc $WORK/piped.zst | rbullctl load - --index 9 --name piped"
	settle
	ok "it is the same disk" cmp /dev/rbull9 /dev/rbull0
	ctl "it goes" rm piped
	ok "load data that ends in the middle of a block" sh -c "head -c 1000 /bin/bash | rbullctl load - --index 9"
	is "$(blockdev --getsize64 /dev/rbull9)" 1024 "the last block is filled up"
	ctl "it goes, too" rm 9
	ok "load, and the size is given" sh -c "head -c 1000 /bin/bash | rbullctl load - --size 4M --index 9"
	is "$(blockdev --getsize64 /dev/rbull9)" $((4 << 20)) "the disk has that size"
	ctl "it goes as well" rm 9
	fails "more than fits" sh -c "head -c 8192 /bin/bash | rbullctl load - --size 4096"
	like "$OUT" "--size: 4096 bytes are less than the input" "says why"
	fails "nothing" sh -c ": | rbullctl load -"
	like "$OUT" "-: the input is empty" "says so"
	fails "the reader of the pipe ends early" bash -o pipefail -c "rbullctl save rbull0 - | true"
	fails "qcow2 to a pipe" bash -o pipefail -c "rbullctl save --format qcow2 rbull0 - | cat"
	like "$OUT" "'qcow2' cannot be written to a pipe" "says why"
	is "$(disks)" "0" "nothing is left"
}

# shaped FORMAT: a disk that is saved, removed and loaded must have the same properties
shaped() {
	local image=$WORK/shape.$1

	ctl "$1: a disk with blocks of 4096 bytes" add --size 32M --index 9 --name shaped --logical-block-size 4096 --physical-block-size 8192
	ok "$1: partitions" sfdisk -q /dev/rbull9 <<<$'label: gpt\n,8M\n,'
	settle
	ok "$1: a file system" mkfs.ext4 -q /dev/rbull9p2
	settle
	ctl "$1: read-only" set shaped ro=1
	ctl "$1: save" save --quiet shaped "$image"
	ctl "$1: remove" rm shaped
	ctl "$1: load" load --quiet "$image" --index 9
	settle
	is "$(info 9 LOGICAL_BLOCK_SIZE,PHYSICAL_BLOCK_SIZE,RO,NAME)" "4096 8192 1 shaped" "$1: it has its properties"
	ok "$1: and partitions" test -b /dev/rbull9p2
	is "$(blkid -o value -s TYPE /dev/rbull9p2)" ext4 "$1: with what was in them"
	ok "$1: load it once more" rbullctl load --quiet "$image" --index 10 --ro=0 --physical-block-size 4096
	is "$OUT" "rbullctl: $image: the name of the disk in it, 'shaped', is taken by rbull9: the new disk has no name, --name gives it one"$'\n/dev/rbull10\n' \
		"$1: the name that it cannot have is reported"
	is "$(info 10 LOGICAL_BLOCK_SIZE,PHYSICAL_BLOCK_SIZE,RO)" "4096 4096 0" "$1: what is asked for counts"
	ctl "$1: both go" rm 9 10
}

foreign() {
	ctl "foreign: a disk with blocks of 4096 bytes" add --size 32M --index 9 --logical-block-size 4096
	ok "foreign: a partition" sfdisk -q /dev/rbull9 <<<$'label: gpt\n,8M\n'
	settle
	dd if=/dev/rbull9 of="$WORK/foreign.img" bs=1M status=none
	ctl "foreign: it goes" rm 9
	ok "foreign: load an image of somebody else's" rbullctl load --quiet --no-verify "$WORK/foreign.img" --index 9
	like "$OUT" "its partition table .GPT. is made for blocks of 4096 bytes: the disk gets these" "foreign: says what it has found"
	settle
	ok "foreign: the partition" test -b /dev/rbull9p1
	ctl "foreign: it goes again" rm 9
	ok "foreign: with other blocks" rbullctl load --quiet --no-verify "$WORK/foreign.img" --index 9 --logical-block-size 512
	like "$OUT" "is made for blocks of 4096 bytes: with blocks of 512 bytes, no partition is found" "foreign: says so"
	ctl "foreign: it goes at last" rm 9
	truncate -s -512 "$WORK/foreign.img"
	refused "foreign: cut within a block" "$BAD_FILE" "not a multiple of this: --logical-block-size 512 .in a file of /etc/rbull.d: logical_block_size = 512. loads it" \
		load --quiet --no-verify "$WORK/foreign.img"
}

# Saving fails for lack of space: the older image stays intact, and no other file is left.
full() {
	mkdir "$WORK/small"
	mount -t tmpfs -o size=12m none "$WORK/small"
	ctl "full: there is room" save --quiet rbull0 "$WORK/small/disk.img"
	local before
	before=$(sums "$WORK/small/disk.img")
	dd if=/dev/urandom of=/dev/rbull0 bs=1M count=16 oflag=direct status=none
	refused "full: there is none" "$FAILED" "No space left on device" save --quiet rbull0 "$WORK/small/disk.img"
	is "$(sums "$WORK/small/disk.img")" "$before" "full: the file is as it was"
	is "$(find "$WORK/small" -type f -printf '%f\n' | sort | xargs)" "disk.img disk.img.rbullsum" "full: and nothing else is there"
	ok "full: it can be loaded" rbullctl load --quiet "$WORK/small/disk.img" --index 9
	settle
	ctl "full: it goes" rm 9
	umount "$WORK/small"
}

# Names that do not fit, and a file system that knows no files without a name.
names() {
	local long before

	long=$(printf '%0236d' 0)
	refused "a name too long for its temporary file" "$FAILED" "the name is too long: at most 235 bytes are allowed" save --quiet rbull0 "$WORK/$long"
	ctl "the longest name" save --quiet rbull0 "$WORK/${long:1}"
	long=$(printf '%0255d' 0)
	before=$(sums /bin/bash)
	cp /bin/bash "$WORK/$long"
	refused "a name that is cut off is another one" "$FAILED" "File name too long" save --quiet rbull0 "$WORK/${long}1"
	is "$(sums "$WORK/$long")" "$before" "a name that is cut off: the other file is as it was"
	mkdir "$WORK/fat"
	truncate -s 192M "$WORK/fat.img"
	modprobe loop
	mkfs.vfat "$WORK/fat.img" >/dev/null
	ok "vfat: mount" mount -o loop "$WORK/fat.img" "$WORK/fat"
	mkdir -p "$WORK/fat/.disk.img.rbull-new/x"
	ctl "vfat: save" save --quiet rbull0 "$WORK/fat/disk.img"
	rm -r "$WORK/fat/.disk.img.rbull-new"
	ctl "vfat: save as qcow2" save --quiet rbull0 "$WORK/fat/disk.qcow2"
	is "$(find "$WORK/fat" -type f -printf '%f\n' | sort | xargs)" "disk.img disk.img.rbullsum disk.qcow2 disk.qcow2.rbullsum" "vfat: and nothing else is there"
	ok "vfat: load" rbullctl load --quiet "$WORK/fat/disk.qcow2" --index 9
	settle
	is "$(sums /dev/rbull9)" "$(sums /dev/rbull0)" "vfat: it is the same disk"
	ctl "vfat: it goes" rm 9
	umount "$WORK/fat"
	ok "without stdout and stderr" sh -c "rbullctl save --quiet rbull0 $WORK/closed.img >&- 2>&-"
	is "$(sums "$WORK/closed.img")" "$(sums /dev/rbull0)" "without stdout and stderr: the image is whole"
	cp "$STICKY/setuid.img" "$STICKY/own/huge.img"
	truncate -s 1T "$STICKY/own/huge.img.rbullsum"
	refused "a sum of a terabyte" "$BAD_FILE" "huge.img.rbullsum" load --quiet "$STICKY/own/huge.img"
}

# preloaded WHAT COMMAND...: run it with a library that makes something rare happen
preloaded() {
	local what=$1

	shift
	capture timeout 20 env LD_PRELOAD="$PROG/preload.so" RBULL_PRELOAD="$what" RBULL_PRELOAD_FILE="$WORK/shrinks.img" "$@"
}

rare() {
	mkdir "$WORK/bin"
	printf '#!/bin/sh\nexec sleep 60\n' >"$WORK/bin/qemu-img"
	chmod 755 "$WORK/bin/qemu-img"
	PATH=$WORK/bin:$PATH preloaded spawn rbullctl save --quiet rbull0 "$WORK/rare.qcow2"
	is "$?" $((128 + 15)) "a signal between start and end of qemu-img ends both"
	fails "nothing is saved then" test -e "$WORK/rare.qcow2"
	preloaded printed rbullctl load --quiet --no-verify "$WORK/closed.img"
	is "$?" $((128 + 15)) "a signal after load has printed the path"
	is "$(disks)" 0 "leaves no disk, either"
	mkdir "$WORK/raced"
	preloaded link rbullctl save --quiet rbull0 "$WORK/raced/x.img"
	is "$?" 0 "somebody takes the temporary name at the last moment: another one is used"
	is "$(find "$WORK/raced" -type f -printf '%f\n' | sort | xargs)" "x.img x.img.rbullsum" "nothing of it is left"
	touch "$WORK/linked"
	ln "$WORK/linked" "$WORK/raced/.y.img.rbull-new"
	flock "$WORK/linked" rbullctl save --quiet rbull0 "$WORK/raced/y.img"
	is "$?" 0 "a link to a file of root's that is locked is not taken for the file of another rbullctl"
	ok "that file stays" test -e "$WORK/linked"
	preloaded flock rbullctl resize rbull0 64M
	is "$?" "$FAILED" "files cannot be locked"
	is "$OUT" $'rbullctl: /run/rbull/resize.rbull0.lock: No locks available\n' "it says so"
	dd if=/bin/bash of="$WORK/shrinks.img" bs=64k count=2 status=none
	dd if=/bin/bash of="$WORK/shrinks.img" bs=64k count=1 seek=32 status=none
	preloaded truncate rbullctl load --no-verify "$WORK/shrinks.img"
	is "$?" "$BAD_FILE" "a file shrinks after its first hole was found"
	is "$OUT" "rbullctl: $WORK/shrinks.img: the file ends at byte 4096: it was truncated while it was read"$'\n' "it says so"
	is "$(disks)" 0 "no disk is left"
}

chmod 755 "$WORK"
mkdir -m 1777 "$STICKY"
ln -s loop "$WORK/loop"
load disk_mb=32
dd if=/bin/bash of=/dev/rbull0 bs=64k count=16 oflag=direct status=none
planted
magic
exchanged
strange
locked
pipes
shaped img
shaped qcow2
foreign
full
names
rare

finish
