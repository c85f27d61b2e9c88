# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Booting a guest: QEMU, its disks, and what this tree hands in.
#
# The first serial port is the kernel's console and goes to a log. The second is ours: in a test, guest-exec speaks
# through it with tests/guest/init; otherwise a person's terminal is at its other end.

GUEST_MEMORY_MB=${GUEST_MEMORY_MB:-2048}
# One case, on a host that is ten times as slow as it should be; and from power-on to the first word of init.
export RBULL_CASE_TIMEOUT=${RBULL_CASE_TIMEOUT:-300}
export RBULL_BOOT_TIMEOUT=${RBULL_BOOT_TIMEOUT:-120}

# For the kernel's command line. Emulated CPUs wait for real ones: timer interrupts come late, and for half a
# minute nothing may happen that the kernel takes for its own fault. And there is nobody to protect from: page
# tables of the kernel's own cost an emulated CPU its whole TLB, twice a system call.
#
# Nor need the kernel clear the pages that it allocates, or make pages huge: that costs an emulated CPU a tenth of its
# time, and it would hide that the driver forgot to clear a page.
GUEST_EMULATED="no_timer_check watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120 mitigations=off"
GUEST_EMULATED+=" init_on_alloc=0 transparent_hugepage=never"

# Words for QEMU's command line, found out by guest_probe_accel. A CPU of few abilities: the kernel would use
# crc32 and vectors, which are emulated bit by bit (crc32 alone was a third of all time, with ext4).
GUEST_ACCEL=(-accel "tcg,thread=multi" -cpu "qemu64,-svm,+popcnt,+rdrand")
# The serial ports' name without their number.
GUEST_TTY=ttyS
# As strip: guests of another architecture have another.
GUEST_STRIP="strip"

# /dev/kvm may open and a guest on it hang all the same before its first line, so only a guest that
# has reached its initrd is believed. The verdict holds until the machine's next boot.
guest_probe_accel() {
	local verdict=$CACHE/kvm-verdict boot series=$1

	[ -w /dev/kvm ] || return 0
	boot=$(cat /proc/sys/kernel/random/boot_id)
	if ! grep -qs "^$boot " "$verdict"; then
		say "trying whether KVM works"
		timeout -k 1 8 qemu-system-x86_64 -accel kvm -cpu host -m 512 -nographic -nodefaults \
			-no-reboot -serial "file:$WORK/kvm-probe.log" \
			-kernel "$(kernel_dir "$series")/vmlinuz" \
			-initrd "$(kernel_dir "$series")/initrd" \
			-append "console=ttyS0 panic=-1 guest.probe" >/dev/null 2>&1 </dev/null
		if grep -qs 'rbull-initrd: alive' "$WORK/kvm-probe.log"; then
			echo "$boot kvm" >"$verdict"
		else
			echo "$boot tcg" >"$verdict"
			say "KVM does not boot a guest; using QEMU's own emulation (TCG)"
		fi
	fi
	if grep -q ' kvm$' "$verdict"; then
		GUEST_ACCEL=(-accel kvm -cpu host)
	fi
}

# guest_pack SERIES DIR: the tree's part of the guest, DIR/tree.tar. The module's place in
# modules.dep is worked out here, where depmod takes no time.
guest_pack() {
	local version stage=$2/stage modules
	version=$(kernel_version "$1")

	rm -rf "$stage"
	mkdir -p "$stage/rbull" "$stage/depmod/lib/modules"
	modules=$stage/depmod/lib/modules
	cp -al "$(kernel_dir "$1")/tree/usr/lib/modules/$version" "$modules/" || return 1
	# Hard links: what depmod rewrites must not be the cache's.
	rm -f "$modules/$version"/modules.{dep,alias,symbols,softdep,devname,weakdep}{,.bin} \
		"$modules/$version"/modules.builtin.{bin,alias.bin}
	mkdir "$modules/$version/updates"
	# As DKMS installs it. With what is for debuggers it is twenty times as large, and longer to load.
	"$GUEST_STRIP" -g -o "$modules/$version/updates/rbull.ko" "$TOP/build/$version/rbull.ko" || return 1
	depmod -b "$stage/depmod" "$version" || return 1
	mkdir "$stage/rbull/modules"
	find "$modules/$version" -maxdepth 1 -type f -links 1 -exec mv -t "$stage/rbull/modules" {} +
	mv "$modules/$version/updates" "$stage/rbull/modules/"
	cp -R "$2/prog" "$2/tools" "$TOP/tests" "$TOP/README.md" "$stage/rbull/" || return 1
	tar -c -f "$2/tree.tar" --owner=0 --group=0 -C "$stage/rbull" . && rm -rf "$stage"
}

# guest_start SERIES DIR TTY-CHARDEV WORDS...: sets GUEST_PID; DIR is the guest's own, for its logs, beside
# tree.tar. WORDS reach init through the kernel's command line as guest.NAME=VALUE. Stdin is the guest's only if the chardev asks for it.
guest_start() {
	local kernel suite dir=$2 tree=${2%/*}/tree.tar chardev=$3 words

	kernel=$(kernel_dir "$1")
	suite=$(root_dir "$(cat "$kernel/suite")")
	shift 3
	words="$*"
	# User Mode Linux locks what it only reads, in a way that keeps QEMU out. Nobody writes to a root.
	qemu "${GUEST_ACCEL[@]}" -smp "${GUEST_CPUS:-2}" -m "$GUEST_MEMORY_MB" \
		-display none -nodefaults -no-reboot -nic none \
		-kernel "$kernel/vmlinuz" -initrd "$kernel/initrd" \
		-append "console=${GUEST_TTY}0 panic=-1 loglevel=7 $GUEST_EMULATED guest.tty=${GUEST_TTY}1 guest.case_timeout=$RBULL_CASE_TIMEOUT $words" \
		-chardev "file,id=console,path=$dir/console.log" -serial chardev:console \
		-chardev "$chardev,id=ours" -serial chardev:ours \
		-drive "file=$suite/root.ext4,file.locking=off,format=raw,if=virtio,snapshot=on" \
		-drive "file=$kernel/modules.ext4,format=raw,if=virtio,snapshot=on" \
		-drive "file=$tree,format=raw,if=virtio,readonly=on" \
		0<&0 &
	GUEST_PID=$!
	CHILDREN+=("$GUEST_PID")
}

# guests_start SERIES DIR N: N test guests, DIR/guest-1 and so on.
guests_start() {
	local n guest

	for ((n = 1; n <= $3; n++)); do
		guest=$2/guest-$n
		mkdir -p "$guest"
		mkfifo "$guest/tty.in" "$guest/tty.out"
		guest_start "$1" "$guest" "pipe,path=$guest/tty" guest.mode=test \
			</dev/null 2>"$guest/qemu.log"
		echo "$GUEST_PID" >"$guest/pid"
	done
}

# guests_stop DIR: ask the test guests to power off, wait a little, then insist.
guests_stop() {
	local guest try pid pids=()

	for guest in "$1"/guest-*; do
		pid=$(cat "$guest/pid")
		if kill -0 "$pid" 2>/dev/null; then
			echo off >"$guest/tty.in"
			pids+=("$pid")
		fi
	done
	for ((try = 0; try < 100; try++)); do
		kill -0 "${pids[@]}" 2>/dev/null || break
		sleep 0.1
	done
	for pid in "${pids[@]}"; do
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	CHILDREN=()
}
