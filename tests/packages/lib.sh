# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Functions for the cases in tests/packages/cases. These run on the host, as root. A case takes machines, installs
# packages there as a user would, checks the result, and ends with `finish`.
#
# The caller sets RBULL_WORK, an empty directory, and RBULL_BUILT, the directory of the packages.

# shellcheck source=tests/host/all.sh
. "${BASH_SOURCE[0]%/*}/../host/all.sh"
# shellcheck source=tests/packages/layers.sh
. "$TOP/tests/packages/layers.sh"
WORK=$RBULL_WORK
CASE=${0##*/}
CASE=${CASE%.t}
# shellcheck source=tests/tap.sh
. "$TOP/tests/tap.sh"
# shellcheck source=tests/packages/console.sh
. "$TOP/tests/packages/console.sh"

BUILT=$RBULL_BUILT
VERSION=$(sed -n 's/^#define RBULL_VERSION "\(.*\)"/\1/p' "$TOP/src/version.h")
# A second version, built to test upgrades.
# shellcheck disable=SC2034 # used by the cases
NEXT_VERSION=${VERSION%.*}.$((${VERSION##*.} + 1))
MACHINES=0
GUEST_PID=
SEEN=

trap '[ -z "$GUEST_PID" ] || kill -9 "$GUEST_PID" 2>/dev/null' EXIT
trap 'exit 143' INT TERM

# have LAYER: succeed if the layer exists; otherwise print a skip with the reason.
have() {
	[ ! -e "$WORK/../$1.reason" ] || {
		skip "$1" "$(cat "$WORK/../$1.reason")"
		return 1
	}
}

# machine LAYER: use a fresh machine of this layer from here on. If there is no such layer the case ends.
machine() {
	have "$1" || finish
	MACHINES=$((MACHINES + 1))
	MACHINE=$WORK/machine-$MACHINES
	STACK=$(layer_stack "$1")
	BINDS=("$BUILT:/packages")
}

# on COMMAND...: run a command on the machine. DKMS builds the same sources again and again, so it uses ccache: Debian's
# kernel headers do if the environment asks them to. Other parts of a run build each source once, which ccache would
# only slow down.
on() {
	local BINDS=("$CACHE/ccache:/var/cache/ccache" "${BINDS[@]}")

	mkdir -p "$CACHE/ccache"
	stack_run "$STACK" "$MACHINE" env DEBIAN_KERNEL_USE_CCACHE=yes CCACHE_DIR=/var/cache/ccache CCACHE_MAXSIZE=1G "$@"
}

# install PACKAGE-FILE...: install packages as a user who has downloaded them.
install() {
	on apt-get -q install -y "${@/#//packages/}"
}

# rbull_files: print all files with rbull in their name, except those that a case brought there.
rbull_files() {
	on find / -xdev -name '*rbull*' ! -path '/rbull*' ! -path '/packages*' ! -path '/proc/*' | sort
}

# kernels: print the kernels of the machine, the oldest first.
kernels() {
	on sh -c 'ls /boot/vmlinuz-* /lib/modules/*/vmlinuz 2>/dev/null' |
		sed -E 's,.*/vmlinuz-,,; s,.*/modules/([^/]*)/vmlinuz$,\1,' | sort -Vu
}

# dkms_has VERSION KERNEL: DKMS must have it installed. DKMS 2 prints `rbull, VERSION`, later ones `rbull/VERSION`.
dkms_has() {
	ok "DKMS has a status" on dkms status
	OUT=${OUT/rbull, /rbull/}
	like "$OUT" "rbull/${1//./\\.}, ${2//[.+]/\\&}, x86_64: installed" "DKMS has $1 built for $2"
}

# boot KERNEL: boot to the prompt of a root shell. Kernel and initrd are unpacked here, where that is quick.
boot() {
	stack_image "$STACK" "$MACHINE" "$WORK/disk" >"$WORK/image.log" 2>&1 || return 1
	# shellcheck disable=SC2016 # expands in the inner shell
	on sh -c 'cat /boot/vmlinuz-"$1" 2>/dev/null || cat /lib/modules/"$1"/vmlinuz' sh "$1" >"$WORK/vmlinuz" &&
		on gzip -dcf "/boot/initrd.img-$1" >"$WORK/initrd" &&
		kernel_unpack_vmlinuz "$WORK/vmlinuz" "$WORK/vmlinux" || return 1
	[ ! -d "$(kernel_dir 6.1)" ] || guest_probe_accel 6.1 >&2
	console_boot "$WORK/disk" "$WORK/vmlinux" "$WORK/initrd"
	console_login && return
	tail -n 30 "$WORK/console.log" | tr -d '\r'
	return 1
}

# kernel_log_clean: check the kernel log of this boot. Call it before each reboot and power-off.
kernel_log_clean() {
	types "all of the kernel log" 'dmesg'
	unlike "$SEEN" 'WARNING:|BUG:|Oops|Call Trace' "nothing is wrong in the kernel log"
}

# power_off: check the kernel log, then power off with a command.
power_off() {
	kernel_log_clean
	ok "it powers off" console_off
	diag "the end of the serial console:"
	diag "$(tail -n 12 "$WORK/console.log" | tr -d '\r')"
}

finish() {
	printf '1..%d\n' "$POINTS"
	exit $((FAILURES > 0))
}
