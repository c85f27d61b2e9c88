#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Minor numbers: extended ones, which all drivers share, or nminors of the driver's own. Partitions
# beyond nminors get extended ones. Each partition must be a block device of the right size in the
# right place.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
COUNT=10

all_there() {
	[[ -b /dev/rbull0p$COUNT && -e /sys/block/rbull0/rbull0p$COUNT/size ]]
}

make_partitions() {
	local i table='label: gpt'

	# Partition N is N x 64 KiB long and begins at N MiB.
	for ((i = 1; i <= COUNT; i++)); do
		table+=$'\n'"start=$((2048 * i)), size=$((128 * i))"
	done
	settle
	flock "$NODE" sfdisk -q "$NODE" <<<"$table"
	settle
	wait_for 10 all_there
}

# major_of [PARTITION]: print the major of the partition, or of the disk
major_of() {
	local dev

	dev=$(</sys/block/rbull0/"${1-.}"/dev)
	echo "${dev%:*}"
}

sizes() {
	local i

	for ((i = 1; i <= COUNT; i++)); do
		[[ $(</sys/block/rbull0/rbull0p$i/size) == $((128 * i)) ]] &&
			"$PROG/pattern" write "/dev/rbull0p$i" 0 $((65536 * i)) "$i" || return 1
	done
}

# Check the partitions' data through the whole disk, at the places in the table.
places() {
	local i

	for ((i = 1; i <= COUNT; i++)); do
		"$PROG/pattern" check "$NODE" $((i << 20)) $((65536 * i)) "$i" \
			65536 $((i << 20)) || return 1
	done
}

try_nminors() {
	local own last

	reload disk_mb=32 nminors="$1"
	own=$(awk '$2 == "rbull" { print $1 }' /proc/devices)
	ok "nminors=$1: $COUNT partitions appear" make_partitions
	last=$(($1 > COUNT ? COUNT : $1 ? $1 - 1 : 0))
	is "$(major_of)" "$(($1 ? own : 259))" "nminors=$1: the disk has the major it should"
	if ((last > 0)); then
		is "$(major_of "rbull0p$last")" "$own" "nminors=$1: partition $last has the disk's major"
	fi
	if (($1 <= COUNT)); then
		is "$(major_of "rbull0p$((last + 1))")" 259 "nminors=$1: partition $((last + 1)) has an extended minor"
	fi
	ok "nminors=$1: all have their size and can be written" sizes
	ok "nminors=$1: all hold their data, each in its place" places
}

try_nminors 0
try_nminors 4
try_nminors 1
try_nminors 16
reload nr_disks=3 nminors=4 disk_mb=1
is "$(stat -c %t:%T /dev/rbull2)" "$(stat -c %t:8 /dev/rbull0)" "disks are nminors apart"

finish
