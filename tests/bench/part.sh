# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A part of `make test` (see tests/host/parts.sh): the floors that are counted in instructions, and so
# are the same on every machine. All others are for `make bench`.

ICOUNT_SERIES=6.1

icount_series() {
	echo icount
}

icount_cases() {
	echo floors
}

icount_prepare() {
	kernel_ensure "$ICOUNT_SERIES" && return
	REASON="no kernel $ICOUNT_SERIES: $REASON"
	return 2
}

icount_run() {
	local dir=$WORK/$1

	say "$1: building, and counting on $ICOUNT_SERIES"
	: >"$dir/floors.begun"
	"$TOP/tests/bench/icount" --kernel "$ICOUNT_SERIES" --tap \
		>"$dir/floors.tap" 2>"$dir/icount.log" </dev/null &
	CHILDREN+=($!)
	wait $!
	series_harness "$1" 0 floors
}
