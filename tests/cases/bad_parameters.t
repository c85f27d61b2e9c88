#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Values that make no sense: EINVAL, one line in the log with the parameter, the
# value and what is allowed, and nothing left behind.
# Oldest and newest kernel: what is refused is refused before anything is asked of the kernel.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

TRIED=()

# refuse WHAT PARAMETER=VALUE...: the first one is at fault. What the log says is
# looked at in the end, at once for all, as reading it takes its time.
refuse() {
	local what=$1

	shift
	klog_mark
	TRIED+=("$MARK|$1|$what: $*")
	if capture modprobe rbull "$@"; then
		fail "$what: $* is refused"
		unload
		return
	fi
	like "$OUT" "Invalid argument" "$what: $* is EINVAL"
	if [[ -e /sys/module/rbull || -e /sys/block/rbull0 ]]; then
		fail "$what: $* leaves nothing behind"
	fi
}

# lines_after MARK: what rbull said until the next mark, in SAID, and how often,
# in COUNT.
lines_after() {
	local line inside=

	SAID='' COUNT=0
	while IFS= read -r line; do
		case $line in
		*"$1") inside=yes ;;
		*"rbull-test: "*) inside= ;;
		*"rbull: "*)
			[[ -n $inside && $line != *taint* ]] || continue
			SAID+=$line COUNT=$((COUNT + 1)) ;;
		esac
	done <<<"$KLOG"
}

explained() {
	local tried mark setting desc

	for tried in "${TRIED[@]}"; do
		IFS='|' read -r mark setting desc <<<"$tried"
		lines_after "$mark"
		is "$COUNT" 1 "$desc makes one line in the log"
		like "$SAID" "rbull: ${setting}[^0-9a-z].*allowed" "$desc: it says what is allowed"
	done
}

read -r cpus </sys/devices/system/cpu/possible
cpus=$((${cpus##*-} + 1))

refuse "none" disk_mb=0
refuse "negative" disk_mb=-1
refuse "no number" disk_mb=abc
refuse "trailing text" disk_mb=128M
refuse "bytes overflow" disk_mb=8796093022208
refuse "64 bits overflow" disk_mb=99999999999999999999
refuse "too many" nr_disks=5000
refuse "negative" nr_disks=-1
refuse "below a sector" logical_block_size=256
refuse "beyond the page" logical_block_size=8192
refuse "no power of two" logical_block_size=777
refuse "none" logical_block_size=0
refuse "physical below logical" physical_block_size=512 logical_block_size=4096
refuse "no power of two" physical_block_size=5000
refuse "none" queue_depth=0
refuse "beyond blk-mq" queue_depth=20000
refuse "too many" nr_hw_queues=100000
refuse "more than CPUs" nr_hw_queues=$((cpus + 1))
refuse "negative" nr_hw_queues=-1
refuse "no such mode" queue_mode=scsi
refuse "too many" poll_queues=100000
refuse "more than CPUs" poll_queues=$((cpus + 1))
refuse "for bios" poll_queues=1 queue_mode=bio
refuse "none" max_segments=0
refuse "beyond 16 bits" max_segments=65536
refuse "below the page" max_segment_size=512
refuse "beyond 32 bits" max_segment_size=4294967296
refuse "less than none" nminors=-1
refuse "too many" nminors=257
refuse "no switch" ro=maybe
refuse "no switch" ro=2
refuse "no switch" discard=-1
refuse "no switch" populate=x
refuse "no such node" numa_node=-2
refuse "no such node" numa_node=99
refuse "negative" mem_limit_mb=-5
refuse "no number" mem_limit_mb=lots
klog_since "$FIRST_MARK"
explained
for name in nr_hw_queues poll_queues; do
	like "$KLOG" "rbull: $name=$((cpus + 1)): allowed are 0 to ${cpus}[^0-9]" "$name: as many as there are CPUs"
done
nothing_left "all refused, nothing is left behind"

# attribute NAME VALUE: it is refused with the same words when it is written to
attribute() {
	klog_mark
	fails "attribute $1=$2" eval "echo '$2' >/sys/block/rbull0/rbull/$1"
	klog_since
	like "$KLOG" "rbull0: $1=$2: allowed are 0 to [0-9]+" "attribute $1=$2: the log says what is allowed"
}

load disk_mb=8
attribute mem_limit -5
attribute mem_limit 9223372036854775807
attribute mem_limit lots
attribute ro 2
is "$(</sys/block/rbull0/rbull/mem_limit) $(</sys/block/rbull0/rbull/ro)" "0 0" "attributes: they are as they were"
ok "attribute mem_limit=0x100000" eval 'echo 0x100000 >/sys/block/rbull0/rbull/mem_limit'
is "$(</sys/block/rbull0/rbull/mem_limit)" $((1 << 20)) "attribute mem_limit=0x100000: it is"
ok "unload" unload

klog_mark
ok "an unknown parameter does not keep the module out" modprobe rbull no_such_thing=1
klog_since
like "$KLOG" "unknown parameter 'no_such_thing'" "the log tells of the unknown parameter"

finish
