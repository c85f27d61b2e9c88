# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The QEMU that guests run in. Debian 13's emulates a quarter faster than Debian 12's and runs on it, with the
# libraries and the loader of its own suite: taken from the cache where there is one, otherwise the host's.
#
# Not for what counts instructions (-icount): there Debian 13's does not get on.
#
# A guest of another architecture (tests/foreign) needs the cached one: Debian 12's has no second serial port there.

# Raise it when the recipe below changes.
QEMU_RECIPE=2
QEMU_SUITE=trixie

qemu_stamp() {
	echo "recipe $QEMU_RECIPE over $(root_stamp "$QEMU_SUITE")"
}

qemu_dir() {
	cache_item qemu "$(qemu_stamp)"
}

# qemu_ensure: it is in the cache, if the suite's root is: that is not made for this alone.
qemu_ensure() {
	cache_fresh "$(root_dir "$QEMU_SUITE")" "$(root_stamp "$QEMU_SUITE")" || return 0
	cache_get "$(qemu_dir)" "$(qemu_stamp)" qemu_make
}

qemu_make() {
	local temp=$WORK/qemu log=$LOGS/setup/qemu.log

	say "$QEMU_SUITE: fetching its QEMU"
	mkdir -p "$temp"
	run_logged "$log" stack_install "$QEMU_SUITE" "$temp" qemu-system-x86 qemu-system-arm && cache_commit "$temp" "$(qemu_dir)" "$(qemu_stamp)" &&
		(qemu --version) >>"$log" 2>&1 && return
	rm -rf --one-file-system "$(qemu_dir)"
	say "using the QEMU of this machine: $(log_error "$log")"
}

# Both, as the one does not start without the other.
qemu_is_here() {
	cache_fresh "$(root_dir "$QEMU_SUITE")" "$(root_stamp "$QEMU_SUITE")" && cache_fresh "$(qemu_dir)" "$(qemu_stamp)"
}

# What comes after qemu-system- in a program's name.
QEMU_SYSTEM=x86_64

# qemu ARGUMENTS...: in the background $! is its pid, as it takes the place of the shell that runs this.
qemu() {
	local files root libraries=usr/lib/x86_64-linux-gnu

	files=$(qemu_dir)/files
	root=$(root_dir "$QEMU_SUITE")/tree
	qemu_is_here || exec "qemu-system-$QEMU_SYSTEM" "$@"
	exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$files/$libraries:$root/$libraries" \
		"$files/usr/bin/qemu-system-$QEMU_SYSTEM" -L "$files/usr/share/qemu" -L "$files/usr/share/seabios" "$@"
}
