#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl's command line: help, sizes, errors, completion; and a program that uses librbull.
# Not in UML: it tests the tool.
# Newest kernel: it tests the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

# TEXT BYTES: sizes as util-linux understands them
SIZES=(
	1048576 1048576
	1M 1048576
	1m 1048576
	1MiB 1048576
	1mib 1048576
	2048K 2097152
	1.5M 1572864
	0x100000 1048576
	512KB 512000
	64MB 64000000
	32GB 32000000000
	2TiB 2199023255552
	0.25G 268435456
)

# completes WORD...: print what bash offers at the end of the last word, in one line
completes() {
	local COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()

	_rbullctl
	printf '%s\n' "${COMPREPLY[@]}" | sort | xargs
}

# Print the options of "rbullctl VERB --help" in $WORK/help, one a line.
options_of_help() {
	grep -o -- ' --[a-z-]*' "$WORK/help" | grep -v -- '--no-ro$' | sort -u | tr -d ' '
}

# The help has only one option of each pair of opposites.
options_offered() {
	rbullctl --complete "$1" - | grep -v $'\tthe opposite$' | cut -f 1 | sort -u
}

columns_of_help() {
	sed -n '/^COLUMNS/,$s/^[* ] \([A-Z_:]*\) .*/\1/p'
}

columns_offered() {
	grep -v '^:' | cut -f 1
}

refused "no verb" "$USAGE" "'rbullctl --help' lists"
refused "a wrong verb" "$USAGE" "'make' is not a verb" make
refused "a word too many" "$USAGE" "'x' is one word too many: usage: rbullctl add \[OPTION\]\.\.\." add x
refused "a word too few" "$USAGE" "an operand is missing: usage: rbullctl resize \[OPTION\]\.\.\. DEV SIZE" resize 0
refused "a wrong option" "$USAGE" "--colour is not an option of 'add'" add --colour
refused "an option of another verb" "$USAGE" "--force is not an option of 'ls'" ls --force
refused "a wrong letter among others" "$USAGE" "-x is not an option of 'ls'" ls -xJ
refused "a wrong letter behind others" "$USAGE" "-x is not an option of 'ls'" ls -bx
refused "an option that is cut too short" "$USAGE" "--no is ambiguous: it may be --no-verify, --no-wait, --no-ro," load --no
refused "a value for an option that takes none" "$USAGE" "--json=1: that option takes no value" ls --json=1
refused "an option without its value" "$USAGE" "--size needs a value" add --size
refused "rm of nothing" "$USAGE" "a disk is missing: usage: rbullctl rm \[OPTION\]" rm
refused "a snapshot without a name" "$USAGE" "a name is missing: usage: rbullctl snapshot \[OPTION\]" snapshot 0
refused "a number as an option" "$USAGE" "-1 is not an option of 'ls'" ls -1
refused "a number behind a letter" "$USAGE" "-1 is not an option of 'resize'" resize 0 -v1
refused "no such column" "$USAGE" "no column 'colour': 'rbullctl ls --help' lists" ls --output colour
refused "help about something that is not a verb" "$USAGE" "'make' is not a verb" help make
refused "help about two verbs" "$USAGE" "'rm' is one word too many: usage: rbullctl help" help add rm
refused "a wrong interval" "$USAGE" "'0' is not a number of seconds" top 0
fails "none of this has loaded the module" loaded

ok "help" rbullctl --help
verbs=$(rbullctl --complete help '' | cut -f 1)
for verb in $verbs; do
	like "$OUT" $'\n'"  $verb +[A-Za-z[]" "the help has $verb"
done
for verb in $verbs; do
	rbullctl "$verb" --help >"$WORK/help" || break
	grep -q "^usage: rbullctl $verb \[OPTION\]\.\.\." "$WORK/help" || break
	[[ $(rbullctl help "$verb") == "$(<"$WORK/help")" ]] || break
	[[ $(options_of_help) == "$(options_offered "$verb")" ]] || break
