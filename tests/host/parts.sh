# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The parts of `make test`, and how they are run.
#
# A part has one or more series; KERNEL= selects series. A series has cases; ONLY= selects cases.
# tests/run lists the parts. A part is a file of functions that are named after it:
#
#   PART_series                      print the names of its series, one a line
#   PART_cases SERIES KERNEL         print the cases of a series in the order in which they should run; KERNEL is
#                                    the value of KERNEL=, or `full` if everything was asked for, or empty
#   PART_prepare SERIES              get what the series needs. Returns 1 if it cannot be had here, 2 if
#                                    something went wrong; then REASON says what
#   PART_run SERIES GUESTS CASE...   run the cases, GUESTS at a time if possible. Called in a process of its
#                                    own; results go to $WORK/SERIES, through tests/host/harness
#
# KERNEL=NAME selects the series NAME and all series NAME-*: uml selects uml and uml-kunit.

declare -A PART_OF CASES_OF
SERIES=()

# series_all: print `PART SERIES` for all series.
series_all() {
	local part

	for part in "${PARTS[@]}"; do
		"${part}_series" | sed "s/^/$part /"
	done
}

# words_have LIST WORD: succeed if the word is in the comma separated list, or if the list is empty.
words_have() {
	[[ -z $1 || ,$1, == *,$2,* ]]
}

# series_wanted KERNEL SERIES
series_wanted() {
	words_have "$1" "$2" || words_have "$1" "${2%%-*}"
}

# words_known WHAT LIST KNOWN...: end the run if a word of the list is not known.
words_known() {
	local what=$1 word list=$2

	shift 2
	for word in ${list//,/ }; do
		[[ " $* " == *" $word "* ]] || die "$what=$word is not tested here; allowed: $*"
	done
}

# series_select KERNEL ONLY FULL: set SERIES, and PART_OF and CASES_OF of each series.
series_select() {
	local part series each cases names=() known=()

	while read -r part series; do
		[[ " ${names[*]} " == *" ${series%%-*} "* ]] || names+=("${series%%-*}")
		[[ $series != *-* ]] || names+=("$series")
		series_wanted "$1" "$series" || continue
		cases=
		for each in $("${part}_cases" "$series" "${1:-$3}"); do
			known+=("$each")
			! words_have "$2" "$each" || cases+=" $each"
		done
		[ -n "$cases" ] || continue
		SERIES+=("$series")
		PART_OF[$series]=$part
		CASES_OF[$series]=$cases
	done < <(series_all)
	words_known KERNEL "$1" "${names[@]}"
	mapfile -t known < <(printf '%s\n' "${known[@]}" | awk '!seen[$0]++')
	words_known ONLY "$2" "${known[@]}"
	[ ${#SERIES[@]} -gt 0 ] || die "there are no cases"
}

# series_give_up SERIES STATUS REASON: report the only result of a series that cannot be run: a skip if
# the status is 1, a failure otherwise.
series_give_up() {
	local dir=$WORK/$1

	if [ "$2" = 1 ]; then
		echo "1..0 # SKIP $3"
	else
		printf '1..1\nnot ok 1 - everything that it needs is available\n# %s\n' "$3"
	fi >"$dir/setup.tap"
	"$HOST_DIR/harness" "$dir" "$1" 0 setup
}

# series_prepare SERIES: get what it needs into the cache, or report that it cannot be run.
series_prepare() {
	local status REASON=

	mkdir -p "$WORK/$1"
	"${PART_OF[$1]}_prepare" "$1"
	status=$?
	[ "$status" = 0 ] || series_give_up "$1" "$status" "$REASON"
	return $status
}

# series_harness SERIES GUESTS CASE...: run the harness in the background, as bash delays signals while a
# command runs in the foreground.
series_harness() {
	"$HOST_DIR/harness" "$WORK/$1" "$@" &
	CHILDREN+=($!)
	wait $!
}

# series_run SERIES GUESTS CASE...: call it in a process of its own, which ends its children when it ends.
series_run() {
	CHILDREN=()
	# A UML that hangs ignores SIGTERM.
	trap 'kill "${CHILDREN[@]}" 2>/dev/null; kill -9 "${UML_PIDS[@]}" 2>/dev/null' EXIT
	trap 'exit 143' INT TERM
	"${PART_OF[$1]}_run" "$@"
	cost_of "$BASHPID" >"$WORK/$1/cost"
}

# series_start JOBS GUESTS: start series that wait in READY, while fewer than JOBS run.
series_start() {
	while [ ${#READY[@]} -gt 0 ] && [ "$(jobs -rp | wc -l)" -lt "$1" ]; do
		# shellcheck disable=SC2086 # a list of cases
		series_run "${READY[0]}" "$2" ${CASES_OF[${READY[0]}]} &
		CHILDREN+=($!)
		READY=("${READY[@]:1}")
	done
}

# series_run_all JOBS: prepare one series after the other, as they share roots and the network. Prepared
# series run meanwhile.
series_run_all() {
	local series guests READY=()

	# With fewer series than jobs, several guests share the cases of one.
	guests=$(($1 / ${#SERIES[@]}))
	guests=$((guests < 1 ? 1 : guests))
	for series in "${SERIES[@]}"; do
		! series_prepare "$series" || READY+=("$series")
		series_start "$1" "$guests"
	done
	while [ ${#READY[@]} -gt 0 ]; do
		wait -n
		series_start "$1" "$guests"
	done
	wait
}
