# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# For every script on the host: paths, progress lines, clean-up.

set -u -o pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # used by those who source this
HOST_DIR=$TOP/tests/host
# shellcheck disable=SC2034 # used by those who source this
LOGS=$TOP/build/test-logs
# The start of the run: all its processes print the time since then.
export RBULL_START=${RBULL_START:-$(date +%s)}

say() {
	printf '[%4ds] %s\n' "$(($(date +%s) - RBULL_START))" "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# shellcheck source=tests/host/cache.sh
. "$HOST_DIR/cache.sh"

# Temporary directory and children of this process. cleanup() ends both, however the process ends.
WORK=
CHILDREN=()

cleanup() {
	local pid

	trap - EXIT INT TERM
	for pid in "${CHILDREN[@]}"; do
		kill "$pid" 2>/dev/null
	done
	for pid in "${CHILDREN[@]}"; do
		wait "$pid" 2>/dev/null
	done
	if [ -n "$WORK" ]; then
		rm -rf --one-file-system "$WORK"
	fi
}

work_init() {
	cache_open
	# In the cache: hard links to cached files need one file system.
	WORK=$(mktemp -d "$CACHE/work.XXXXXX") || die "cannot make a folder in $CACHE"
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# driver_links SRC DIR FILE...: make links in DIR: to the driver's sources, folder by folder, to its Kbuild as
# Kbuild.rbull, and to the FILEs of a module that is linked with some of these sources.
driver_links() {
	local src=$1 dir=$2 folder

	shift 2
	mkdir -p "$dir" || return 1
	find "$dir" -type l -delete
	for folder in "$src"/*/; do
		folder=$dir/$(basename "$folder")
		mkdir -p "$folder" && ln -srf "$src/${folder##*/}"/* "$folder/" || return 1
	done
	ln -srf "$src"/*.[ch] "$@" "$dir/" && ln -srf "$src/Kbuild" "$dir/Kbuild.rbull" &&
		ln -srfn "$src/../include" "$dir/../include"
}

# run_logged LOG COMMAND...: run the command with its output in LOG only; return its status.
run_logged() {
	local log=$1

	shift
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 </dev/null
}

# log_error LOG: print its first line that looks like the reason for a failure, and the path of the log.
log_error() {
	local line

	line=$(grep -m 1 -E '^(E|Err|W|.*(ERROR|error|Error|cannot|failed))\b' "$1")
	echo "${line:+$line }(${1#"$TOP"/})"
}
