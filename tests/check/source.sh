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

# Which kernel this is, is asked in src/compat alone.
check_version_tests() {
	local files

	mapfile -t files < <(files_c '(src|include)/(.*/)?' | grep -v '^src/compat/')
	grep -nE 'LINUX_VERSION_CODE|\<KERNEL_VERSION\>|\<RBULL_HAVE_' "${files[@]}"
	[ $? = 1 ]
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

# Every function that a header shows has its contract written down.
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

# Programs include it, in whatever C they are written.
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
