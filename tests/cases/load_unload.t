#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Loaded, used and unloaded 50 times: nothing accumulates.
# Not in UML: the sanitizers keep freed memory for a while.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

module=$(modinfo -n rbull)
# The first rounds fill caches that stay filled: measure after them.
points "$PROG/reload" "$module" 4 "disk_mb=8 queue_depth=64"
settle

drop_caches
available=$(available)
slab=$(meminfo SUnreclaim)
percpu=$(meminfo Percpu)
vmalloc=$(meminfo VmallocUsed)
points "$PROG/reload" "$module" 50 "disk_mb=8 queue_depth=64"
settle
drop_caches
between $((available - $(available))) -1048576 8192 "RAM drifts little (KiB)"
between $(($(meminfo SUnreclaim) - slab)) -1048576 4096 "unreclaimable slab drifts little (KiB)"
between $(($(meminfo Percpu) - percpu)) -1048576 1024 "per-CPU memory drifts little (KiB)"
between $(($(meminfo VmallocUsed) - vmalloc)) -1048576 2048 "vmalloc drifts little (KiB)"

# The same with modprobe, as users do it.
for round in 1 2; do
	ok "modprobe and rmmod at once, round $round" modprobe rbull nr_disks=2
	ok "unload, round $round" unload
done

finish
