#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A limit larger than RAM: the driver leaves the system a reserve, writes fail
# with ENOSPC, and the OOM killer does not run.
# Not in UML: no huge pages there.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
MIB=$((1 << 20))
# MiB of RAM available at the start: little, so that it is filled quickly.
LEAVE=224
HUGE=/proc/sys/vm/nr_hugepages

free_huge_pages() {
	echo 0 >$HUGE
}

# Take RAM as huge pages: the kernel does not write to them and cannot reclaim them.
take_memory() {
	local available

	AT_EXIT+=(free_huge_pages)
	drop_caches
	available=$(meminfo MemAvailable)
	echo $(((available / 1024 - LEAVE) / 2)) >$HUGE
	between "$(meminfo MemAvailable)" 65536 $(((LEAVE + 128) * 1024)) \
		"about $LEAVE MiB are available (KiB)"
}

# A process with memory of its own: the OOM killer would kill it first.
spawn_witness() {
	# shellcheck disable=SC2016 # the variable is perl's
	spawn perl -e '$x = "x" x (16 << 20); sleep 300'
	WITNESS=$!
}

load disk_mb=65536 mem_limit_mb=65536
is "$(param mem_limit_mb)" 65536 "a limit beyond RAM is accepted"
take_memory
spawn_witness
fails "the disk cannot be filled" "$PROG/pattern" write $NODE 0 $((2048 * MIB)) 1
like "$OUT" "^[0-9]+ ENOSPC" "but ends with ENOSPC"
good=${OUT%% *}
between "$good" $((16 * MIB)) $(((LEAVE + 128) * MIB)) "after some of it was written"
between "$(meminfo MemAvailable)" 8192 $((1 << 40)) "the system has a reserve left (KiB)"
ok "programs still run" ls /
ok "nobody was killed" kill -0 "$WITNESS"
ok "earlier data is intact" "$PROG/pattern" check $NODE 0 "$good" 1
fails "no more fits, however small the pieces" \
	"$PROG/pattern" write $NODE $((4096 * MIB)) $((256 * MIB)) 2 4096
like "$OUT" "^[0-9]+ ENOSPC" "and that is ENOSPC again"
klog_since "$FIRST_MARK"
unlike "$KLOG" "[Oo]ut of memory|oom-killer|oom_reaper" "no out-of-memory killer in the log"
ok "discard" blkdiscard $NODE
# Pages are freed after a grace period: some milliseconds, or longer on a busy machine.
ok "makes room again" wait_for 60 "$PROG/pattern" write $NODE 0 $((16 * MIB)) 3
ok "nobody was killed to the end" kill -0 "$WITNESS"
free_huge_pages

finish
