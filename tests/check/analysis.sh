# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks with the kernel's own tools.

# findings_left CHECK: print the lines `FILE:LINE: LEVEL:TYPE: TEXT` of stdin that have no exception. Print
# lines of any other form, too: they are errors of the tool itself.
findings_left() {
	local line

	while read -r line; do
		[[ $line =~ ^([^:]+):[0-9]+:\ [A-Z]+:([A-Z_]+):\  ]] &&
			excepted "$1" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" ||
			echo "$line"
	done
	exceptions_unused "$1"
}

check_checkpatch() {
	local files out=$WORK/checkpatch.out status

	mapfile -t files < <(files_c)
	perl "$SCRIPTS/checkpatch.pl" --strict --no-tree --file --terse --show-types --no-summary \
		"${files[@]}" >"$out" 2>&1
	status=$?
	findings_left checkpatch <"$out"
	[ "$status" = 0 ] || [ -s "$out" ]
}

check_kernel_doc() {
	local file

	while read -r file; do
		perl "$SCRIPTS/kernel-doc" -v -none -Werror "$file" 2>&1 |
			grep -vE ': info: (Scanning doc for|$)'
	done < <(files_c '(src|tools/.*)/')
	return 0
}

# Build in a copy, so that no other build is disturbed and all files are checked.
check_sparse() {
	local tree=$WORK/sparse log=$WORK/sparse.log status

	mkdir -p "$tree"
	cp -r src include Makefile "$tree"
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
		make -C "$tree" modules C=2 "KDIR=$HEADERS" >"$log" 2>&1 </dev/null
	status=$?
	grep -E "^$tree/.*(warning|error):|[Ww]arning: .*($tree|rbull)" "$log" |
		sed -E "s|^$tree/(build/[^/]*/)?||" | sort -u
	if [ "$status" != 0 ]; then
		echo "make modules C=2 KDIR=$HEADERS failed:"
		tail -n 20 "$log"
	elif ! grep -q '  CHECK  *.*/queue\.c$' "$log"; then
		echo "sparse was not run by make modules C=2 KDIR=$HEADERS"
	fi
}

# Do what the kernel's coccicheck does in its mode 'report', for our few files.
check_coccicheck() {
	local sources rule options name err=$WORK/coccicheck.err

	mapfile -t sources < <(files_c src/ | grep '\.c$')
	while read -r rule; do
		name=${rule#"$SCRIPTS/coccinelle/"}
		read -ra options < <(sed -n 's|^/*[ ]*Options:[ ]*||p' "$rule")
		if ! spatch -D report --very-quiet "${options[@]}" --cocci-file "$rule" \
			"${sources[@]}" 2>"$err"; then
			excepted coccicheck "$name" all || sed "s|^|$name: |" "$err"
		fi
	done < <(find "$SCRIPTS/coccinelle" -name '*.cocci' -exec grep -l '^virtual report' {} + | sort)
	exceptions_unused coccicheck
}
