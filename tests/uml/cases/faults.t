#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail, one after the other, in loading, writing, discarding and unloading: what fails is
# undone, what succeeds is whole.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

KNOBS=(/sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc)

# knob NAME VALUE: for both kinds of allocation, where there is such a one.
knob() {
	local dir

	for dir in "${KNOBS[@]}"; do
		[[ ! -e $dir/$1 ]] || echo "$2" >"$dir/$1"
	done
}

no_storm() {
	knob probability 0
	knob require-start 0
	knob require-end -1
}

# The code of the module, as the knobs want it: an allocation counts if this is on the stack.
storm() {
	local start size

	start=$(</sys/module/rbull/sections/.text)
	size=$(awk '$1 == "rbull" { print $2 }' /proc/modules)
	AT_EXIT+=(no_storm)
	knob require-start "$start"
	knob require-end "$(printf '0x%x' $((start + size)))"
	knob times -1
	knob interval 1
	knob probability "$1"
}

[[ -d ${KNOBS[0]} ]] || skip_all "the kernel cannot make allocations fail"
# All allocations, of all sizes, those that may wait too; and without a word, as it is not an error.
knob ignore-gfp-wait N
knob ignore-gfp-highmem N
knob min-order 0
knob verbose 0

module=$WORK/rbull.ko
strip -g -o "$module" "$(modinfo -n rbull)"
for mode in mq bio; do
	points "$PROG/faults" load "$module" "nr_disks=2 disk_mb=8 queue_mode=$mode"
done
points "$PROG/faults" unload "$module" "disk_mb=8"

for mode in mq bio; do
	load disk_mb=16 queue_mode=$mode
	for length in 4096 65536 2097152; do
		for what in write overwrite discard zero; do
			points "$PROG/faults" $what /dev/rbull0 $length
		done
	done
	unload
done

# What the driver's own threads allocate is not stepped through, but fails now and then.
load disk_mb=32
storm 30
"$PROG/pattern" write /dev/rbull0 0 $((16 << 20)) 1 >"$WORK/storm" 2>&1
for ((round = 0; round < 20; round++)); do
	blkdiscard -o $((round * 500000 / 512 * 512)) -l 123392 /dev/rbull0 >>"$WORK/storm" 2>&1
	dd if=/dev/urandom of=/dev/rbull0 bs=128k count=8 seek=$round oflag=direct >>"$WORK/storm" 2>&1
done
no_storm
ok "after the storm it can be written" "$PROG/pattern" write /dev/rbull0 0 $((32 << 20)) 2
ok "and holds what was written" "$PROG/pattern" check /dev/rbull0 0 $((32 << 20)) 2

finish
