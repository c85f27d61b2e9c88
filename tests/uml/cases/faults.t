#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail, one after the other, in all that the driver does from loading to unloading: what
# fails is undone, what succeeds is whole. See tests/prog/faults.c.
# shellcheck source=/dev/null
. "${0%/*}/../../guest/lib.sh"

KNOBS=(/sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc)

# knob NAME VALUE: for both kinds of allocation, where there is such a one.
knob() {
	local dir

	for dir in "${KNOBS[@]}"; do
		[[ ! -e $dir/$1 ]] || echo "$2" >"$dir/$1"
	done
}

# symbols NAME...: for each, its address and that of the next symbol.
symbols() {
	awk -v names="$*" '
		BEGIN { split(names, list); for (i in list) wanted[list[i]] }
		name && $1 != start { end[name] = $1; name = "" }
		$3 in wanted { start = $1; begin[$3] = $1; name = $3 }
		END { for (i = 1; i in list; i++) print "0x" begin[list[i]], "0x" end[list[i]] }
	' /proc/kallsyms
}

# All allocations of all sizes count that have a function of a module on the stack, and rbull is the only
# module here; but not those by which the kernel watches the others. And without a word for each.
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

# That an allocation failed the kernel may say, with what it thinks of it.
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

[[ -d ${KNOBS[0]} ]] || skip_all "the kernel cannot make allocations fail"
prepare_knobs
module=$WORK/rbull.ko
strip -g -o "$module" "$(modinfo -n rbull)"
points "$PROG/faults" "$module"

finish
