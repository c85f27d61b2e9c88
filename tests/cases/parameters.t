#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Defaults and given values of the load-time parameters, as sysfs shows them.
# Oldest kernel and UML: the kernel handles parameters in the same way on all.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

DEFAULTS=(nr_disks=1 disk_mb=128 logical_block_size=512 physical_block_size=4096
	queue_mode=mq nr_hw_queues=0 poll_queues=0 queue_depth=128 max_segments=1024 max_segment_size=4194304
	nminors=0 ro=0 discard=1 write_zeroes=1 rotational=0 numa_node=-1 populate=0 copy=auto)

# shown NAME: print a parameter. Kernels show booleans as 0 and 1 or as N and Y.
shown() {
	local value

	value=$(param "$1")
	case $1 in
	ro | discard | write_zeroes | rotational | populate) value=${value/Y/1} value=${value/N/0} ;;
	esac
	printf '%s\n' "$value"
}

load
for setting in "${DEFAULTS[@]}"; do
	is "$(shown "${setting%=*}")" "${setting#*=}" "default of ${setting%=*}"
done
half=$(($(meminfo MemTotal) / 2048))
between "$(param mem_limit_mb)" $((half - half / 10)) $((half + half / 10)) \
	"default of mem_limit_mb is half of RAM"
is "$(blockdev --getsize64 /dev/rbull0)" $((128 << 20)) "the default disk has 128 MiB"
like "$(</proc/devices)" "[0-9]+ rbull" "a major number is taken"
before=$(</sys/module/rbull/refcnt)
is "$before" 0 "nobody uses the idle module"
documented=("${DEFAULTS[@]%=*}" mem_limit_mb)
present=(/sys/module/rbull/parameters/*)
is "$(printf '%s\n' "${present[@]##*/}" | sort)" "$(printf '%s\n' "${documented[@]}" | sort)" \
	"these parameters and no others"

given=(nr_disks=2 disk_mb=3 logical_block_size=1024 physical_block_size=2048
	queue_mode=mq nr_hw_queues=1 poll_queues=1 queue_depth=7 max_segments=33 max_segment_size=65536
	nminors=5 ro=1 discard=0 write_zeroes=0 rotational=1 numa_node=0 mem_limit_mb=9 copy=memcpy)
reload "${given[@]}"
for setting in "${given[@]}"; do
	is "$(shown "${setting%=*}")" "${setting#*=}" "given ${setting%=*}"
done

reload nr_disks=0
ok "nr_disks=0 is allowed" loaded
fails "and makes no disk" disks_present

reload ro=Y rotational=n disk_mb=0x10
is "$(shown ro)" 1 "switches can be given as letters"
is "$(blockdev --getsize64 /dev/rbull0)" $((16 << 20)) "sizes can be given in hexadecimal"

finish
