#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Find out which interfaces a kernel has, by compiling a small file for each.
#
# usage: CC=compiler probe.sh PROBE_DIR OUTPUT_HEADER compiler-flags...
#
# PROBE_DIR/gendisk_open.c compiles  =>  #define RBULL_HAVE_GENDISK_OPEN 1
#
# Version numbers do not tell, because distributions backport. Reading the
# kernel's headers takes nearly all of the time of a compiler. So compile all
# probes at once, leave out those with errors, and compile the others again
# until there is no error: what is left has been compiled together. The
# compiler's messages only say what to leave out.
#
# Two canaries detect a broken toolchain, with which all probes would fail, or
# all would succeed. The driver could then compile although it is wrong.

set -eu

dir=$(cd "$1" && pwd)
out=$2
shift 2
tmp=$(mktemp -d "$(dirname "$out")/probe.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# Probes consist of unused variables and functions. $CC may be several words
# (ccache gcc).
# shellcheck disable=SC2086
compile() {
	while read -r name; do
		echo "#include \"$dir/$name.c\""
	done <"$tmp/probes" >"$tmp/all.c"
	LC_ALL=C $CC "$@" -Werror -Wno-unused -Wno-missing-prototypes \
		-Wno-missing-declarations -c -o "$tmp/all.o" "$tmp/all.c" \
		>"$tmp/log" 2>&1
}

# The probes with an error in their own lines, or in a macro that they use.
failed() {
	sed -nE 's,^(.*/)?([a-z0-9_]+)\.c:[0-9:]+ (fatal error|error|note): .*,\2,p' \
		"$tmp/log" | sort -u | grep -xFf "$tmp/probes"
}

has() {
	grep -qx "$1" "$tmp/probes"
}

for file in "$dir"/*.c; do
	basename "$file" .c
done >"$tmp/probes"
while ! compile "$@"; do
	if ! failed >"$tmp/failed" || grep -qx canary_compiles "$tmp/failed"; then
		echo "rbull: the compiler cannot build even an empty kernel file:" >&2
		cat "$tmp/log" >&2
		exit 1
	fi
	grep -vxFf "$tmp/failed" "$tmp/probes" >"$tmp/rest"
	mv "$tmp/rest" "$tmp/probes"
done

if has canary_fails; then
	echo "rbull: the compiler accepts a call with wrong arguments; its answers cannot be trusted" >&2
	exit 1
fi

{
	echo "/* SPDX-License-Identifier: GPL-2.0-only */"
	echo "/* Made by compat/probe.sh for one kernel. */"
	grep -v '^canary_' "$tmp/probes" | tr '[:lower:]' '[:upper:]' |
		sed 's/.*/#define RBULL_HAVE_& 1/'
} >"$tmp/have.h"
mv "$tmp/have.h" "$out"
