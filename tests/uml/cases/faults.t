#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail, one after the other, in all operations of the driver from loading to unloading. A failed
# operation must be undone, a successful one must be complete. See tests/prog/faults.c.
# shellcheck source=/dev/null
. "${0%/*}/../../guest/lib.sh"

KNOBS=(/sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc)

# knob NAME VALUE: set it for both kinds of allocation, if the kind has this knob.
knob() {
	local dir

	for dir in "${KNOBS[@]}"; do
		[[ ! -e $dir/$1 ]] || echo "$2" >"$dir/$1"
	done
}

# symbols NAME...: print the address of each and the address of the symbol after it.
symbols() {
	awk -v names="$*" '
		BEGIN { split(names, list); for (i in list) wanted[list[i]] }
		name && $1 != start { end[name] = $1; name = "" }
		$3 in wanted { start = $1; begin[$3] = $1; name = $3 }
		END { for (i = 1; i in list; i++) print "0x" begin[list[i]], "0x" end[list[i]] }
	' /proc/kallsyms
}

# Count all allocations, of all sizes, with a function of a module on the stack: rbull is the only module here.
# Do not count kmemleak's own allocations. Do not log each failure.
prepare_knobs() {
	local end start rest

	{
		read -r end _
		read -r start rest
	} < <(symbols _etext __alloc_object)
	knob require-start "$end"
	knob require-end 0xfffffffffffffffe
	knob reject-start "$start"
	knob reject-end "$rest"
	knob ignore-gfp-wait N
	knob ignore-gfp-highmem N
	knob min-order 0
	knob verbose 0
}

# The kernel may report failed allocations: remove these reports before the check.
klog_clean() {
	klog_since "$FIRST_MARK"
	KLOG=$(awk '
		/vmalloc error|page allocation failure/ { skip = 1 }
		!skip && !/kobject_add_internal failed|kmemleak: Cannot allocate a scan area/
		/pages reserved/ { skip = 0 }' <<<"$KLOG")
	if [[ $KLOG =~ $KLOG_BAD ]]; then
		fail "kernel log is clean otherwise" "$KLOG"
	else
		pass "kernel log is clean otherwise"
	fi
}

[[ -d ${KNOBS[0]} ]] || skip_all "the kernel has no fault injection for allocations"
prepare_knobs
module=$WORK/rbull.ko
strip -g -o "$module" "$(modinfo -n rbull)"
points "$PROG/faults" "$module"

finish
