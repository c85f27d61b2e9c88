#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl makes, shows, changes and removes disks, and refuses wrong requests with a message.
# Not in UML: no netlink there, so no udev.
# Newest kernel: it tests the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

# OPTION COLUMN VALUE: a disk that is made with OPTION must have VALUE in COLUMN.
OPTIONS=(
	--size=96M SIZE 100663296
	--name=shaped NAME shaped
	--index=77 INDEX 77
	--mem-limit=64MiB MEM_LIMIT 67108864
	--ro RO 1
	--logical-block-size=2048 LOGICAL_BLOCK_SIZE 2048
	--physical-block-size=8K PHYSICAL_BLOCK_SIZE 8192
	--queue-mode=mq QUEUE_MODE mq
	--nr-hw-queues=1 NR_HW_QUEUES 1
	--poll-queues=1 POLL_QUEUES 1
	--queue-depth=17 QUEUE_DEPTH 17
	--max-segments=99 MAX_SEGMENTS 99
	--max-segment-size=64K MAX_SEGMENT_SIZE 65536
	--nminors=3 NMINORS 3
	--discard=0 DISCARD 0
	--write-zeroes=0 WRITE_ZEROES 0
	--rotational ROTATIONAL 1
	--numa-node=0 NUMA_NODE 0
	--populate=0 POPULATE 0
)

