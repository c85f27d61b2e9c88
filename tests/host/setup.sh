# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the host must have: found, installed on Debian 12, or named.

# command-or-file:Debian package
HOST_NEEDS=(
	mmdebstrap:mmdebstrap
	qemu-system-x86_64:qemu-system-x86
	mke2fs:e2fsprogs
	dpkg-deb:dpkg
	apt-get:apt
	depmod:kmod
	strip:binutils
	cpio:cpio
	xz:xz-utils
	zstd:zstd
	tar:tar
	make:make
	perl:perl
	prove:perl
	flock:util-linux
	unshare:util-linux
	/usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
)

# Prints the needs this host does not meet.
setup_missing() {
	local need what

	for need in "${HOST_NEEDS[@]}"; do
		what=${need%%:*}
		case $what in
		/*) [ -e "$what" ] || echo "$need" ;;
		*) command -v "$what" >/dev/null || echo "$need" ;;
		esac
	done
}

setup_is_debian_12() {
	(
		# shellcheck source=/dev/null
		. /etc/os-release 2>/dev/null
		[ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ]
	)
}

setup_name_missing() {
	local need

	{
		echo "$1 These are missing (command, and the Debian package that has it):"
		for need in "${missing[@]}"; do
			printf '  %-55s %s\n' "${need%%:*}" "${need#*:}"
		done
	} >&2
	exit 1
}

setup_install() {
	local packages log

	log=$(mktemp) || die "cannot make a temporary file"
	mapfile -t packages < <(printf '%s\n' "${missing[@]}" | cut -d: -f2 | sort -u)
	say "installing with apt-get: ${packages[*]}"
	export DEBIAN_FRONTEND=noninteractive
	if ! run_logged "$log" apt-get update; then
		say "apt-get update had errors, going on with what is known"
	fi
	if ! run_logged "$log" apt-get install -y --no-install-recommends "${packages[@]}"; then
		tail -n 20 "$log" >&2
		die "apt-get install failed: ${packages[*]} (all of it in $log)"
	fi
	rm -f "$log"
}

# Leaves with a list of what is missing, or returns with everything in place.
setup_host() {
	local missing

	# Debian keeps mke2fs, depmod and others where a user's PATH may not look.
	export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
	[ "$(uname -m)" = x86_64 ] || die "the test guests are x86_64; this machine is $(uname -m)"
	mapfile -t missing < <(setup_missing)
	if [ "$(id -u)" != 0 ]; then
		missing+=("root rights, for chroot and mount:run it as root")
		setup_name_missing "This must be run as root."
	fi
	[ ${#missing[@]} -gt 0 ] || return 0
	setup_is_debian_12 ||
		setup_name_missing "Only on Debian 12 are packages installed for you."
	setup_install
	mapfile -t missing < <(setup_missing)
	[ ${#missing[@]} -eq 0 ] || setup_name_missing "apt-get left something out."
}
