# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A part of `make test` (see tests/host/parts.sh): the floors in instructions, which are the same on every
# machine. `make bench` checks all others.

ICOUNT_SERIES=6.1
# Also measured if everything was asked for.
ICOUNT_FULL=7.2

icount_series() {
	echo icount
}

icount_cases() {
	echo "floors-$ICOUNT_SERIES"
	[ "$2" != full ] || echo "floors-$ICOUNT_FULL"
}

icount_prepare() {
	local case kernel

	for case in ${CASES_OF[$1]}; do
		kernel=${case#floors-}
		kernel_ensure "$kernel" && continue
		REASON="no kernel $kernel: $REASON"
		return 2
	done
}

icount_run() {
	local series=$1 dir=$WORK/$1 case

	shift 2
	for case; do
		say "$series: building, and counting on ${case#floors-}"
		: >"$dir/$case.begun"
		"$TOP/tests/bench/icount" --kernel "${case#floors-}" --tap \
			>"$dir/$case.tap" 2>"$dir/$case.log" </dev/null &
		CHILDREN+=($!)
		wait $!
	done
	series_harness "$series" 0 "$@"
}