all_options() {
	local i given=() columns='' wanted=''

	for ((i = 0; i < ${#OPTIONS[@]}; i += 3)); do
		given+=("${OPTIONS[i]}")
		columns+=,${OPTIONS[i + 1]}
		wanted+=" ${OPTIONS[i + 2]}"
	done
	made "a disk with all options" /dev/rbull77 add "${given[@]}"
	is " $(rbullctl info -brn -o "${columns#,}" 77)" "$wanted" "it is as it was asked for"
	is "$(</sys/block/rbull77/queue/logical_block_size)" 2048 "the kernel sees it, too"
	is "$(blockdev --getro /dev/rbull77)" 1 "and that it is read-only"
	ctl "it goes" rm shaped
}

is_open() {
	(($(info "$1" OPENS) > 0))
}

ok "rbullctl loads the module if it is not there" rbullctl add --size 32M --name first
is "$OUT" $'/dev/rbull0\n' "and its disk is the first there is"
ok "the module is there" loaded
is "$(blockdev --getsize64 /dev/rbull0)" $((32 << 20)) "the disk has its size"
made "a disk without options" /dev/rbull1 add
is "$(info 1 SIZE)" $((128 << 20)) "128 MiB are the default"
made "a size in MiB, limit too" /dev/rbull2 add --disk-mb 48 --mem-limit-mb 7
is "$(info 2 SIZE) $(info 2 MEM_LIMIT)" "$((48 << 20)) $((7 << 20))" "both are taken"
made "with queue_mode=bio" /dev/rbull3 add --queue-mode bio
is "$(info 3 QUEUE_MODE)" bio "it is so"
ctl "booleans with a value" add --ro 1 --discard 0
is "$(info 4 RO) $(info 4 DISCARD)" "1 0" "both are taken"
ctl "booleans with --no-" add --no-discard --ro --no-ro
is "$(info 5 RO) $(info 5 DISCARD)" "0 0" "the last one counts"
ctl "several at once are removed" rm /dev/rbull2 rbull3 4 5
is "$(disks)" "0 1" "by path, device and number"
all_options

refused "a name twice" "$FAILED" "rbull0 already has that name" add --name first
refused "a number twice" "$FAILED" "rbull1 already exists" add --index 1
refused "a name that is a number" "$FAILED" "name=7" add --name 7
refused "a name with a blank" "$FAILED" "letters, digits" add --name "a b"
refused "a long name" "$USAGE" "too long, at most 31" add --name "$(printf 'x%.0s' {1..32})"
refused "an odd size" "$FAILED" "disk_size=1000: allowed are multiples of 512" add --size 1000
refused "an odd block size" "$FAILED" "logical_block_size=300: allowed are" add --logical-block-size 300
refused "not a size" "$USAGE" "'1x' is not a size" add --size 1x
refused "not a number" "$USAGE" "'many' is not a number" add --queue-depth many
refused "an unknown mode" "$USAGE" "'fast' is not one of mq\|bio" add --queue-mode fast
refused "not a boolean" "$USAGE" "'2' is neither 0 nor 1" add --ro=2
refused "no disk" "$NO_DISK" "there is no disk 9: 'rbullctl ls'" info 9
refused "no disk of that name" "$NO_DISK" "there is no disk nothing" rm nothing
refused "another device" "$NO_DISK" "not a disk of rbull" info /dev/vda
refused "no file" "$NO_DISK" "No such file" info /dev/rbull9
is "$(disks)" "0 1" "what was refused has left nothing"

# udev does not process anything: add waits for it.
settle
ok "udev is stopped" udevadm control --stop-exec-queue
for words in add "clone 0"; do
	# shellcheck disable=SC2086 # several words
	spawn rbullctl $words --index 9
	pid=$!
	wait_for 20 test -e /sys/block/rbull9 || fail "$words: the disk is there"
	pause 0.3
	kill -TERM $pid
	wait $pid
	is "$?" $((128 + 15)) "$words: a signal while it waits for udev ends it"
	fails "$words: its disk is gone" test -e /sys/block/rbull9
done
ok "udev goes on" udevadm control --start-exec-queue

settle
is "$(readlink -f /dev/disk/by-id/rbull-first)" /dev/rbull0 "udev has a link of the name"
is "$(info /dev/disk/by-id/rbull-first INDEX)" 0 "by which it is found"
ctl "another name" set first name=second
settle
ok "the link is another" test -e /dev/disk/by-id/rbull-second
fails "and the first is gone" test -e /dev/disk/by-id/rbull-first
ctl "several things at once" set second name=third mem-limit=16M size=40M
is "$(info third MEM_LIMIT) $(info third SIZE)" "$((16 << 20)) $((40 << 20))" "all are set"
refused "a wrong value" "$USAGE" "ro: 'x' is neither" set third size=64M ro=x
is "$(info third SIZE)" $((40 << 20)) "then nothing is set"
ok "a key twice" timeout 20 sh -c 'rbullctl set third size=64M size=80M; [ $? = 2 ]'
is "$OUT" $'rbullctl: size is given twice\n' "is refused"
refused "a key in two spellings" "$USAGE" "mem_limit is given twice" set third mem_limit=1G mem-limit=2G
is "$(info third SIZE)" $((40 << 20)) "nothing is set then, either"
refused "an unknown key" "$USAGE" "KEY of name, serial, size, ro, mem_limit, latency" set third colour=red
ctl "the other disk" set 1 name=other
refused "a name that is taken" "$FAILED" "a disk named 'other' already exists" set third name=other
refused "a name that is not allowed" "$FAILED" "'a b' is refused: 'dmesg'" set third "name=a b"
refused "a name that is too long" "$USAGE" "name: 'x{32}' is too long, at most 31 characters are allowed" set third name="$(printf 'x%.0s' {1..32})"
ctl "read-only" set third ro=1
fails "it cannot be written" dd if=/dev/zero of=/dev/rbull0 bs=4k count=1 oflag=direct
ctl "writable" set third ro=0
spawn bash -c 'exec 5<>/dev/rbull0; sleep 0.4'
wait_for 5 is_open third || fail "it is open for writing"
ctl "read-only as soon as nobody writes" set third ro=1
ctl "writable again" set third ro=0

ctl "shrink" resize third 8M
is "$(blockdev --getsize64 /dev/rbull0)" $((8 << 20)) "it is smaller"
ok "grow" rbullctl resize --verbose third 1.5G
like "$OUT" "^I/O waited [0-9]+\.[0-9]{3} us"$'\n' "and told how long I/O waited"
is "$(blockdev --getsize64 /dev/rbull0)" $((3 << 29)) "it is larger"
ctl "more than it is" resize third +512MiB
is "$(blockdev --getsize64 /dev/rbull0)" $((2 << 30)) "it has grown by so much"
ok "less than it is" rbullctl resize third -1.5G -v
like "$OUT" "^I/O waited" "also with an option behind the operands"
is "$(blockdev --getsize64 /dev/rbull0)" $((512 << 20)) "it has shrunk by so much"
ctl "the same by set" set third size=-2M
ctl "and back" set third ro=0 size=+2M
is "$(blockdev --getsize64 /dev/rbull0)" $((512 << 20)) "it is as large as before"
refused "less than nothing" "$FAILED" "SIZE: '-1G' is too much for rbull0, whose size is 512M" resize third -1G
refused "nothing" "$FAILED" "size: '-512M' is too much for rbull0" set third size=-512M
refused "more than there can be" "$FAILED" "'[+]17592186044415M' is too much for rbull0" resize third +17592186044415M
refused "a sign and no size" "$USAGE" "'[+]' is not a size" resize third +
refused "a sign where only a size is allowed" "$USAGE" "mem_limit: '[+]1G' is not a size" set third mem_limit=+1G
refused "to an odd size" "$FAILED" "allowed are multiples of 512" resize third 1000
refused "to something that is not a size" "$USAGE" "'big' is not a size" resize third big

ok "write" dd if=/dev/urandom of=/dev/rbull0 bs=1M count=2 oflag=direct status=none
between "$(info third MEM_USED)" $((2 << 20)) $((3 << 20)) "RAM is taken"
exec {holder}<>/dev/rbull0
refused "to remove an open disk" "$BUSY" "rbull0 is open: close or unmount it first: open by process $$ \(.*\); or use --force" rm third
refused "to reset one that is open for writing" "$BUSY" "open by process $$ \(.*\); or use --force" reset third
refused "to make it read-only" "$BUSY" "open by process $$ \(" set third ro=1
ctl "reset by force" reset --force third
is "$(info third MEM_USED)" 0 "no RAM is taken"
ctl "remove by force" rm -f third
fails "I/O fails" dd if=/dev/zero of=/dev/fd/$holder bs=4k count=1 oflag=direct
exec {holder}>&-
is "$(disks)" 1 "it is gone"

ok "a file system" mkfs.ext4 -q /dev/rbull1
mkdir "$WORK/mnt"
ok "mounted" mount /dev/rbull1 "$WORK/mnt"
refused "to remove a mounted disk" "$BUSY" "mounted on $WORK/mnt" rm other
ok "unmount" umount "$WORK/mnt"
ok "swap" mkswap /dev/rbull1
ok "in use" swapon /dev/rbull1
refused "to remove it then" "$BUSY" "swap on /dev/rbull1" rm other
ok "no longer" swapoff /dev/rbull1

for i in {1..5}; do
	rbullctl add --size 1M
done >"$WORK/five"
is "$(disks)" "0 1 2 3 4 5" "some more disks"
refused "--all and a disk" "$USAGE" "give either --all or disks, not both" rm --all 1
ctl "remove all" rm --all
is "$(disks)" "" "all are gone"
ok "an empty list" rbullctl ls
is "$OUT" "" "has no headings"
ok "unload" unload
ok "a list without the module" rbullctl ls
is "$OUT" "" "is empty"
is "$(rbullctl ls --json | jq -c .)" '{"disks":[],"mem_used":null,"mem_limit":null}' "in JSON, too"
for verb in ls info stats; do
	refused "$verb of a disk without it" "$NO_DISK" "no /dev/rbull-control: load the module with 'modprobe rbull" \
		$verb 0
done
refused "top without it" "$NO_DISK" "no /dev/rbull-control" top

# While the module loads, its disks appear one by one, and the control device last.
(pause 1 && modprobe rbull nr_disks=64 disk_mb=1) &
loading=$!
points "$PROG/library" loading
wait $loading
is $? 0 "the module is loaded"
settle

finish
