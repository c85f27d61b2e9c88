#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Measure how long I/O waits for snapshots, resizes and rewinds while fio uses the disk. The figures are only
# printed, not checked: they depend on the machine.
# Only UML: its purpose is the figures; control_resize and control_snapshots test the operations.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

# busy NAME SECONDS: start fio, which reads and writes the first half of the disk; return when it writes. Its
# output is in NAME.json, its process id in FIO.
busy() {
	local before

	before=$(stat_get rbull0 writes)
	spawn fio --filename=/dev/rbull0 --direct=1 --ioengine=libaio --iodepth=16 --rw=randrw --bs=4k --size=64m \
		--numjobs=2 --thread --group_reporting --time_based --runtime="$2" --name="$1" \
		--output-format=json --output="$WORK/$1.json"
	FIO=$!
	ok "$1: fio is at work" wait_for 60 stat_beyond rbull0 writes "$before"
}

# told NAME STATUS: wait for fio and check that it has read and written without error. Set LONGEST to the time of
# its longest I/O, in us.
told() {
	local status

	wait "$FIO"
	status=$?
	# fio prints this line before its report.
	sed -i '/^fio: terminating/d' "$WORK/$1.json"
	if ((status == $2)) && jq -e '.jobs[0] | .error == 0 and .read.total_ios > 0 and .write.total_ios > 0' \
		"$WORK/$1.json" >"$WORK/jq.out"; then
		pass "$1: fio reads and writes"
	else
		fail "$1: fio reads and writes" "status $status"$'\n'"$(cat "$WORK/spawned" "$WORK/$1.json")"
	fi
	LONGEST=$(jq '[.jobs[0] | .read.clat_ns.max, .write.clat_ns.max] | max / 1000 | floor' "$WORK/$1.json")
}

# waits VERB: print the median and the maximum of the I/O waits, in us, that rbullctl reported for this verb.
waits() {
	sed -n "s/^$1 I\\/O waited \\([0-9]*\\)\\..* us\$/\\1/p" "$WORK/said" | sort -n |
		awk '{ us[NR] = $1 } END { print "median " us[int((NR + 1) / 2)] ", longest " us[NR] " us of " NR }'
}

# tell VERB WORD...: run rbullctl; add its output to $WORK/said, in a line that begins with the verb.
tell() {
	local said

	said=$(rbullctl "$@" --verbose 2>&1) || {
		echo "$*: $said" >>"$WORK/errors"
		return
	}
	echo "$1 $said" >>"$WORK/said"
}

quiesce() {
	local n undisturbed

	reload disk_mb=128 queue_mode="$1"
	ok "$1: fill" "$PROG/pattern" write /dev/rbull0 0 $((64 << 20)) 1
	busy undisturbed 2
	told undisturbed 0
	undisturbed=$LONGEST
	: >"$WORK/said"
	: >"$WORK/errors"
	busy disturbed 1000
	for n in 1 2 3 4; do
		tell snapshot rbull0 "s$n"
		tell resize --force rbull0 $((96 + n % 2 * 96))M
		tell rewind --force rbull0 "s$n"
		rbullctl snapshot rbull0 --delete "s$n" >>"$WORK/errors" 2>&1
	done
	ok "$1: fio was at work meanwhile" alive "$FIO"
	kill -INT "$FIO" 2>/dev/null
	# fio ends with 128 after SIGINT.
	told disturbed 128
	is "$(cat "$WORK/errors")" "" "$1: no rbullctl failed while fio ran"
	is "$(grep -c 'I/O waited' "$WORK/said")" 12 "$1: rbullctl reports each time how long I/O waited"
	for n in snapshot resize rewind; do
		diag "queue_mode=$1: $n: I/O waited $(waits "$n")"
	done
	diag "queue_mode=$1: longest I/O of fio: $undisturbed us undisturbed, $LONGEST us meanwhile"
}

load disk_mb=8
quiesce mq
quiesce bio

finish
