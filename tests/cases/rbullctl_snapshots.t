#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl: snapshots, rewind, clones.
# Oldest kernel and UML: it tests the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

NODE=/dev/rbull0

# write_pattern SEED: write the pattern of this seed to the disk
write_pattern() {
	"$PROG/pattern" write $NODE 0 $((4 << 20)) "$1"
}

has_pattern() {
	"$PROG/pattern" check "$1" 0 $((4 << 20)) "$2"
}

names() {
	rbullctl snapshot --list -rno name "$1" | xargs
}

load nr_disks=0
ctl "a disk" add --size 16M --name work
refused "a snapshot that is not there" "$NO_DISK" "has no snapshot 'one': it has none; 'rbullctl snapshot 0 one' makes" rewind work one
ok "an empty list" rbullctl snapshot work --list
is "$OUT" "" "is empty"
ok "contents" write_pattern 1
ctl "a snapshot" snapshot work one
ok "other contents" write_pattern 2
ok "another snapshot, and how long I/O waited" rbullctl snapshot -v work two
like "$OUT" "^I/O waited [0-9]+\.[0-9]{3} us" "it prints that"
ctl "another size" resize work 24M
refused "a name twice" "$FAILED" "snapshot=one: rbull0 already has a snapshot with that name" snapshot work one
refused "a name that is not allowed" "$FAILED" "snapshot=a b: allowed are" snapshot work "a b"
is "$(names work)" "one two" "both are listed, the oldest first"
is "$(rbullctl snapshot -l -brno size work | xargs)" "16777216 16777216" "with the sizes then"
is "$(info work SNAPSHOTS)" 2 "info counts them"
refused "--list with a name" "$USAGE" "--list takes no name" snapshot work one --list

exec {holder}<>$NODE
refused "to rewind a disk that is open for writing" "$BUSY" "open for writing.*open by process $$.*; or use --force" rewind work one
ctl "unless forced" rewind --force work one
exec {holder}>&-
ok "the first contents" has_pattern $NODE 1
is "$(info work SIZE)" $((16 << 20)) "and the first size"
ctl "to the other one" rewind work two
ok "the other contents" has_pattern $NODE 2
refused "to a snapshot that is not there" "$NO_DISK" "has no snapshot 'three': it has one, two" rewind work three

made "a clone of a snapshot" /dev/rbull1 clone work one --name old
ok "has its contents" has_pattern /dev/rbull1 1
made "a clone of what is there now, and other options" /dev/rbull2 clone --ro work --queue-mode bio
ok "has them" has_pattern /dev/rbull2 2
is "$(info 2 RO) $(info 2 QUEUE_MODE)" "1 bio" "and the options"
refused "a clone of nothing" "$NO_DISK" "has no snapshot 'three': it has one, two" clone work three
refused "a clone with a limit of its own" "$FAILED" "mem_limit=.*shares the limit of its source" clone work --mem-limit 1M
is "$(disks)" "0 1 2" "which leaves nothing"

ctl "remove a snapshot" snapshot --delete work one
is "$(names work)" "two" "the other stays"
refused "to remove it twice" "$NO_DISK" "has no snapshot 'one': it has two" snapshot --delete work one
ctl "remove the disk" rm work
ok "the clone lives on" has_pattern /dev/rbull1 1
ctl "all go" rm --all

finish
