# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What `make test` consists of, and how it is run.
#
# A part brings one or more series, of which KERNEL= chooses; a series has cases, of which ONLY=
# chooses. tests/run lists the parts. A part is a file of functions that are named after it:
#
#   PART_series                      the names of its series, one a line
#   PART_cases SERIES KERNEL         the cases of one of them, in the order in which they shall run; KERNEL is what
#                                    was asked for, `full` if that is all, or empty
#   PART_prepare SERIES              get what it takes. 1: it cannot be had here,
#                                    2: something went wrong; REASON says what
#   PART_run SERIES GUESTS CASE...   run them, GUESTS at a time if that is possible. In a process of its
#                                    own; results go to $WORK/SERIES, through tests/host/harness
#
# What KERNEL= names is a series, with all whose names go on with a dash: uml is uml and uml-kunit.

declare -A PART_OF CASES_OF
SERIES=()

# series_all: `PART SERIES` of all there are.
series_all() {
	local part

	for part in "${PARTS[@]}"; do
		"${part}_series" | sed "s/^/$part /"
	done
}

# words_have LIST WORD: is it in a comma separated list, or is the list empty?
words_have() {
	[[ -z $1 || ,$1, == *,$2,* ]]
}

# series_wanted KERNEL SERIES
series_wanted() {
	words_have "$1" "$2" || words_have "$1" "${2%%-*}"
}

# words_known WHAT LIST KNOWN...: ends the run at a word of a list that means nothing.
words_known() {
	local what=$1 word list=$2

	shift 2
	for word in ${list//,/ }; do
		[[ " $* " == *" $word "* ]] || die "$what=$word is not tested here; allowed: $*"
	done
}

# series_select KERNEL ONLY FULL: sets SERIES, and of each PART_OF and CASES_OF.
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

# series_give_up SERIES STATUS REASON: the one result of a series that cannot be run, a skip if the
# status is 1 and a failure otherwise.
series_give_up() {
	local dir=$WORK/$1

	if [ "$2" = 1 ]; then
		echo "1..0 # SKIP $3"
	else
		printf '1..1\nnot ok 1 - what it takes can be had\n# %s\n' "$3"
	fi >"$dir/setup.tap"
	"$HOST_DIR/harness" "$dir" "$1" 0 setup
}

# series_prepare SERIES: what it takes is in the cache; or it has its result.
series_prepare() {
	local status REASON=

	mkdir -p "$WORK/$1"
	"${PART_OF[$1]}_prepare" "$1"
	status=$?
	[ "$status" = 0 ] || series_give_up "$1" "$status" "$REASON"
	return $status
}

# series_harness SERIES GUESTS CASE...: in the background, as bash would let a signal wait for what runs
# in the foreground.
series_harness() {
	"$HOST_DIR/harness" "$WORK/$1" "$@" &
	CHILDREN+=($!)
	wait $!
}

# series_run SERIES GUESTS CASE...: in a process of its own, which takes its children along.
series_run() {
	CHILDREN=()
	# A UML that hangs does not end when it is asked to.
	trap 'kill "${CHILDREN[@]}" 2>/dev/null; kill -9 "${UML_PIDS[@]}" 2>/dev/null' EXIT
	trap 'exit 143' INT TERM
	"${PART_OF[$1]}_run" "$@"
	cost_of "$BASHPID" >"$WORK/$1/cost"
}

# series_start JOBS GUESTS: those that wait in READY, while fewer than JOBS run.
series_start() {
	while [ ${#READY[@]} -gt 0 ] && [ "$(jobs -rp | wc -l)" -lt "$1" ]; do
		# shellcheck disable=SC2086 # a list of cases
		series_run "${READY[0]}" "$2" ${CASES_OF[${READY[0]}]} &
		CHILDREN+=($!)
		READY=("${READY[@]:1}")
	done
}

# series_run_all JOBS: prepares one after the other, as they share roots and the network. Those that are
# prepared run meanwhile.
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
