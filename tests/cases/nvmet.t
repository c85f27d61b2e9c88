#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Export a disk over NVMe as the manual does it, connect to it from this same machine, and resize it meanwhile. While it
# is exported, it cannot be removed, and rbullctl says who has it.
# Newest kernel: all kernels behave the same here.
# Not in UML: it has no NVMe.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

NQN=nqn.2026-11.org.example:rbull0
NVMET=/sys/kernel/config/nvmet
SUBSYSTEM=$NVMET/subsystems/$NQN
NAMESPACE=$SUBSYSTEM/namespaces/1

export_disk() {
	mkdir -p "$NAMESPACE" "$NVMET/ports/1" &&
		echo 1 >"$SUBSYSTEM/attr_allow_any_host" &&
		echo /dev/rbull0 >"$NAMESPACE/device_path" &&
		echo 1 >"$NAMESPACE/enable" &&
		echo loop >"$NVMET/ports/1/addr_trtype" &&
		ln -s "$SUBSYSTEM" "$NVMET/ports/1/subsystems/$NQN"
}

withdraw_disk() {
	rm "$NVMET/ports/1/subsystems/$NQN" &&
		echo 0 >"$NAMESPACE/enable" &&
		rmdir "$NAMESPACE" "$SUBSYSTEM" "$NVMET/ports/1"
}

connect() {
	echo "transport=loop,nqn=$NQN" >/dev/nvme-fabrics
}

# remote: print the name of the NVMe disk
remote() {
	local dir

	for dir in /sys/class/nvme-subsystem/nvme-subsys*; do
		if [ "$(cat "$dir/subsysnqn" 2>/dev/null)" = "$NQN" ]; then
			basename "$dir"/nvme*n1
			return
		fi
	done
	return 1
}

remote_is_there() {
	[ -b "/dev/$(remote)" ]
}

remote_has() {
	[ "$(blockdev --getsize64 "/dev/$(remote)")" = "$1" ]
}

load disk_mb=64
ok "the modules" modprobe -a nvmet nvme-loop
[ -d "$NVMET" ] || mount -t configfs none /sys/kernel/config
ok "export the disk" export_disk
ok "connect to it" connect
ok "the other side has a disk" wait_for 20 remote_is_there
ok "it has 64 MiB" remote_has $((64 << 20))
ok "write there" "$PROG/pattern" write "/dev/$(remote)" 0 $((8 << 20)) 1
ok "it is here" "$PROG/pattern" check /dev/rbull0 0 $((8 << 20)) 1
ok "discard there" blkdiscard -f "/dev/$(remote)"
ok "the RAM is back" wait_for 10 stat_is rbull0 mem_pages 0
ok "resize here" rbullctl resize rbull0 96M
ok "the target reads the new size" eval "echo 1 >$NAMESPACE/revalidate_size"
ok "the other side has the new size" wait_for 20 remote_has $((96 << 20))
refused "it cannot be removed meanwhile" "$BUSY" "exported by nvmet as $NQN/namespaces/1" rm rbull0
ok "disconnect" eval "echo 1 >$(echo /sys/class/nvme-subsystem/nvme-subsys*/nvme*/delete_controller)"
ok "withdraw" withdraw_disk
ok "now it can be removed" rbullctl rm rbull0
modprobe -r nvme-loop nvmet

finish
