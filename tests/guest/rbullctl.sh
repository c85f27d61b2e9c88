# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions for the cases of rbullctl. Source lib.sh first.

# Exit codes, as in rbullctl(8).
# shellcheck disable=SC2034 # used by the cases
FAILED=1 USAGE=2 NO_DISK=3 BUSY=4 BAD_FILE=5

# ctl DESCRIPTION WORD...: rbullctl must succeed and print nothing; add, clone and load print the path of the disk
ctl() {
	local desc=$1

	shift
	ok "$desc" rbullctl "$@" || return 1
	case $1 in
	add | clone | load) [[ $OUT =~ ^/dev/rbull[0-9]+$'\n'$ ]] ;;
	*) [[ -z $OUT ]] ;;
	esac || fail "$desc: prints what was asked for" "$OUT"
}

# made DESCRIPTION DEVICE WORD...: rbullctl must succeed and print DEVICE
made() {
	local desc=$1 device=$2

	shift 2
	ok "$desc" rbullctl "$@"
	is "$OUT" "$device"$'\n' "$desc: it is $device"
}

# refused DESCRIPTION CODE REGEX WORD...: rbullctl must exit with CODE and print one line that matches REGEX
refused() {
	local desc=$1 code=$2 regex=$3 status

	shift 3
	capture rbullctl "$@"
	status=$?
	is "$status" "$code" "$desc: it ends with $code"
	like "$OUT" "^rbullctl: [^"$'\n'"]*${regex}[^"$'\n'"]*"$'\n$' "$desc: it says why"
}

# info DEV COLUMN: print the value; sizes are in bytes
info() {
	rbullctl info --bytes --raw --noheadings --output "$2" "$1"
}

# disks: print the numbers of all disks in one line
disks() {
	rbullctl ls --raw --noheadings --output index | xargs
}
