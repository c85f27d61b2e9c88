# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks that manual pages agree with the tools, and that the tools build without warnings.

MAN=tools/man
TOOL=tools/rbullctl

# man_items PAGE SECTION: print the words of each .It there.
man_items() {
	sed -n "/^\.Sh $2\$/,/^\.Sh /p" "$MAN/$1" | sed -nE 's/^\.It (.*)/\1/p'
}

# man_words PAGE SECTION: print the first .Li or .Cm word of each.
man_words() {
	man_items "$1" "$2" | sed -nE 's/^(Li|Cm) ([^ ]+).*/\2/p'
}

verbs_in_code() {
	sed -nE 's/^\t\{ "([a-z]+)", "[^"]*", [0-9]+, .*/\1/p' $TOOL/main.c
}

# Print `LETTER NAME ARGUMENT:VERB...` of each option of verbs, with - for a missing letter or argument.
options_in_code() {
	sed -nE 's/^\t\[OPTION_[A-Z_]+\] = \{ "([a-z-]+)", (.*), (NULL|"[^"]*"), "[^"]*", "([^"]*)" \},/\2 \1 \3:\4/p' \
		$TOOL/cli/options.c | sed -E "s/^'(.)'/\1/; s/^0 /- /; s/NULL:/-:/; s/[]\"[]//g; s/: +/:/; s/ +$//"
}

options_in_man() {
	sed -n '/^\.Sh OPTIONS$/,/^\.Sh /p' $MAN/rbullctl.8 | awk '
		function flush() { if (head) print head }
		/^\.It / {
			flush()
			letter = $3 == "Fl" ? "-" : $3
			n = index($0, "Fl Fl ")
			rest = substr($0, n + 6)
			split(rest, word, " ")
			head = letter " " word[1] " " (match(rest, /Ar [A-Z]+/) ? substr(rest, RSTART + 3, RLENGTH - 3) : "-")
		}
		END { flush() }'
}

disk_options_in_code() {
	sed -nE '/^const struct disk_option disk_options/,/^}/s/^\t\{ "([a-z-]+)", KIND_([A-Z0-9]+), .*/\1/p' $TOOL/cli/options.c
}

columns_in_code() {
	sed -nE 's/^\t\[[A-Z_]+\] = \{ "([A-Z_:]+)", COLUMN_.*/\1/p' $TOOL/verbs/list.c $TOOL/verbs/snapshots.c
}

keys_in_code() {
	sed -nE 's/^\t\[CONFIG_[A-Z_]+\] = "([a-z_]+)",/\1/p' $TOOL/boot/config.c
	disk_options_in_code | tr - _
}

exit_codes_in_code() {
	sed -n '/^enum exit_code {/,/^}/p' $TOOL/rbullctl.h | grep -c '^\sEXIT_'
}

check_verbs() {
	same "the code ($TOOL/main.c)" "$(verbs_in_code)" "$MAN/rbullctl.8" "$(man_words rbullctl.8 VERBS)"
	same "the code ($TOOL/rbullctl.h)" "$(seq 0 $(($(exit_codes_in_code) - 1)))" \
		"$MAN/rbullctl.8" "$(man_items rbullctl.8 'EXIT STATUS')"
}

check_options() {
	local name

	same "the code ($TOOL/cli/options.c)" "$(options_in_code | cut -d: -f1)" \
		"$MAN/rbullctl.8" "$(options_in_man)"
	same "the code ($TOOL/cli/options.c)" "$(disk_options_in_code)" "$MAN/rbullctl.8" \
		"$(man_items rbullctl.8 'DISK OPTIONS' | sed -nE 's/^Fl Fl ([a-z-]+).*/\1/p')"
	# Options belong to verbs that exist.
	options_in_code | cut -d: -f2 | tr -s ' ' '\n' | sort -u | grep -v '^$' |
		grep -vxFf <(verbs_in_code) | sed "s|^|$TOOL/cli/options.c: no verb: |"
	# Except for parameters of all disks together, each parameter must be an option of add.
	parameters_in_code | while read -r name; do
		[[ $name == nr_disks || $name == copy ]] || disk_options_in_code | grep -xF -- "${name//_/-}" >/dev/null ||
			echo "the parameter $name is no option of rbullctl add"
	done
}

rates_in_code() {
	sed -nE 's/^\t\[RATE_[A-Z0-9_]+\] = \{ "([^"]+)", COLUMN_.*/\1/p' $TOOL/show/rates.c
}

