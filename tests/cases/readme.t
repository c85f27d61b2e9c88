#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The transcript of rbullctl in README.md: run each command, which must print what is there, except for the
# amount of RAM in use.
# Not in UML: it tests the tools.
# Newest kernel: it tests the tools.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

README=/rbull/README.md
IMAGE=/var/lib/rbull/scratch.img

remove_image() {
	rm -f $IMAGE $IMAGE.*
}
AT_EXIT+=(remove_image)

# Print the indented lines below the heading, without the indentation.
transcript() {
	sed -n '/^### Disks at run time$/,/^#\+ [^D]/p' "$README" | sed -n 's/^    //p'
}

# Remove what depends on the machine: MEM_USED, which is the fourth column of the only table with devices,
# and the width of columns.
alike() {
	sed -E 's,^(/dev/rbull[0-9]+( +[^ ]+){2}) +[0-9.]+[KMG] ,\1 N ,; s/ +/ /g; s/ $//
		s/^[0-9.]+[KMG] of [0-9.]+[KMG] of RAM/N of N of RAM/; /^$/d'
}

# typed COMMAND SAID: run the command, which must print SAID.
typed() {
	local said

	said=$(eval "$1" 2>&1)
	# Print it to the log: the README can be updated from there.
	printf '# %s\n' "    # $1"
	[[ -z $said ]] || printf '#     %s\n' "${said//$'\n'/$'\n#     '}"
	is "$(alike <<<"$said")" "$(alike <<<"$2")" "$1"
	# A person would be slower with the next command than udev.
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
between "$commands" 12 60 "the transcript has that many commands"

finish
