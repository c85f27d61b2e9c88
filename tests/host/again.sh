# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Run each failed case once more at the end of the run, alone, in a guest of its own. If it passes then, the report
# says so, but the case still counts as failed: it is flaky. Both logs are kept, SERIES/CASE.tap and
# SERIES/CASE.again/.

# Run at most so many again. If more fail, the cause is not that other cases ran beside them.
AGAIN_MOST=${AGAIN_MOST:-10}

# again_cases SERIES: print the failed cases that can be run alone. For a guest that did not boot, print `boot`.
again_cases() {
	local case

	while read -r case; do
		if [[ " ${CASES_OF[$1]} " == *" $case "* ]]; then
			echo "$case"
		elif [[ $case == boot-* ]]; then
			echo boot
		fi
	done <"$WORK/$1/failed" | awk '!seen[$0]++'
}

# again_run_case SERIES CASE: run it in a new folder of the series; the first folder is moved away meanwhile.
again_run_case() {
	local series=$1 case=$2 dir=$WORK/$1 first=$WORK/first ran name=$2 one=()

	mv "$dir" "$first" && mkdir "$dir" || return 1
	# Files of the preparation.
	find "$first" -maxdepth 1 -name '*.reason' -exec cp -t "$dir" {} +
	say "$series: $case has failed and is run once more, alone"
	if [ "$case" = boot ]; then
		name=boot-1
	else
		one=("$case")
	fi
	series_run "$series" 1 "${one[@]}" &
	CHILDREN+=($!)
	wait $!
	ran=$(cat "$dir/ran" 2>/dev/null)
	if [[ " ${ran//$'\n'/ } " != *" $name "* ]]; then
		echo "AGAIN  $series $case: could not be run once more"
	elif grep -qxF "$name" "$dir/failed"; then
		echo "AGAIN  $series $case: failed once more, alone"
	else
		echo "FLAKY  $series $case: passed when it was run once more, alone"
	fi >>"$first/report"
	mv "$dir" "$first/$case.again" && mv "$first" "$dir"
}

# again_run SERIES
again_run() {
	local case cases

	[ -s "$WORK/$1/failed" ] || return 0
	mapfile -t cases < <(again_cases "$1")
	for case in "${cases[@]:0:AGAIN_MOST}"; do
		again_run_case "$1" "$case"
	done
	for case in "${cases[@]:AGAIN_MOST}"; do
		echo "AGAIN  $1 $case: not run once more, as so many have failed" >>"$WORK/$1/report"
	done
}

# again_run_all SERIES...
again_run_all() {
	local series

	for series; do
		again_run "$series"
	done
}
