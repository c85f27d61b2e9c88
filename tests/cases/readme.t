#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The transcript of rbullctl in README.md: each command is typed, and says what it says there, but for
# how much RAM is in use.
# Not in UML: it is about the tools.
# Newest kernel: it is about the tools.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

README=/rbull/README.md
IMAGE=/var/lib/rbull/scratch.img

remove_image() {
	rm -f $IMAGE $IMAGE.*
}
AT_EXIT+=(remove_image)

# What is indented below the heading, without the indentation.
transcript() {
	sed -n '/^### Disks at run time$/,/^#\+ [^D]/p' "$README" | sed -n 's/^    //p'
}

# MEM_USED, which is the fourth column of the only table with devices, and how wide columns are, depend on
# the machine.
alike() {
	sed -E 's,^(/dev/rbull[0-9]+( +[^ ]+){2}) +[0-9.]+[KMG] ,\1 N ,; s/ +/ /g; s/ $//
		s/^[0-9.]+[KMG] of [0-9.]+[KMG] of RAM/N of N of RAM/; /^$/d'
}

# typed COMMAND SAID: it is typed, and says what it said.
typed() {
	local said

	said=$(eval "$1" 2>&1)
	# For the log, from which the README can be brought up to date.
	printf '# %s\n' "    # $1"
	[[ -z $said ]] || printf '#     %s\n' "${said//$'\n'/$'\n#     '}"
	is "$(alike <<<"$said")" "$(alike <<<"$2")" "$1"
	# As a person would before the next command.
	settle
}

load nr_disks=0
command='' said='' commands=0
while IFS= read -r line; do
	case $line in
	'# '*)
		[[ -z $command ]] || typed "$command" "${said%$'\n'}"
		command=${line#\# } said=''
		commands=$((commands + 1))
		;;
	*) said+=$line$'\n' ;;
	esac
done < <(transcript)
typed "$command" "${said%$'\n'}"
between "$commands" 12 60 "these are all of them"

finish
