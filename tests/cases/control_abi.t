#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The calls of /dev/rbull-control, as include/uapi/linux/rbull.h describes them:
# structures of other lengths, every refusal with its message, what is given
# back. The same from a program of 32 bits.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load nr_disks=0
is "$(stat -c '%a %U %F' /dev/rbull-control)" "600 root character special file" \
	"the control device is root's"
points "$PROG/abi"
settle
if capture "$PROG/abi32"; then
	points "$PROG/abi32"
elif [[ $OUT == *[Ee]xec\ format\ error* ]]; then
	skip "the same in 32 bits" "this kernel runs no programs of 32 bits"
else
	fail "the same in 32 bits" "$OUT"
fi
settle

finish
