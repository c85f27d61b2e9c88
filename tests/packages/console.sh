# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A machine with systemd in QEMU, and a person at its serial console: what is typed, and what is seen.
# Sourced after tests/packages/lib.sh.

shopt -s extglob
# How long a person waits: for a login prompt, for a command.
BOOT_SECONDS=${BOOT_SECONDS:-240}
COMMAND_SECONDS=${COMMAND_SECONDS:-120}
PROMPT='root@rbull-test:[^#]*# $'
SCREEN=
# The beginning of an escape sequence whose end is still to be read, and what it looks like.
ESCAPE=
ESCAPE_BEGUN=$'\e([][][0-9;?]*)?$'

# console_boot DISK VMLINUZ INITRD: sets GUEST_PID; all that is seen goes to $WORK/console.log too.
console_boot() {
	MACHINE_PARTS=("$@")
	SCREEN=
	ESCAPE=
	mkfifo "$WORK/tty.in" "$WORK/tty.out"
	exec 4<>"$WORK/tty.out" 5<>"$WORK/tty.in"
	qemu "${GUEST_ACCEL[@]}" -smp "$GUEST_CPUS" -m 1024 -display none -nodefaults -nic none \
		-device virtio-rng-pci -kernel "$2" -initrd "$3" \
		-append "root=/dev/vda rw console=ttyS0 quiet loglevel=4 $GUEST_EMULATED" \
		-chardev "pipe,id=tty,path=$WORK/tty,logfile=$WORK/console.log" -serial chardev:tty \
		-drive "file=$1,format=raw,if=virtio,cache=unsafe" \
		</dev/null 2>"$WORK/qemu.log" 4>&- 5>&- &
	GUEST_PID=$!
}

# console_boot_again: without a word to the machine that runs.
console_boot_again() {
	kill -9 "$GUEST_PID" 2>/dev/null
	wait "$GUEST_PID" 2>/dev/null
	rm -f "$WORK"/tty.*
	console_boot "${MACHINE_PARTS[@]}"
}

console_alive() {
	kill -0 "$GUEST_PID" 2>/dev/null
}

# console_wait REGEX SECONDS: reads until SCREEN, what was seen since the last line was typed, matches.
console_wait() {
	local end=$((SECONDS + $2)) chunk

	while [[ ! $SCREEN =~ $1 ]]; do
		if [ "$SECONDS" -ge "$end" ] || ! console_alive || [[ $SCREEN == *'Kernel panic'* ]]; then
			return 1
		fi
		chunk=
		read -r -N 65536 -t 0.1 -u 4 chunk
		# Without what only a terminal understands.
		chunk=$ESCAPE$chunk
		chunk=${chunk//$'\e'[\[\]]*([0-9;?])[a-zA-Z]/}
		ESCAPE=
		[[ ! $chunk =~ $ESCAPE_BEGUN ]] || ESCAPE=${BASH_REMATCH[0]}
		chunk=${chunk%"$ESCAPE"}
		SCREEN+=${chunk//$'\r'/}
	done
}

console_type() {
	SCREEN=
	printf '%s\r' "$1" >&5
}

# console_login: as root, at the next login prompt. While a kernel patches its own code there are breakpoints
# in it, and where several CPUs are emulated QEMU may run into one that is gone already: then once more.
console_login() {
	local _

	for _ in 1 2 3; do
		console_try_login && return
		[[ $SCREEN == *'int3: 0000 [#'* ]] || return 1
		diag "the emulator ran into a breakpoint that the kernel had taken away: booting once more"
		console_boot_again
	done
	return 1
}

# console_try_login: what the system itself says late may stand behind the prompt: then return makes it ask
# once more.
console_try_login() {
	local end=$((SECONDS + BOOT_SECONDS))

	while [ "$SECONDS" -lt "$end" ]; do
		if ! console_wait 'login: $' 10; then
			console_alive && [[ $SCREEN != *'Kernel panic'* ]] || return 1
			[[ $SCREEN != *'login: '* ]] || console_type ''
			continue
		fi
		console_type root
		console_wait 'assword: $' 60 || continue
		console_type root
		console_wait "$PROMPT" 60 && return 0
	done
	return 1
}

# console COMMAND...: types the command and leaves with its status; what it said is in SEEN.
console() {
	console_type "$*"
	console_wait $'\n'".*$PROMPT" "$COMMAND_SECONDS" || return 99
	SEEN=${SCREEN#*$'\n'}
	SEEN=${SEEN%root@*}
	console_type 'echo status=$?'
	console_wait $'\nstatus=[0-9]+.*'"$PROMPT" "$COMMAND_SECONDS" || return 99
	SCREEN=${SCREEN##*$'\nstatus='}
	return "${SCREEN%%$'\n'*}"
}

# types DESCRIPTION COMMAND: the command must succeed.
types() {
	local status

	console "$2"
	status=$?
	if [ "$status" = 0 ]; then
		pass "$1"
	else
		fail "$1" "status $status of: $2"$'\n'"$SEEN$SCREEN"
	fi
}

# console_off: power off as a person does; by force where that does not work.
console_off() {
	local end=$((SECONDS + 90))

	console_type poweroff
	while console_alive && [ "$SECONDS" -lt "$end" ]; do
		SCREEN=
		console_wait '^never$' 1
	done
	console_alive || return 0
	kill -9 "$GUEST_PID"
	return 1
}
