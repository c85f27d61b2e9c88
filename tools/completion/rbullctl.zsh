#compdef rbullctl
# SPDX-License-Identifier: GPL-2.0-only
# Completion of rbullctl for zsh. rbullctl itself prints the candidates.

_rbullctl() {
	local -a lines offers texts suffix
	local line word

	# The PATH of most users other than root lacks the sbin folders.
	lines=("${(@f)$(PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin \
		rbullctl --complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
	for line in $lines; do
		case $line in
		(:files) _files ;;
		(:nospace) suffix=(-S '') ;;
		(*)
			word=${line%%$'\t'*}
			offers+=("$word")
			texts+=("${(r:26:)word} ${line#*$'\t'}")
			;;
		esac
	done
	((!$#offers)) || compadd "${suffix[@]}" -l -d texts -- $offers
}

_rbullctl "$@"
