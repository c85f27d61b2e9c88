#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Find out which interfaces a kernel has, by compiling a small file for each.
#
# usage: CC=compiler probe.sh PROBE_DIR OUTPUT_HEADER compiler-flags...
#
# PROBE_DIR/gendisk_open.c compiles  =>  #define RBULL_HAVE_GENDISK_OPEN 1
#
# Version numbers do not tell, because distributions backport. Two canaries detect
# a broken toolchain, with which all probes would fail, or all would succeed. The
# driver could then compile although it is wrong.

set -eu

dir=$1
out=$2
shift 2
tmp=$(mktemp -d "$(dirname "$out")/probe.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

probe() {
	# Probes consist of unused variables and functions. $CC may be several
	# words (ccache gcc).
	# shellcheck disable=SC2086
	if $CC "$@" -Werror -Wno-unused -Wno-missing-prototypes \
			-Wno-missing-declarations -c \
			-o "$tmp/$name.o" "$dir/$name.c" \
			>"$tmp/$name.log" 2>&1; then
		: >"$tmp/$name.yes"
	fi
}

# Run as many compilers at a time as make -j allows, but at most one per CPU: each
# takes some 80 MiB, and small machines lack memory for more.
jobs=$(nproc 2>/dev/null || echo 1)
for word in ${MAKEFLAGS:-}; do
	case $word in
	-j[0-9]*) [ "${word#-j}" -ge "$jobs" ] || jobs=${word#-j} ;;
	esac
done
started=0
for file in "$dir"/*.c; do
	name=$(basename "$file" .c)
	probe "$@" &
	started=$((started + 1))
	[ $((started % jobs)) != 0 ] || wait
done
wait

if [ ! -e "$tmp/canary_compiles.yes" ]; then
	echo "rbull: the compiler cannot build even an empty kernel file:" >&2
	cat "$tmp/canary_compiles.log" >&2
	exit 1
fi
if [ -e "$tmp/canary_fails.yes" ]; then
	echo "rbull: the compiler accepts a call with wrong arguments; its answers cannot be trusted" >&2
	exit 1
fi

{
	echo "/* SPDX-License-Identifier: GPL-2.0-only */"
	echo "/* Made by compat/probe.sh for one kernel. */"
	for file in "$dir"/*.c; do
		name=$(basename "$file" .c)
		case $name in canary_*) continue ;; esac
		[ ! -e "$tmp/$name.yes" ] ||
			echo "#define RBULL_HAVE_$(echo "$name" | tr '[:lower:]' '[:upper:]') 1"
	done
} >"$tmp/have.h"
mv "$tmp/have.h" "$out"
