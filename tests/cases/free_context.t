#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Memory of a disk is freed by workers, never in interrupts: RCU callbacks would free any amount in one go. The kernel
# traces who frees a block of 2 MiB, the size of a leaf; hardly anything else in the guest frees such blocks.
# Newest kernel: all kernels behave the same here.
# Not in UML: it has no tracing.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

TRACING=/sys/kernel/tracing
EVENT=$TRACING/events/kmem/mm_page_free

trace_begin() {
	[[ -d $EVENT ]] || mount -t tracefs none "$TRACING" || return
	echo 'order == 9' >"$EVENT/filter" && : >"$TRACING/trace" && echo 1 >"$EVENT/enable"
}

# Set FREES to the number of blocks freed so far, and ATOMIC to the lines of those that were freed in interrupts. The
# third character behind the CPU says so: h or H, s for softirqs, . for none.
trace_read() {
	FREES=$(grep -c mm_page_free: "$TRACING/trace")
	ATOMIC=$(grep -E '\] [^ ]{2}[^. ][^ ]* .*mm_page_free:' "$TRACING/trace" | head -n 5)
}

# frees DESCRIPTION COMMAND...: the command, for a disk of 32 MiB that is full, gives back all its memory
frees() {
	ok "$1: fill" "$PROG/pattern" write /dev/rbull0 0 $((32 << 20)) 1 $((2 << 20))
	: >"$TRACING/trace"
	ok "$1" "${@:2}"
	ok "$1: the RAM is back" wait_for 20 stat_is rbull0 mem_pages 0
	pause 1
	trace_read
	between "$FREES" 8 1000 "$1: blocks of 2 MiB that were freed"
	is "$ATOMIC" "" "$1: none of them in an interrupt"
}

discard_in_small_pieces() {
	blkdiscard --step $((2 << 20)) /dev/rbull0
}

load disk_mb=32
ok "trace" trace_begin || finish
frees "discard" blkdiscard /dev/rbull0
frees "discard without a worker" discard_in_small_pieces
frees "secure erase" blkdiscard --secure /dev/rbull0
frees "reset" rbullctl reset rbull0
echo 0 >"$EVENT/enable"
echo 0 >"$EVENT/filter"
finish