check_columns() {
	same "the code ($TOOL/verbs/list.c, verbs/snapshots.c)" "$(columns_in_code)" \
		"$MAN/rbullctl.8" "$(man_words rbullctl.8 COLUMNS)" |
		grep -vE 'has more than once (NAME|SIZE)$'
	same "the code ($TOOL/show/rates.c)" "$(rates_in_code)" \
		"$MAN/rbullctl.8" "$(man_words rbullctl.8 RATES | grep -v '^queue_mode')"
	return 0
}

# completion_of SHELL: print what it offers for `ls -o size,n`, with a rbullctl that always prints the same. For zsh
# call the function without the line editor.
completion_of() {
	local file=tools/completion/rbullctl.$1

	case $1 in
	bash)
		bash -c ". $file; COMP_WORDS=(rbullctl ls -o size,n) COMP_CWORD=3; _rbullctl
			printf '%s\n' \"\${COMPREPLY[@]}\""
		;;
	fish) fish --no-config -c "source $file; complete -C 'rbullctl ls -o size,n'" | cut -f 1 ;;
	zsh)
		zsh -f -c "compadd() { print -l -- \$offers }
			words=(rbullctl ls -o size,n) CURRENT=4 PREFIX=size,n; . $file"
		;;
	esac 2>&1
}

check_completion() {
	local dir=$WORK/completion shell

	shellcheck tools/completion/rbullctl.bash
	mkdir -p "$dir"
	# shellcheck disable=SC2016 # expands in the program
	printf '%s\n' '#!/bin/sh' 'echo "$*" >"$0.words"' \
		'printf ":nospace\nsize,name\tits name\nsize,nminors\tminor numbers\n"' >"$dir/rbullctl"
	chmod +x "$dir/rbullctl"
	for shell in bash fish zsh; do
		rm -f "$dir/rbullctl.words"
		same "rbullctl --complete" $'size,name\nsize,nminors' "tools/completion/rbullctl.$shell" \
			"$(PATH=$dir:$PATH; completion_of $shell)"
		same "the command line" "--complete ls -o size,n" "what rbullctl.$shell asks for" \
			"$(cat "$dir/rbullctl.words" 2>&1)"
	done
}

check_config_keys() {
	same "the code ($TOOL/boot/config.c, cli/options.c)" "$(keys_in_code)" \
		"$MAN/rbull.conf.5" "$(man_words rbull.conf.5 KEYS)"
}

check_library() {
	local header

	header=$(ctags -x --_xformat='%N' --kinds-C=pf tools/lib/rbull.h)
	same tools/lib/rbull.h "$header" tools/lib/librbull.map \
		"$(sed -nE 's/^\t(rbull_[a-z_]+);/\1/p' tools/lib/librbull.map)"
	same tools/lib/rbull.h "$header" "$MAN/rbull.3" "$(sed -nE 's/^\.Fo (.*)/\1/p' $MAN/rbull.3)"
	same tools/lib/rbull.h "$header" "the text of $MAN/rbull.3" \
		"$(sed -nE 's/^\.Fn (rbull_[a-z_]+).*/\1/p' $MAN/rbull.3 | sort -u)"
}

check_man() {
	local page

	for page in "$MAN"/*.[0-9]; do
		mandoc -T lint -W warning "$page"
	done
	same "the code (src/params.c)" "$(parameters_in_code)" \
		"$MAN/rbull.4" "$(man_words rbull.4 PARAMETERS)"
}

# Build all tools, the library also for 32 bits; compile the header in all versions of C and C++ that programs use.
check_tools_build() {
	local log=$WORK/tools.log out=$WORK/tools standard

	make -C tools OUT="$out" CFLAGS="-O2 -Wall -Wextra -Werror" >"$log" 2>&1 </dev/null ||
		tail -n 30 "$log"
	nm -D --defined-only "$out/librbull.so.0" | awk '$2 == "T" && $3 !~ /^rbull_[a-z_]+@@LIBRBULL_0$/'
	make -C tools OUT="$out.32" CFLAGS="-m32 -O2 -Wall -Wextra -Werror" objects >"$log" 2>&1 </dev/null ||
		tail -n 30 "$log"
	for standard in 11 14 17 20 23; do
		[ "$standard" != 23 ] || standard=2b
		echo 'int main() { struct rbull_add add = RBULL_INIT(rbull_add); return add.call.size != sizeof(add); }' |
			g++ -x c++ "-std=c++$standard" -Wall -Wextra -pedantic -Werror -fsyntax-only -Iinclude/uapi \
				-include tools/lib/rbull.h -
	done
	for standard in c90 c11; do
		echo 'extern int not_empty;' |
			gcc -x c "-std=$standard" -Wall -Wextra -pedantic -fsyntax-only -Iinclude/uapi \
				-include tools/lib/rbull.h -
	done
}
