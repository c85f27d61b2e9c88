# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A part of `make test` (see parts.sh): the first kernel of each series, the one of the suite's main archive.
#
# A series is not one kernel: updates bring functions from newer ones. So the module is built for its first kernel
# too, without warnings, and where that answers other than the newest to what src/compat asks, it is booted.

# What depends on those answers.
FIRST_CASES=(load_unload partition control_resize discard limits queue_mode readonly several_disks)

first_series() {
	kernels_all | sed 's/^/first-/'
}

first_cases() {
	printf '%s\n' compat "${FIRST_CASES[@]}"
}

# first_prepare SERIES: the headers of its first kernel and the newest kernel.
first_prepare() {
	kernel_ensure "$1" headers && kernel_ensure "${1#first-}" && return
	REASON="no kernels ${1#first-}: $REASON"
	! kernels_required "${1#first-}" || return 2
	return 1
}

# first_answers VERSION: what the kernel has of what src/compat asks for
first_answers() {
	sed -n 's/^#define //p' "$TOP/build/$1/src/compat/have.h"
}

# first_compat SERIES: builds for both ends, compares, and writes compat.tap. Fails unless the first kernel is
# to be booted.
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

# first_run SERIES GUESTS CASE...: compat decides whether there are others.
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
