# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks that read the sources and need no kernel.

MAX_FILE_LINES=600
MAX_FUNCTION_LINES=80

check_spdx() {
	local file

	while read -r file; do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-only' ||
			excepted spdx "$file" all ||
			echo "$file: no line 'SPDX-License-Identifier: GPL-2.0-only' at its top"
	done < <(files_all)
	exceptions_unused spdx
}

# Only src/compat may test the kernel's version or its functions.
check_version_tests() {
	local files

	mapfile -t files < <(files_c '(src|include)/(.*/)?' | grep -v '^src/compat/')
	grep -nE 'LINUX_VERSION_CODE|\<KERNEL_VERSION\>|\<RBULL_HAVE_' "${files[@]}"
	[ $? = 1 ]
}

# probe.sh leaves out what the compiler has an error for and nothing else, one compiler at a time as RAM may be short,
# and refuses a compiler whose answers prove nothing. The compiler here says what the function is told to.
check_probes() {
	local log=$WORK/probes.log said

	# shellcheck disable=SC2016 # expands in the script
	printf '%s\n' '#!/bin/bash' 'for file; do :; done' 'echo "$file" >>"$PROBES_LOG"' 'status=0' \
		'for name in $PROBES_FAIL; do' \
		'	grep -q "/$name\.c\"" "$file" && echo "some/where/$name.c:7:1: error: no" && status=1' \
		'done' 'exit $status' >"$WORK/probes-cc"
	chmod 755 "$WORK/probes-cc"
	: >"$log"
	probes_run "canary_fails open_partitions" || echo "probe.sh fails"
	[ "$(wc -l <"$log")" = 2 ] || echo "probe.sh runs $(wc -l <"$log") compilers where two are enough"
	said=$(sed -n 's/^#define RBULL_HAVE_\(.*\) 1$/\1/p' "$WORK/probes.h" | tr '[:upper:]' '[:lower:]')
	[ "$said" = "$(basename -s .c src/compat/probes/*.c | grep -vE '^(canary_.*|open_partitions)$')" ] ||
		echo "probe.sh takes 'no' for open_partitions alone to mean: $said"
	! probes_run "" 2>/dev/null || echo "probe.sh believes a compiler that accepts everything"
	! probes_run "canary_fails canary_compiles" 2>/dev/null || echo "probe.sh believes a compiler that accepts nothing"
	! PROBES_CC=false probes_run "" 2>/dev/null || echo "probe.sh believes a compiler that does not run"
}

# probes_run FAILING: run probe.sh with a compiler for which these fail.
probes_run() {
	PROBES_LOG=$log PROBES_FAIL=$1 CC=${PROBES_CC:-$WORK/probes-cc} sh src/compat/probe.sh src/compat/probes "$WORK/probes.h"
}

# The cache is where it is told to be; if nothing can be written there, in the tree.
check_cache() {
	cache_is "$WORK/told" RBULL_CACHE="$WORK/told" XDG_CACHE_HOME="$WORK/xdg"
	cache_is "$WORK/xdg/rbull" XDG_CACHE_HOME="$WORK/xdg"
	cache_is "$WORK/home/.cache/rbull" XDG_CACHE_HOME=relative
	cache_is "$TOP/.cache" RBULL_CACHE=/proc/none
	cache_is "$TOP/.cache" XDG_CACHE_HOME=/proc/none
	cache_is "$TOP/.cache" HOME=/proc/none
}

# cache_is FOLDER VARIABLE=VALUE...
cache_is() {
	local place

	# shellcheck disable=SC2016 # expands in the inner shell
	place=$(env -u RBULL_CACHE -u XDG_CACHE_HOME HOME="$WORK/home" "${@:2}" \
		bash -c '. "$1" && echo "$CACHE"' bash "$TOP/tests/host/common.sh" 2>/dev/null)
	[ "$place" = "$1" ] || echo "with ${*:2} the cache is $place, not $1"
}

check_lengths() {
	local files file lines

	mapfile -t files < <(files_c '(src|include|tools|tests/prog)/(.*/)?')
	for file in "${files[@]}"; do
		lines=$(wc -l <"$file")
		[ "$lines" -lt "$MAX_FILE_LINES" ] ||
			echo "$file: $lines lines, has to stay below $MAX_FILE_LINES"
	done
	ctags -x --_xformat='%F %n %e %N' --kinds-C=f "${files[@]}" | awk -v max="$MAX_FUNCTION_LINES" '
		NF == 4 { seen++ }
		$3 - $2 + 1 >= max { printf "%s:%d: %s() has %d lines, has to stay below %d\n", $1, $2, $4, $3 - $2 + 1, max }
		END { if (!seen) print "ctags found no function at all" }'
}

# Every function that a header declares must have a kernel-doc comment.
check_header_contracts() {
	local files header name

	mapfile -t files < <(files_c '(src|tools/.*)/')
	ctags -x --_xformat='%F %N' --kinds-C=pf "${files[@]}" | grep '^[^ ]*\.h ' |
		grep -v ' DECLARE_[A-Z_]*$' >"$WORK/declared"
	[ -s "$WORK/declared" ] || echo "ctags found no declaration at all"
	while read -r header name; do
		grep -qE "^ \* $name\(\) - " "${files[@]}" ||
			echo "$header: $name() has no kernel-doc comment"
	done <"$WORK/declared"
}

# Programs include the header: it must compile in all versions of C.
check_uapi_header() {
	local header standard

	while read -r header; do
		for standard in c90 c11; do
			echo 'extern int not_empty;' |
				gcc -x c "-std=$standard" -Wall -Wextra -pedantic -fsyntax-only \
					-include "$header" -
		done
	done < <(files_c 'include/uapi/.*/')
}

check_shellcheck() {
	local files

	mapfile -t files < <(files_shell)
	shellcheck -x -f gcc "${files[@]}"
}
