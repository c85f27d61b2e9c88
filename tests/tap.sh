# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# TAP test points, for cases in a guest and on the host. Before a script sources this file it must set
# CASE to its name and WORK to a directory of its own.

POINTS=0
FAILURES=0
OUT=

diag() {
	local line

	while IFS= read -r line; do
		printf '# %s\n' "$line" >&2
	done <<<"$1"
}

pass() {
	POINTS=$((POINTS + 1))
	printf 'ok %d - %s\n' "$POINTS" "$1"
}

# fail DESCRIPTION [DIAGNOSTICS]
fail() {
	POINTS=$((POINTS + 1))
	FAILURES=$((FAILURES + 1))
	printf 'not ok %d - %s\n' "$POINTS" "$1"
	diag "failed in $CASE: $1"
	[[ -z ${2-} ]] || diag "$2"
	return 1
}

# skip DESCRIPTION REASON
skip() {
	POINTS=$((POINTS + 1))
	printf 'ok %d - %s # SKIP %s\n' "$POINTS" "$1" "$2"
}

# skip_all REASON: end a case that cannot run here.
skip_all() {
	printf '1..0 # SKIP %s\n' "$1"
	exit 0
}

# capture COMMAND...: run the command with its output in OUT; return its status.
capture() {
	local status

	"$@" >"$WORK/out" 2>&1
	status=$?
	IFS= read -r -d '' OUT <"$WORK/out"
	return $status
}

# ok DESCRIPTION COMMAND...: the command must succeed.
ok() {
	local desc=$1 status

	shift
	capture "$@"
	status=$?
	if ((status == 0)); then
		pass "$desc"
	else
		fail "$desc" "status $status of: $*"$'\n'"$OUT"
	fi
}

# fails DESCRIPTION COMMAND...: the command must fail by itself. A status of 126
# or more does not count: the program is missing or was killed.
fails() {
	local desc=$1 status

	shift
	capture "$@"
	status=$?
	if ((status != 0 && status < 126)); then
		pass "$desc"
	else
		fail "$desc" "status $status of: $*"$'\n'"$OUT"
	fi
}

# is GOT WANTED DESCRIPTION
is() {
	if [[ $1 == "$2" ]]; then
		pass "$3"
	else
		fail "$3" "     got: $1"$'\n'"expected: $2"
	fi
}

# like GOT REGEX DESCRIPTION
like() {
	if [[ $1 =~ $2 ]]; then
		pass "$3"
	else
		fail "$3" "         got: $1"$'\n'"should match: $2"
	fi
}

# unlike GOT REGEX DESCRIPTION
unlike() {
	if [[ $1 =~ $2 ]]; then
		fail "$3" "             got: $1"$'\n'"should not match: $2"
	else
		pass "$3"
	fi
}

# between GOT LOWEST HIGHEST DESCRIPTION
between() {
	if [[ $1 =~ ^-?[0-9]+$ ]] && (($1 >= $2 && $1 <= $3)); then
		pass "$4"
	else
		fail "$4" "     got: $1"$'\n'"expected: $2 to $3"
	fi
}
