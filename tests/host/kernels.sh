# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Which kernels are tested, and where Debian keeps them.

# series|required or optional|places to look, in order: SUITE or SUITE+EXTRA-SUITE, the root that of SUITE
# An optional kernel whose suite is gone is a skip; a required one is a failure.
KERNEL_TABLE='
5.10|optional|bullseye
6.1|required|bookworm
6.12|required|trixie
7.2|optional|trixie+trixie-backports sid
7.3|optional|trixie+trixie-backports sid sid+experimental
'

# Kernels for other architectures than this machine's (tests/foreign); a series of `make test` is called after the
# architecture.
# architecture|ARCH of Kbuild|GNU type|Debian's flavour|series|root
FOREIGN_TABLE='
arm64|arm64|aarch64-linux-gnu|arm64|6.12|trixie_arm64
armhf|arm|arm-linux-gnueabihf|armmp|6.12|trixie_armhf
riscv64|riscv|riscv64-linux-gnu|riscv64|6.12|trixie_riscv64
'

kernels_all() {
	cut -d'|' -f1 <<<"$KERNEL_TABLE" | sed '/^$/d'
}

# kernels_field SERIES N
kernels_field() {
	awk -F'|' -v k="$1" -v n="$2" '$1 == k { print $n }' <<<"$KERNEL_TABLE"
}

foreign_all() {
	cut -d'|' -f1 <<<"$FOREIGN_TABLE" | sed '/^$/d'
}

# foreign_field ARCHITECTURE N: empty if it is none.
foreign_field() {
	awk -F'|' -v a="$1" -v n="$2" '$1 == a { print $n }' <<<"$FOREIGN_TABLE"
}

# A kernel's NAME is a series, first-SERIES or an architecture.
#
# kernel_series NAME, kernel_places NAME, kernel_flavour NAME
kernel_series() {
	local series
	series=$(foreign_field "$1" 5)

	echo "${series:-${1#first-}}"
}

kernel_places() {
	local root
	root=$(foreign_field "$1" 6)

	echo "${root:-$(kernels_field "${1#first-}" 3)}"
}

kernel_flavour() {
	local flavour
	flavour=$(foreign_field "$1" 4)

	echo "${flavour:-amd64}"
}

kernels_required() {
	[ "$(kernels_field "$1" 2)" = required ]
}

# kernels_select LIST [MORE...]: the kernels of a comma separated list, all series if it is empty. MORE may be named, too.
kernels_select() {
	local k known

	if [ -z "$1" ]; then
		kernels_all
		return
	fi
	mapfile -t known < <(kernels_all; shift; printf '%s\n' "$@" | sed '/^$/d')
	for k in ${1//,/ }; do
		[[ " ${known[*]} " == *" $k "* ]] || die "KERNEL=$k is not tested here; allowed: ${known[*]}"
		echo "$k"
	done
}

# mirror_find SUITE: the site from which this machine's apt takes SUITE's component main.
# Other vendors name their suites after Debian's too, so those known to be Debian's win.
mirror_find() {
	# shellcheck disable=SC2016 # apt's variables, not the shell's
	apt-get indextargets --format '$(ORIGIN)|$(SITE)|$(RELEASE)|$(COMPONENT)' \
		'Created-By: Packages' 2>/dev/null |
		awk -F'|' -v suite="$1" '
			$3 != suite || $4 != "main" { next }
			$1 == "Debian" { print $2; found = 1; exit }
			!first { first = $2 }
			END { if (!found && first) print first }'
}

# Sets MIRROR, and SECURITY_MIRROR where the machine's apt has one.
mirror_init() {
	local codename

	# shellcheck source=/dev/null
	codename=$(. /etc/os-release && [ "$ID" = debian ] && echo "${VERSION_CODENAME:-sid}")
	MIRROR=${RBULL_MIRROR:-}
	SECURITY_MIRROR=${RBULL_SECURITY_MIRROR:-}
	if [ -n "$codename" ]; then
		MIRROR=${MIRROR:-$(mirror_find "$codename")}
		SECURITY_MIRROR=${SECURITY_MIRROR:-$(mirror_find "$codename-security")}
	fi
	[ -n "$MIRROR" ] ||
		die "this machine's apt names no Debian mirror; set RBULL_MIRROR to the URL of one"
}

# mirror_sources SUITE all|main: the lines of a sources.list.
mirror_sources() {
	echo "deb $MIRROR $1 main"
	[ "$2" = all ] || return 0
	case $1 in
	sid | experimental | *-backports) return 0 ;;
	esac
	if [ -n "$SECURITY_MIRROR" ]; then
		echo "deb $SECURITY_MIRROR $1-security main"
	fi
}

# Options for every apt that is run here: the machine's own way out (proxies, certificates), and
# no Valid-Until: a mirror may lag behind. Signatures are checked all the same.
mirror_apt_options() {
	apt-config dump | grep -E '^Acquire::(https?|Retries)\b.*"[^"]+";$'
	cat <<-'EOF'
		Acquire::Check-Valid-Until "false";
		Acquire::Languages "none";
		APT::Sandbox::User "root";
		APT::Install-Recommends "false";
	EOF
}
