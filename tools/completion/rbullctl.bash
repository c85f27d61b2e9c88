# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of rbullctl for bash. rbullctl itself prints the candidates.

# Set typed to the words as rbullctl would get them. bash splits words at = and :, and completes only the last
# part of a word; set kept to the parts before it.
_rbullctl_words() {
	local i word glue=1

	typed=()
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $word == [=:]* && ${#typed[@]} -gt 0 ]]; then
			glue=0
		fi
		if ((glue)); then
			typed+=("$word")
			kept=
		else
			kept=${typed[-1]}
			typed[-1]+=$word
		fi
		glue=1
		if [[ $word == [=:] ]]; then
			glue=0
			kept=${typed[-1]}
		fi
	done
}

_rbullctl() {
	local kept typed line

	_rbullctl_words
	COMPREPLY=()
	# The PATH of most users other than root lacks the sbin folders.
	while IFS= read -r line; do
		case $line in
		:files)
			compopt -o filenames 2>/dev/null
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${typed[-1]}")
			;;
		:nospace) compopt -o nospace 2>/dev/null ;;
		*)
			line=${line%%$'\t'*}
			COMPREPLY+=("${line#"$kept"}")
			;;
		esac
	done < <(PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin rbullctl --complete "${typed[@]}" 2>/dev/null)
}

complete -F _rbullctl rbullctl
