#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Nothing that was allocated since this kernel is up has been lost, by this case or any before it.
# shellcheck source=/dev/null
. "${0%/*}/../../guest/lib.sh"

LEAKS=/sys/kernel/debug/kmemleak

scan() {
	echo scan >$LEAKS
}

[[ -e $LEAKS ]] || skip_all "the kernel does not look for leaks"
for mode in mq bio; do
	load disk_mb=32 nr_disks=2 queue_mode=$mode
	ok "write, $mode" "$PROG/pattern" write /dev/rbull0 0 $((4 << 20)) 1
	ok "discard, $mode" blkdiscard -o 65536 -l $((1 << 20)) /dev/rbull0
	ok "unload, $mode" unload
done
drop_caches
# What is younger than some seconds is no leak yet, and what changes needs a second look. A kmemleak that
# has given up refuses to look.
ok "a first look" scan
pause 6
ok "a second one" scan
is "$(<$LEAKS)" "" "nothing is lost"
# They have been reported.
echo clear >$LEAKS

finish
