#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The ioctls of /dev/rbull-control as include/uapi/linux/rbull.h describes them:
# structures of other lengths, every error with its message, and the returned
# values. The same from a 32-bit program.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

rename() {
	printf %s "$1" >/sys/block/rbull0/rbull/name
}

load nr_disks=0
is "$(stat -c '%a %U %F' /dev/rbull-control)" "600 root character special file" \
	"the control device is root's"
points "$PROG/abi"
settle
points "$PROG/waits"
settle
if capture "$PROG/abi32"; then
	points "$PROG/abi32"
elif [[ $OUT == *[Ee]xec\ format\ error* ]]; then
	skip "the same in 32 bits" "this kernel cannot run 32-bit programs"
else
	fail "the same in 32 bits" "$OUT"
fi
settle

reload disk_mb=8
name=$(printf 'x%.0s' {1..32})
klog_mark
fails "a name of 32 characters, by sysfs" rename "$name"
like "$OUT" "File name too long" "is too long"
klog_since
like "$KLOG" "rbull0: name=$name: allowed are at most 31 characters" "the log says what is allowed"
is "$(</sys/block/rbull0/rbull/name)" "" "the disk has no name"
ok "a name of 31" rename "${name%x}"
is "$(</sys/block/rbull0/rbull/name)" "${name%x}" "is taken"

finish
