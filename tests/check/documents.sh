# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks that documents agree with the code.

README=README.md
MANUAL=Documentation/rbull.rst
DESIGN=Documentation/design.rst
ABI=Documentation/ABI/testing/sysfs-block-rbull
ABI_CONTROL=Documentation/ABI/testing/sysfs-class-misc-rbull-control

# same NAME-OF-A LIST-A NAME-OF-B LIST-B: report every line that only one of the lists has.
same() {
	local a=$WORK/same.$BASHPID.a b=$WORK/same.$BASHPID.b

	sort <<<"$2" >"$a"
	sort <<<"$4" >"$b"
	[ -n "$2" ] || echo "$1: nothing found, has it got another form?"
	comm -23 "$a" "$b" | sed "s|.*|$1 has '&', $3 has not|"
	comm -13 "$a" "$b" | sed "s|.*|$3 has '&', $1 has not|"
	uniq -d "$a" | sed "s|^|$1 has more than once |"
}

parameters_in_code() {
	sed -nE 's/^(RBULL_(PARAM|CHOICE|SWITCH)|module_param(_named|_cb)?)\(([a-z_]+),.*/\4/p' src/params.c
}

# Print `PARAMETER CHOICE...` of each parameter with choices, in the order of their values.
choices_in_code() {
	sed -nE '/FIELD\(/h; /\.choices = /{H; x; s/\s+/ /g; s/.*FIELD\(([a-z_]+),.*\.choices = ([a-z_]+).*/\1 \2/p}' \
		src/config.c |
		while read -r name array; do
			echo "$name" "$(sed -n "/ $array\[[A-Z_]*\] = {/,/^}/p" src/*.c src/*/*.c |
				sed -nE 's/^\s*\[[A-Z_]+\] = "([^"]*)",/\1/p' | xargs)"
		done
}

# The macro has the defaults that are not zero. The first choice of a parameter is zero.
defaults_in_code() {
	local name value choice

	while read -r name; do
		value=$(sed -n '/^#define RBULL_CONFIG_DEFAULT/,/^}/p' src/config.h |
			sed -nE "s/^\s*\.$name = ([^,]*),.*/\1/p")
		choice=$(choices_in_code | sed -nE "s/^$name ([^ ]*).*/\1/p")
		echo "$name ${value:-${choice:-0}}"
	done < <(parameters_in_code) | sed 's/NUMA_NO_NODE/-1/'
}

defaults_in_modinfo() {
	sed -nE 's/^RBULL_(PARAM|CHOICE|SWITCH)\(([a-z_]+),.*\((-?[0-9a-z]+)\)"\);$/\2 \3/p' src/params.c
}

# Rows like | `nr_disks` | 1 | ...
# shellcheck disable=SC2016 # the document's backquotes
defaults_in_readme() {
	sed -nE 's/^\| *`([a-z_]+)` *\| *(-?[0-9a-z]+) *\|.*/\1 \2/p' "$README"
}

# Rows like ``nr_disks``   1   ...
# shellcheck disable=SC2016 # the document's backquotes
defaults_in_manual() {
	sed -nE 's/^``([a-z_]+)`` +(-?[0-9a-z]+)  .*/\1 \2/p' "$MANUAL"
}

# Those rows of the table whose allowed values are words, as in `mq, bio`.
# shellcheck disable=SC2016 # the document's backquotes
choices_in_readme() {
	sed -nE 's/^\| *`([a-z_]+)` *\|[^|]*\| *([a-z]+(, [a-z]+)+) *\|.*/\1 \2/p' "$README" | tr -d ,
}

# shellcheck disable=SC2016 # the document's backquotes
choices_in_manual() {
	sed -nE 's/^``([a-z_]+)`` +[a-z]+  +([a-z]+(, [a-z]+)+)$/\1 \2/p' "$MANUAL" | tr -d ,
}

