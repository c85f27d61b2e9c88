# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A part of `make test` (see parts.sh): run the cases in guests of each kernel.

# Start with the newest kernel: it has the most cases, and would otherwise end last.
kernels_series() {
	kernels_all | tac
}

# kernels_wants SERIES FILE: succeed if the case should run on this kernel when no kernel was asked for. A line in the
# case may limit it to the newest kernel, to the oldest, to both, or to none of them. Cases that are the same on all
# kernels have such a line: UML runs them with sanitizers. A case without a line runs on all kernels but that of UML's
# series, and in UML.
kernels_wants() {
	local oldest newest

	oldest=$(kernels_all | head -n 1)
	newest=$(kernels_all | tail -n 1)
	if grep -q '^# Only UML: ' "$2"; then
		return 1
	elif grep -q '^# Newest kernel: ' "$2"; then
		[ "$1" = "$newest" ]
	elif grep -q '^# Oldest kernel and UML: ' "$2"; then
		[ "$1" = "$oldest" ]
	elif grep -q '^# Oldest and newest kernel: ' "$2"; then
		[ "$1" = "$oldest" ] || [ "$1" = "$newest" ]
	else
		[ "$1" != "$UML_SERIES" ] || grep -q '^# Not in UML: ' "$2"
	fi
}

kernels_cases() {
	local case

	for case in "$TOP"/tests/cases/*.t; do
		if [ -e "$case" ] && { [ -n "${2-all}" ] || kernels_wants "$1" "$case"; }; then
			basename "$case" .t
		fi
	done
}

# kernels_cpus SERIES: print the number of CPUs of its guest. Two emulated CPUs cost a quarter more than one for the same
# work. So only the oldest and the newest kernel have two; so has UML.
kernels_cpus() {
	local oldest newest

	oldest=$(kernels_all | head -n 1)
	newest=$(kernels_all | tail -n 1)
	if [ "$1" = "$oldest" ] || [ "$1" = "$newest" ]; then
		echo 2
	else
		echo 1
	fi
}

# A required kernel that cannot be had is a failure; another one is a skip.
kernels_prepare() {
	if kernel_ensure "$1"; then
		qemu_ensure
		guest_probe_accel "$1"
		return 0
	fi
	REASON="no kernel $1: $REASON"
	! kernels_required "$1" || return 2
	return 1
}

kernels_run() {
	local series=$1 guests=$2 dir=$WORK/$1 GUEST_CPUS=${GUEST_CPUS:-$(kernels_cpus "$1")}

	shift 2
	guests=$((guests > $# ? $# : guests))
	guests=$((guests < 1 ? 1 : guests))
	say "$series: building for $(kernel_version "$series")"
	if ! build_series "$series" "$dir"; then
		series_harness "$series" 0 build
		say "$series: nothing to boot, its $# cases are not run"
		return
	fi
	guest_pack "$series" "$dir" >"$dir/pack.log" 2>&1 || say "$series: packing failed: $(tail -n 1 "$dir/pack.log")"
	say "$series: booting"
	guests_start "$series" "$dir" "$guests"
	series_harness "$series" "$guests" build "$@"
	guests_stop "$dir"
}
