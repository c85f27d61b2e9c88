#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Invalid parameters: modprobe fails with EINVAL, one line in the log has the
# parameter, its value and the allowed values, and nothing is left behind.
# Only UML: the driver rejects these values before it calls the kernel.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

TRIED=()

# refuse DESCRIPTION PARAMETER=VALUE...: loading must fail because of the first
# parameter. explained() checks the log once for all of them: reading it is slow.
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

# lines_after MARK: set SAID to rbull's lines between this mark and the next one,
# and COUNT to their number.
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

refuse "zero" disk_mb=0
refuse "negative" disk_mb=-1
refuse "not a number" disk_mb=abc
refuse "trailing text" disk_mb=128M
refuse "bytes overflow" disk_mb=8796093022208
refuse "64 bits overflow" disk_mb=99999999999999999999
refuse "too many" nr_disks=5000
refuse "negative" nr_disks=-1
refuse "below a sector" logical_block_size=256
refuse "beyond the page" logical_block_size=8192
refuse "not a power of two" logical_block_size=777
refuse "zero" logical_block_size=0
refuse "physical below logical" physical_block_size=512 logical_block_size=4096
refuse "not a power of two" physical_block_size=5000
refuse "zero" queue_depth=0
refuse "beyond blk-mq" queue_depth=20000
refuse "too many" nr_hw_queues=100000
refuse "more than CPUs" nr_hw_queues=$((cpus + 1))
refuse "negative" nr_hw_queues=-1
refuse "unknown mode" queue_mode=scsi
refuse "too many" poll_queues=100000
refuse "more than CPUs" poll_queues=$((cpus + 1))
refuse "in bio mode" poll_queues=1 queue_mode=bio
refuse "zero" max_segments=0
refuse "beyond 16 bits" max_segments=65536
refuse "below the page" max_segment_size=512
refuse "beyond 32 bits" max_segment_size=4294967296
refuse "negative" nminors=-1
refuse "too many" nminors=257
refuse "not a boolean" ro=maybe
refuse "not a boolean" ro=2
refuse "not a boolean" discard=-1
refuse "not a boolean" populate=x
refuse "no such node" numa_node=-2
refuse "no such node" numa_node=99
refuse "negative" mem_limit_mb=-5
refuse "not a number" mem_limit_mb=lots
klog_since "$FIRST_MARK"
explained
for name in nr_hw_queues poll_queues; do
	like "$KLOG" "rbull: $name=$((cpus + 1)): allowed are 0 to ${cpus}[^0-9]" "$name: as many as there are CPUs"
done
nothing_left "all refused, nothing is left behind"

# attribute NAME VALUE: writing the value must fail with the same message
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
is "$(</sys/block/rbull0/rbull/mem_limit) $(</sys/block/rbull0/rbull/ro)" "0 0" "attributes: the values have not changed"
ok "attribute mem_limit=0x100000" eval 'echo 0x100000 >/sys/block/rbull0/rbull/mem_limit'
is "$(</sys/block/rbull0/rbull/mem_limit)" $((1 << 20)) "attribute mem_limit=0x100000: the value is set"
ok "unload" unload

klog_mark
ok "an unknown parameter does not keep the module out" modprobe rbull no_such_thing=1
klog_since
like "$KLOG" "unknown parameter 'no_such_thing'" "the log tells of the unknown parameter"

finish
