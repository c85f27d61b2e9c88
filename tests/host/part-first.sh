# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A part of `make test` (see parts.sh): the first kernel of each series, the one of the suite's main archive.
#
# Updates within a series backport functions from newer kernels. So build the module for the first kernel of the
# series, too, without warnings. Boot that kernel if the probes of src/compat give other results for it than for
# the newest one.

# The cases that depend on the results of the probes.
FIRST_CASES=(load_unload partition control_resize discard limits queue_mode readonly several_disks)

first_series() {
	kernels_all | sed 's/^/first-/'
}

first_cases() {
	printf '%s\n' compat "${FIRST_CASES[@]}"
}

# first_prepare SERIES: get the headers of its first kernel, and its newest kernel.
first_prepare() {
	kernel_ensure "$1" headers && kernel_ensure "${1#first-}" && return
	REASON="no kernels ${1#first-}: $REASON"
	! kernels_required "${1#first-}" || return 2
	return 1
}

# first_answers VERSION: print the results of the probes of src/compat for this kernel
first_answers() {
	sed -n 's/^#define //p' "$TOP/build/$1/src/compat/have.h"
}

# first_compat SERIES: build for both kernels, compare the results of the probes, and write compat.tap. Succeed only
# if the first kernel must be booted.
first_compat() {
	local dir=$WORK/$1 first newest built warned=0 points=2
	first=$(kernel_version "$1" headers)
	newest=$(kernel_version "${1#first-}")

	: >"$dir/compat.begun"
	build_module "$1" headers "$dir/build-first.log"
	built=$?
	build_module "${1#first-}" kernel "$dir/build-newest.log" || built=1
	build_warnings "$dir/build-first.log" >"$dir/warnings" && warned=1
	diff <(first_answers "$newest") <(first_answers "$first") >"$dir/compat.log"
	{
		echo "1..$points"
		build_point 1 "$built" "rbull.ko builds for $first, the first, and $newest, the newest" "$dir/build-first.log"
		build_point 2 "$warned" "the compiler has no warnings" "$dir/warnings"
		sed -n 's/^[<>]/# answers differ: &/p' "$dir/compat.log"
	} >"$dir/compat.tap"
	[ "$built" = 0 ] && [ -s "$dir/compat.log" ]
}

# first_run SERIES GUESTS CASE...: the case compat decides whether the others are run.
first_run() {
	say "$1: building for $(kernel_version "$1" headers)"
	if ! first_compat "$1" && [ "$3" = compat ]; then
		series_harness "$1" 0 compat
	elif kernel_ensure "$1"; then
		kernels_run "$@"
	else
		series_give_up "$1" 2 "no kernel $1: $REASON"
	fi
}
