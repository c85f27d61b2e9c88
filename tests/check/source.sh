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

# probe.sh must not run more compilers at a time than make -j allows: RAM may be short.
check_probes() {
	local jobs most

	# shellcheck disable=SC2016 # expands in the script
	printf '%s\n' '#!/bin/sh' 'echo 1 >>"$PROBES_LOG"' 'sleep 0.1' 'echo -1 >>"$PROBES_LOG"' \
		'case $* in *canary_fails.c*) exit 1 ;; esac' >"$WORK/probes-cc"
	chmod 755 "$WORK/probes-cc"
	for jobs in 1 2; do
		rm -f "$WORK/probes.log"
		PROBES_LOG=$WORK/probes.log MAKEFLAGS=" -j$jobs --jobserver-auth=3,4" CC=$WORK/probes-cc \
			sh src/compat/probe.sh src/compat/probes "$WORK/probes.h" || echo "probe.sh fails with -j$jobs"
		most=$(awk '{ n += $1 } n > most { most = n } END { print most }' "$WORK/probes.log")
		[ "$most" -le "$jobs" ] || echo "probe.sh runs $most compilers at once where make has -j$jobs"
	done
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
