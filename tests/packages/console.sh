# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A machine with systemd in QEMU: type on its serial console and read its output. Source tests/packages/lib.sh first.

shopt -s extglob
# Time limits for a login prompt and for a command.
BOOT_SECONDS=${BOOT_SECONDS:-240}
COMMAND_SECONDS=${COMMAND_SECONDS:-120}
PROMPT='root@rbull-test:[^#]*# $'
SCREEN=
# An escape sequence of which only the beginning has been read, and the pattern of such a beginning.
ESCAPE=
ESCAPE_BEGUN=$'\e([][][0-9;?]*)?$'

# console_boot DISK VMLINUZ INITRD: start the machine; set GUEST_PID. $WORK/console.log gets all output.
console_boot() {
	MACHINE_PARTS=("$@")
	SCREEN=
	ESCAPE=
	mkfifo "$WORK/tty.in" "$WORK/tty.out"
	exec 4<>"$WORK/tty.out" 5<>"$WORK/tty.in"
	qemu "${GUEST_ACCEL[@]}" -smp "${GUEST_CPUS:-1}" -m 1024 -display none -nodefaults -nic none \
		-device virtio-rng-pci -kernel "$2" -initrd "$3" \
		-append "root=/dev/vda rw console=ttyS0 quiet loglevel=4 $GUEST_EMULATED" \
		-chardev "pipe,id=tty,path=$WORK/tty,logfile=$WORK/console.log" -serial chardev:tty \
		-drive "file=$1,format=raw,if=virtio,cache=unsafe" \
		</dev/null 2>"$WORK/qemu.log" 4>&- 5>&- &
	GUEST_PID=$!
}

# console_boot_again: kill the running machine without a shutdown, and boot it again.
console_boot_again() {
	kill -9 "$GUEST_PID" 2>/dev/null
	wait "$GUEST_PID" 2>/dev/null
	rm -f "$WORK"/tty.*
	console_boot "${MACHINE_PARTS[@]}"
}

console_alive() {
	kill -0 "$GUEST_PID" 2>/dev/null
}

# console_wait REGEX SECONDS: read until SCREEN matches, which has the output since the last line was typed.
console_wait() {
	local end=$((SECONDS + $2)) chunk

	while [[ ! $SCREEN =~ $1 ]]; do
		if [ "$SECONDS" -ge "$end" ] || ! console_alive || [[ $SCREEN == *'Kernel panic'* ]]; then
			return 1
		fi
		chunk=
		read -r -N 65536 -t 0.1 -u 4 chunk
		# Remove escape sequences.
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

# console_login: log in as root at the next login prompt. A kernel sets breakpoints while it patches its own code.
# When QEMU emulates several CPUs it may run into a breakpoint that is already removed: boot once more then.
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

# console_try_login: a late message of the system may follow the prompt. Then type return to get another prompt.
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

# console COMMAND...: type the command; set SEEN to its output and return its status.
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

# console_off: power off with a command. If the machine does not end, kill it and fail.
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
