# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the cases of rbullctl share, besides lib.sh, which they source first.

# Exit codes, as in rbullctl(8).
# shellcheck disable=SC2034 # used by the cases
FAILED=1 USAGE=2 NO_DISK=3 BUSY=4 BAD_FILE=5

# ctl DESCRIPTION WORD...: rbullctl must do it, without a word; or with the path of a disk
ctl() {
	local desc=$1

	shift
	ok "$desc" rbullctl "$@" || return 1
	case $1 in
	add | clone | load) [[ $OUT =~ ^/dev/rbull[0-9]+$'\n'$ ]] ;;
	*) [[ -z $OUT ]] ;;
	esac || fail "$desc: prints what was asked for" "$OUT"
}

# made DESCRIPTION DEVICE WORD...: it must print the path of this disk
made() {
	local desc=$1 device=$2

	shift 2
	ok "$desc" rbullctl "$@"
	is "$OUT" "$device"$'\n' "$desc: it is $device"
}

# refused DESCRIPTION CODE REGEX WORD...: rbullctl must end with this code and one line that matches
refused() {
	local desc=$1 code=$2 regex=$3 status

	shift 3
	capture rbullctl "$@"
	status=$?
	is "$status" "$code" "$desc: it ends with $code"
	like "$OUT" "^rbullctl: [^"$'\n'"]*${regex}[^"$'\n'"]*"$'\n$' "$desc: it says why"
}

# info DEV COLUMN: the value, sizes in bytes
info() {
	rbullctl info --bytes --raw --noheadings --output "$2" "$1"
}

# disks: numbers of all disks, in one line
disks() {
	rbullctl ls --raw --noheadings --output index | xargs
}