done
is "$verb" "${verbs##*$'\n'}" "each verb has its own, with the options that completion offers"
for verb in ls info snapshot; do
	is "$(rbullctl $verb --help | columns_of_help)" "$(rbullctl --complete $verb -o '' | columns_offered)" \
		"that of $verb has all columns"
done
for verb in stats top; do
	like "$(rbullctl $verb --help)" $'\n'"  R-P99.9 +[a-z]" "that of $verb has its columns"
done
ok "the version" rbullctl --version
like "$OUT" '^rbullctl [0-9]+\.[0-9]+' "it is one"

load nr_disks=0
for ((i = 0; i < ${#SIZES[@]}; i += 2)); do
	size=${SIZES[i + 1]}
	rbullctl add --size "${SIZES[i]}" >"$WORK/out" 2>&1
	is "$(info 0 SIZE 2>&1)" "$size" "--size ${SIZES[i]}"
	rbullctl rm --all
done
for size in '' -1 K 1.5 1KX 1,5G 99999999999E ' '; do
	refused "--size '$size'" "$USAGE" "is not a size: write it as in 1G" add --size "$size"
done
for option in size disk-mb logical-block-size physical-block-size queue-depth max-segments max-segment-size nminors; do
	refused "--$option 0" "$USAGE" "--$option: 0 is too small: at least [1-9][0-9]* is allowed" add "--$option" 0
done
for option in mem-limit mem-limit-mb nr-hw-queues poll-queues; do
	ok "--$option 0" rbullctl add --size 1M "--$option" 0
done
made "any index" /dev/rbull4 add --size 1M --index -1
like "$(rbullctl add --help)" "--index NUMBER +[^"$'\n'"]*-1" "of which the help tells"
refused "another index below 0" "$USAGE" "--index: '-2' is not a number from -1 to 4095" add --index -2
ok "they go" rbullctl rm --all

ctl "a disk" add --name here
ctl "a snapshot" snapshot here kept
: >"$WORK/marked"
refused "no such column of snapshots" "$USAGE" "no column 'index': 'rbullctl snapshot --help' lists" \
	snapshot -l here --output index
# shellcheck source=/dev/null
. /usr/share/bash-completion/completions/rbullctl
is "$(completes rbullctl re)" "reset resize rewind" "verbs are completed"
is "$(completes rbullctl rm --f)" "--force" "options are"
is "$(completes rbullctl add --queue-mode '')" "bio mq" "choices are"
is "$(completes rbullctl add --queue-mode = b)" "bio" "behind = too"
is "$(completes rbullctl info '')" "/dev/rbull0 here" "disks are"
is "$(completes rbullctl rewind here '')" "kept" "snapshots are"
is "$(completes rbullctl rewind --force here '')" "kept" "with an option before"
is "$(completes rbullctl save --format raw '')" "/dev/rbull0 here" "a word behind an option that takes one is no operand"
is "$(completes rbullctl ls --output MEM)" "MEM_LIMIT MEM_USED" "columns are"
is "$(completes rbullctl ls -o device,mem)" "device,mem_limit device,mem_used" "behind a comma, too, and in small letters"
is "$(completes rbullctl ls -o mem_limit,mem_used,mem)" "" "but not twice"
is "$(completes rbullctl ls -o maj : min,n)" "min,name min,nminors min,nr_hw_queues min,numa_node" "bash takes words apart at a colon"
is "$(completes rbullctl set here m)" "mem_limit=" "keys are"
is "$(completes rbullctl set here ro =)" "0 1" "and what is possible behind them"
is "$(completes rbullctl load "$WORK/mar")" "$WORK/marked" "files are"
is "$(completes rbullctl help res)" "reset resize" "help is"
is "$(completes rbullctl -- x)" "" "where nothing is known, nothing is offered"
ctl "all goes" rm here

points "$PROG/library"

finish
