#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl save and load: what is saved can be loaded, bad files are refused, and an interrupted command leaves
# nothing behind.
# Not in UML: it tests the tool.
# Newest kernel: it tests the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

IMAGE=$WORK/disk.img

# files_are DESCRIPTION FILE...: $WORK/images has exactly these files.
files_are() {
	local desc=$1

	shift
	is "$(cd "$WORK/images" && find . -type f -printf '%P\n' | sort | xargs)" "$*" "$desc"
}

# nameless DESCRIPTION DEVICE WORD...: as made, for an image of a disk whose name another disk has, which must be said
nameless() {
	local desc=$1 device=$2

	shift 2
	ok "$desc" rbullctl "$@"
	like "$OUT" "^rbullctl: [^ ]*: the name of the disk in it, '[a-z]+', is taken by rbull[01]: the new disk has no name, --name gives it one"$'\n'"$device"$'\n$' \
		"$desc: it is $device, and has no name"
	is "$(info "$device" NAME)" "" "$desc: it has none"
}

# For wait_for: rbullctl has made its temporary disk.
temporary_is_there() {
	[[ -e /sys/block/rbull4095 ]]
}

temporary_is_gone() {
	[[ ! -e /sys/block/rbull4095 ]]
}

# broken_off SIGNAL: end a save with this signal half-way
broken_off() {
	local pid status

	# Background processes of bash ignore SIGINT by default.
	spawn env --default-signal=INT rbullctl save big "$WORK/images/big.img"
	pid=$!
	wait_for 10 temporary_is_there || fail "$1: saving has begun"
	pause 0.2
	kill -"$1" $pid
	wait $pid
	status=$?
	is "$status" $((128 + $(kill -l "$1"))) "$1 ends saving"
	ok "$1: the disk it needed goes" wait_for 10 temporary_is_gone
}

# e2fsck replays the journal and exits with 1: errors were corrected.
change_it() {
	e2fsck -f -p "$1" || (($? == 1))
}