check_choices() {
	local code

	code=$(choices_in_code)
	same "the code (src/config.c)" "$code" "$README" "$(choices_in_readme)"
	same "the code (src/config.c)" "$code" "$MANUAL" "$(choices_in_manual)"
}

check_parameters() {
	local code

	code=$(defaults_in_code)
	same "the code (src/params.c, RBULL_CONFIG_DEFAULT)" "$code" \
		"modinfo (src/params.c)" "$(defaults_in_modinfo)"
	same "the code (src/params.c, RBULL_CONFIG_DEFAULT)" "$code" "$README" "$(defaults_in_readme)"
	same "the code (src/params.c, RBULL_CONFIG_DEFAULT)" "$code" "$MANUAL" "$(defaults_in_manual)"
}

# attributes_in_code FILE
attributes_in_code() {
	sed -nE 's/.*\<DEVICE_ATTR_(RO|WO|RW)\(([a-z_]+)\).*/\2 (\1)/p' "$1"
}

# attributes_in_abi FILE: print the name of each entry, and the access, which begins its description.
attributes_in_abi() {
	awk '
		/^What:/ { name = $2; sub(".*/", "", name) }
		described { print name, $1; described = 0 }
		/^Description:/ { described = 1 }' "$1"
}

check_attributes() {
	same "the code (src/disk/sysfs.c)" "$(attributes_in_code src/disk/sysfs.c)" "$ABI" "$(attributes_in_abi "$ABI")"
	same "the code (src/control/sysfs.c)" "$(attributes_in_code src/control/sysfs.c)" \
		"$ABI_CONTROL" "$(attributes_in_abi "$ABI_CONTROL")"
	grep -l '\<DEVICE_ATTR' src/*.c src/*/*.c | sed -E '/^src\/(disk|control)\/sysfs\.c$/d; s/$/: no document is compared with its attributes/'
}

stats_in_code() {
	sed -nE -e 's/.*\] = "([a-z_]+)",.*/\1/p' -e 's/.*"([a-z_]+) %.*/\1/p' src/disk/sysfs.c
}

# The table in the entry of stats.
stats_in_abi() {
	sed -n '/^What:.*\/stats$/,/^What:.*\/reset_stats$/p' "$ABI" |
		sed -nE 's/^\t\t([a-z_]+)  +[^ =].*/\1/p'
}

# The example, lines like `reads 1280`.
stats_in_manual() {
	sed -nE 's/^\t([a-z_]+) [0-9]+$/\1/p' "$MANUAL"
}

check_stats() {
	same "the code (src/disk/sysfs.c)" "$(stats_in_code)" "$ABI" "$(stats_in_abi)"
	same "the code (src/disk/sysfs.c)" "$(stats_in_code)" "$MANUAL" "$(stats_in_manual)"
}

# The walk through the driver in the design document must name every source, and no other.
# shellcheck disable=SC2016 # the document's backquotes
check_files() {
	same "the tree (src/)" "$(cd src && printf '%s\n' *.c */*.c)" "$DESIGN" \
		"$(grep -oE '(^|[^/a-z0-9_.])([a-z]+/)?[a-z_]+\.c\>' "$DESIGN" | grep -oE '([a-z]+/)?[a-z_]+\.c' |
			grep -vxFf <(basename -a src/compat/probes/*.c) | sort -u)"
}

check_rst() {
	local file

	while read -r file; do
		rst2html --strict --report=info --halt=none "$file" /dev/null 2>&1
	done < <(files_all | grep '\.rst$')
	return 0
}

# ABI documents must have the kernel's format.
check_abi() {
	perl "$SCRIPTS/get_abi.pl" validate --dir "$(dirname "$ABI")" 2>&1
	while read -r field; do
		awk -v field="$field" '
			/^What:/ { entries++ }
			index($0, field ":") == 1 { fields++ }
			END { if (fields != entries) printf "%s: %d entries, but %d have %s\n", FILENAME, entries, fields, field }
		' "$ABI" "$ABI_CONTROL"
	done <<<$'Date\nKernelVersion\nContact\nDescription'
}