flip_byte() {
	printf '\377' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

load nr_disks=0
ctl "a disk" add --size 64M --name source
ok "a file system" mkfs.ext4 -q /dev/rbull0
mkdir "$WORK/mnt" "$WORK/images"
ok "mounted" mount /dev/rbull0 "$WORK/mnt"
make_tree "$WORK/mnt"
ctl "save it while it is mounted" save source "$IMAGE"
ctl "to qcow2, too" save source "$WORK/disk.qcow2"
echo later >"$WORK/mnt/later"
ok "unmount" umount "$WORK/mnt"
is "$(stat -c %s "$IMAGE")" $((64 << 20)) "the raw file is as large as the disk"
between "$(du -k "$IMAGE" | cut -f1)" 1 $((16 << 10)) "but has holes"
is "$(head -c 4 "$WORK/disk.qcow2" | xxd -p)" 514649fb "the other one is qcow2"
ok "which qemu-img finds good" qemu-img check -q "$WORK/disk.qcow2"

for image in "$IMAGE" "$WORK/disk.qcow2"; do
	made "load ${image##*/}" /dev/rbull1 load "$image" --name copy --logical-block-size 512
	is "$(info copy SIZE)" $((64 << 20)) "${image##*/}: it has the size"
	ok "${image##*/}: it can be mounted" mount /dev/rbull1 "$WORK/mnt"
	ok "${image##*/}: all files are there" tree_intact "$WORK/mnt"
	fails "${image##*/}: what came later is not" test -e "$WORK/mnt/later"
	ok "${image##*/}: unmount" umount "$WORK/mnt"
	ctl "${image##*/}: remove" rm copy
done
ok "the raw file is an image for others" change_it "$IMAGE"
refused "a file that others have changed" "$BAD_FILE" "checksum is" load "$IMAGE"
ctl "save over it" save source "$IMAGE"
nameless "read-only, in bio mode, larger" /dev/rbull1 load "$IMAGE" --ro --queue-mode bio --size 96M --mem-limit 48M
is "$(info 1 SIZE) $(info 1 RO) $(info 1 QUEUE_MODE) $(info 1 MEM_LIMIT)" \
	"$((96 << 20)) 1 bio $((48 << 20))" "it is so"
ok "the contents are the same" cmp -n $((64 << 20)) /dev/rbull0 /dev/rbull1
ctl "remove" rm 1
refused "a size that is too small" "$USAGE" "67108864 that are in" load "$IMAGE" --size 32M
refused "a limit that is too small" "$FAILED" "/dev/rbull4095: writing at .*: No space left" load "$IMAGE" --mem-limit 256K
refused "a limit that is too small for a qcow2" "$FAILED" "disk.qcow2: .*No space left on device: the RAM of the disk is limited to 262144 bytes .mem_limit., that of all disks together to [1-9][0-9]* .mem_limit_mb" \
	load "$WORK/disk.qcow2" --mem-limit 256K
fails "a pipe, and a limit that is too small" sh -c "rbullctl load - --mem-limit 256K <$WORK/disk.img"
like "$OUT" "writing at .*: No space left on device: the RAM of the disk is limited to 262144 bytes" "says so"
for words in "load $IMAGE" "clone source" "add --size 1M"; do
	capture sh -c "rbullctl $words --name unseen >/dev/full"
	is "$?" "$FAILED" "${words%% *}: its output cannot be written"
	is "$OUT" $'rbullctl: stdout cannot be written: No space left on device: the disk is removed again\n' "${words%% *}: it says so"
	is "$(disks)" 0 "${words%% *}: no disk is left"
done
capture bash -c '{ sleep 1; rbullctl add --size 1M; } | :'
is "$(disks)" 0 "nor if nobody reads it"
refused "a name that is taken" "$FAILED" "rbull0 already has that name" load "$IMAGE" --name source

cp "$IMAGE" "$WORK/other.img"
refused "a file without a checksum" "$BAD_FILE" "other.img has no checksum file, .*other.img.rbullsum.*--no-verify" load "$WORK/other.img"
made "it is loaded with --no-verify" /dev/rbull1 load --no-verify "$WORK/other.img"
ctl "remove it" rm 1
cp "$IMAGE.rbullsum" "$WORK/other.img.rbullsum"
truncate -s -4096 "$WORK/other.img"
refused "a truncated file" "$BAD_FILE" "other.img is truncated: it has 67104768 bytes, 67108864 were saved" load "$WORK/other.img"
truncate -s 65M "$WORK/other.img"
refused "a longer file" "$BAD_FILE" "is not what was saved: it has 68157440 bytes" load "$WORK/other.img"
cp --sparse=never "$IMAGE" "$WORK/other.img"
nameless "a copy without holes is as good" /dev/rbull1 load "$WORK/other.img"
ctl "remove that" rm 1
for place in 0 70000 67108863; do
	cp "$IMAGE" "$WORK/other.img"
	flip_byte "$WORK/other.img" $place
	refused "a byte changed at $place" "$BAD_FILE" "is not what was saved: its checksum is" load "$WORK/other.img"
done
echo nonsense >"$WORK/other.img.rbullsum"
refused "a checksum file without a checksum" "$BAD_FILE" "other.img.rbullsum: there is no checksum in it" load "$WORK/other.img"
for value in logical_block_size=1000 logical_block_size=-4096 physical_block_size=256 ro=7 name=7 name=a/b; do
	cp "$IMAGE" "$WORK/edited.img"
	sed "s/ ${value%=*}=[^ ]*/ ${value//\//\\/}/" "$IMAGE.rbullsum" >"$WORK/edited.img.rbullsum"
	refused "a checksum file with $value" "$BAD_FILE" "edited.img.rbullsum: $value: allowed are " load "$WORK/edited.img"
done
ok "the checksum alone counts if it is not verified" rbullctl load --no-verify "$WORK/edited.img"
like "$OUT" "edited.img.rbullsum: name=a/b: allowed are names that a disk can have"$'\n'".*edited.img.rbullsum: the properties of the disk in it are ignored"$'\n' \
	"the rest is reported"
ctl "it goes" rm 1
sed "s/ logical_block_size=[^ ]*/ logical_block_size=$(($(getconf PAGE_SIZE) * 2))/; s/ physical_block_size=[^ ]*/ physical_block_size=1048576/" \
	"$IMAGE.rbullsum" >"$WORK/edited.img.rbullsum"
refused "blocks larger than a page" "$BAD_FILE" "logical_block_size=[0-9]+: allowed are powers of 2 from 512 to $(getconf PAGE_SIZE)" load "$WORK/edited.img"
sed "s/ physical_block_size=[^ ]*//; s/ logical_block_size=[^ ]*/ logical_block_size=2048/; s/ name=.*/ colour=$(printf '%0300d' 0) name=edited/; s/\$/\r/" \
	"$IMAGE.rbullsum" >"$WORK/edited.img.rbullsum"
made "one block size, a long unknown word, lines as on Windows" /dev/rbull1 load "$WORK/edited.img"
is "$(info 1 LOGICAL_BLOCK_SIZE,NAME)" "2048 edited" "all that is known is used"
ctl "that goes" rm 1
cp "$WORK/disk.qcow2" "$WORK/cut.qcow2"
truncate -s -131072 "$WORK/cut.qcow2"
refused "a truncated qcow2" "$BAD_FILE" "cut.qcow2: qemu-img: .*: it is truncated or corrupt" load --no-verify "$WORK/cut.qcow2"
cp "$WORK/disk.qcow2" "$WORK/cut.qcow2"
printf '\2' | dd of="$WORK/cut.qcow2" bs=1 seek=79 conv=notrunc status=none
refused "a qcow2 that is marked" "$BAD_FILE" "cut.qcow2 is marked as corrupt" load --no-verify "$WORK/cut.qcow2"
head -c 1000 /bin/bash >"$WORK/odd.img"
refused "an odd size" "$BAD_FILE" "odd.img: the size of the disk in it, 1000 bytes, is not a multiple of 512 bytes" load --no-verify "$WORK/odd.img"
made "an odd size, and one that is given" /dev/rbull1 load --no-verify "$WORK/odd.img" --size 1M
cp "$WORK/odd.img" "$WORK/padded.img"
truncate -s 1M "$WORK/padded.img"
ok "the rest is zeroes" cmp /dev/rbull1 "$WORK/padded.img"
ctl "remove the odd one" rm 1
made "an odd size, and blocks of 4096 bytes" /dev/rbull1 load --no-verify "$WORK/odd.img" --size 4096 --logical-block-size 4096
ok "the rest of its only block is zeroes" cmp -n 4096 /dev/rbull1 "$WORK/padded.img"
ctl "remove that odd one" rm 1
head -c 4608 /bin/bash >"$WORK/odd.img"
refused "odd for its block size" "$BAD_FILE" "odd.img: .*, 4608 bytes, is not a multiple of 4096 bytes" load --no-verify "$WORK/odd.img" --logical-block-size 4096
refused "not a qcow2" "$BAD_FILE" "disk.img is not a qcow2 file" load --format qcow2 "$IMAGE"
ok "a qcow2 that needs another file" qemu-img create -q -f qcow2 -b "$WORK/disk.qcow2" -F qcow2 "$WORK/other.img"
refused "is refused" "$BAD_FILE" "has a backing file" load --no-verify --format qcow2 "$WORK/other.img"
rm "$WORK/other.img"
ok "one whose data are elsewhere" qemu-img create -q -f qcow2 -o "data_file=$WORK/data" "$WORK/other.qcow2" 64M
refused "is refused, too" "$BAD_FILE" "has an external data file" load --no-verify "$WORK/other.qcow2"
cp "$WORK/disk.qcow2" "$WORK/other.img"
refused "a qcow2 that is raw by its name" "$BAD_FILE" "other.img begins like a qcow2 file, but its name does not end in .qcow2: give --format raw or" load --no-verify "$WORK/other.img"
ctl "a disk that begins so" add --size 1M --name inner
ok "it does" dd if="$WORK/disk.qcow2" of=/dev/rbull1 bs=64k count=1 oflag=direct conv=notrunc status=none
ctl "save it" save inner "$WORK/inner.img"
refused "it is not taken for a qcow2" "$BAD_FILE" "begins like a qcow2 file" load "$WORK/inner.img"
nameless "it is what was saved" /dev/rbull2 load --format raw "$WORK/inner.img"
ok "byte for byte" cmp /dev/rbull1 /dev/rbull2
ctl "remove both of them" rm 1 2
: >"$WORK/other.img"
refused "an empty file" "$BAD_FILE" "is empty" load --no-verify "$WORK/other.img"
refused "a folder" "$BAD_FILE" "is not a regular file" load --no-verify "$WORK"
refused "no file" "$FAILED" "none.img: No such file" load "$WORK/none.img"
refused "a wrong format" "$USAGE" "'vdi' is neither raw nor qcow2" save --format vdi source "$IMAGE"
refused "save to a device" "$FAILED" "/dev/null is not a regular file" save source /dev/null
refused "save to no folder" "$FAILED" "No such file" save source "$WORK/none/disk.img"
is "$(disks)" 0 "none of these has left a disk"

mkdir "$WORK/a b"
ok "mounted where there is a blank in the path" mount /dev/rbull0 "$WORK/a b"
echo just >"$WORK/a b/just"
ctl "saved there" save source "$WORK/blank.img"
nameless "loaded" /dev/rbull1 load "$WORK/blank.img"
ok "and mounted" mount /dev/rbull1 "$WORK/mnt"
is "$(cat "$WORK/mnt/just")" just "what was just written is in it"
ok "unmount both" umount "$WORK/mnt" "$WORK/a b"
ctl "remove the one" rm 1

mkdir "$WORK/small"
ok "a small file system" mount -t tmpfs -o size=64k none "$WORK/small"
refused "save to where there is no space" "$FAILED" "small/disk.img: writing at .*: No space left" save source "$WORK/small/disk.img"
is "$(find "$WORK/small" -type f)" "" "nothing is left there"
ok "unmount that" umount "$WORK/small"
is "$(stat -c %a "$IMAGE" "$IMAGE.rbullsum" "$WORK/disk.qcow2" | xargs)" "600 600 600" "what is saved is for root only"
chown 7:8 "$IMAGE"
chmod 640 "$IMAGE"
ctl "save over a file that others may read" save source "$IMAGE"
is "$(stat -c '%u:%g %a' "$IMAGE")" "7:8 640" "they still may"

# Two saves to one file at once: rbullctl's lock for the folder keeps file and checksum together.
spawn rbullctl save source "$WORK/images/two.img"
first=$!
ok "one saves, another one too" rbullctl save source "$WORK/images/two.img"
ok "both can" wait $first
nameless "what they made can be loaded" /dev/rbull1 load "$WORK/images/two.img"
ctl "remove what they made" rm 1
exec {held}<>"$WORK/images/.two.img.rbull-new"
flock $held
refused "save to a file that is being written" "$BUSY" "two.img: another rbullctl is saving to it" save --format qcow2 source "$WORK/images/two.img"
ok "that file is not removed" test -e "$WORK/images/.two.img.rbull-new"
exec {held}<&-
ctl "save when it is left" save --format qcow2 source "$WORK/images/two.img"
files_are "it is taken away" two.img two.img.rbullsum
is "$(grep -c ^rbull-sha256 "$WORK/images/two.img.rbullsum")" 1 "one sum is kept"
cp "$WORK/images/two.img.rbullsum" "$WORK/sum"
ok "a mount point cannot be replaced" mount --bind "$WORK/images/two.img" "$WORK/images/two.img"
refused "save, but not into its place" "$FAILED" "two.img: " save source "$WORK/images/two.img"
ok "then the sum is what it was" cmp "$WORK/sum" "$WORK/images/two.img.rbullsum"
(echo '# of saves that were broken off'; printf 'rbull-sha256 4096 %064d\n' 1 2; cat "$WORK/sum") >"$WORK/images/two.img.rbullsum"
refused "once more, with as many sums as there can be" "$FAILED" "two.img: " save source "$WORK/images/two.img"
ok "the one that is right is kept" cmp "$WORK/sum" "$WORK/images/two.img.rbullsum"
umount "$WORK/images/two.img"
nameless "as the file is" /dev/rbull1 load --format qcow2 "$WORK/images/two.img"
ctl "remove this one" rm 1
mkdir "$WORK/images/.two.img.rbull-new" "$WORK/images/.two.img.rbullsum.rbull-new"
ctl "save where the temporary names are taken" save source "$WORK/images/two.img"
files_are "nothing else is left" two.img two.img.rbullsum
nameless "load what was saved" /dev/rbull1 load "$WORK/images/two.img"
ctl "remove that one" rm 1
rmdir "$WORK/images/.two.img.rbull-new" "$WORK/images/.two.img.rbullsum.rbull-new"
rm "$WORK/images/"two.img*
ok "a name with a colon is no protocol to qemu-img" env -C "$WORK/images" rbullctl save --format qcow2 source a:b
ok "nor when it is loaded" env -C "$WORK/images" rbullctl load --format qcow2 a:b
ctl "remove it, too" rm 1
rm "$WORK/images/a:b"*
ln -s "$IMAGE" "$WORK/link.img"
ctl "save through a link" save source "$WORK/link.img"
ok "the link stays one" test -L "$WORK/link.img"
nameless "load through it" /dev/rbull1 load "$WORK/link.img"
ctl "remove what was loaded" rm 1
ln -s "$WORK/none.img" "$WORK/stray.img"
refused "save through a link to nothing" "$FAILED" "stray.img is a link to a file that is not there" save source "$WORK/stray.img"
ok "that link stays one, too" test -L "$WORK/stray.img"

ctl "a large disk" add --size 1T --name huge
ok "with a little in it" "$PROG/pattern" write /dev/rbull1 $((1 << 39)) 1048576 3
begun=$SECONDS
ctl "save it" save huge "$WORK/huge.img"
nameless "load it" /dev/rbull2 load "$WORK/huge.img"
between $((SECONDS - begun)) 0 20 "neither reads all of it (s)"
ok "what was in it is there" "$PROG/pattern" check /dev/rbull2 $((1 << 39)) 1048576 3
ctl "remove both" rm 1 2

ctl "a full disk" add --size 48M --name big
ok "full" "$PROG/pattern" write /dev/rbull1 0 $((48 << 20)) 7
ok "an older image is there" cp "$IMAGE" "$WORK/images/big.img"
cp "$IMAGE.rbullsum" "$WORK/images/big.img.rbullsum"
for signal in INT TERM KILL; do
	broken_off $signal
	files_are "$signal: nothing else is left" big.img big.img.rbullsum
	ok "$signal: the older image is there" cmp "$IMAGE" "$WORK/images/big.img"
done
nameless "and can be loaded" /dev/rbull2 load "$WORK/images/big.img"
ctl "remove it again" rm 2

spawn rbullctl save big "$WORK/images/big.img"
wait_for 10 temporary_is_there || fail "saving has begun"
is "$(disks)" "0 1" "what saving needs is not listed"
settle
is "$(find /dev/disk -lname '*rbull4095*')" "" "and has no links"
ok "saving ends" wait "$!"
nameless "the new image can be loaded" /dev/rbull2 load "$WORK/images/big.img"
ok "it is the disk" cmp /dev/rbull1 /dev/rbull2

# A killed load leaves no disk either.
spawn rbullctl load "$WORK/images/big.img"
pid=$!
wait_for 20 temporary_is_there || fail "loading has begun"
kill -KILL $pid
wait $pid
ok "the disk that it was loading goes" wait_for 10 temporary_is_gone
is "$(disks)" "0 1 2" "and there is no other"
ctl "all go" rm --all

# On a terminal rbullctl shows a progress bar as wide as the terminal, and behind it progress, rate and remaining time.
bar() {
	ok "a bar" script -qec "stty cols $1; for n in 1 2 3 4; do rbullctl save barred $WORK/bar.img; done" "$WORK/typescript"
	tr '\r' '\n' <"$WORK/typescript" | sed 's/\x1b\[K.*//' | grep "^saving" >"$WORK/bars"
	is "$(awk -v most="$1" 'length > most' "$WORK/bars" | head -n 3)" "" "a bar: never wider than $1 columns"
}
ctl "a disk to look at" add --size 64M --name barred --index 0
ok "with something on it" "$PROG/pattern" write /dev/rbull0 0 $((48 << 20)) 1
settle
bar 90
ok "a bar: there is one" grep -qE '^saving +[0-9]+% \[#* *\] [0-9.]+[KMG]? of [0-9.]+M' "$WORK/bars"
# 32 columns are too narrow for ten columns of bar even with the shortest figures ("0 of 48M"). Their length depends on
# the rate.
bar 32
ok "a bar: a narrow terminal has the figures" grep -qE '^saving +[0-9]+% [0-9.]+[KMG]? of [0-9]' "$WORK/bars"
is "$(grep -F '[' "$WORK/bars" | head -n 3)" "" "a bar: a narrow terminal has nothing else"

finish
