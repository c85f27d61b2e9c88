#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Upgrade, downgrade, removal, purge: afterwards exactly the right files are there.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

# Print all files, except logs and those of apt and dpkg.
files() {
	on sh -c 'cd / && find . -xdev \( -path ./tmp -o -path ./proc -o -path ./dev -o -path ./packages \
		-o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \) -prune \
		-o -print' | sort
}

# packages VERSION: set FILES and NAMES. The tools are built on bookworm; older suites have too old a C library.
packages() {
	FILES=("/packages/rbull-dkms_$1_all.deb")
	NAMES=(rbull-dkms)
	if [ "$LAYER" != bullseye ]; then
		FILES+=("/packages/librbull0_$1_amd64.deb" "/packages/rbull-utils_$1_amd64.deb")
		NAMES+=(rbull-utils librbull0)
	fi
}

# only VERSION: everything that is installed must be of this version.
only() {
	local version=$1

	if [ "$LAYER" != bullseye ]; then
		is "$(on rbullctl --version)" "rbullctl $version" "rbullctl is $version"
		# shellcheck disable=SC2016 # dpkg's words
		is "$(on dpkg-query -W -f '${Version} ' librbull0 rbull-utils)" "$version $version " "the packages are $version"
	fi

	dkms_has "$version" "$KERNEL"
	is "$(grep -c rbull <<<"$OUT")" 1 "DKMS has no other version than $version"
	is "$(on modinfo -k "$KERNEL" -F version rbull)" "$version" "the module is $version"
	is "$(on sh -c 'cd /usr/src && echo rbull-*')" "rbull-$version" "the sources are $version"
	is "$(on dpkg --audit)" "" "dpkg finds nothing to complain about"
}

upgrade() {
	LAYER=$1
	machine "$1"
	KERNEL=$(kernels | tail -n 1)
	files >"$WORK/before"
	packages "$VERSION"
	ok "$1: apt installs $VERSION" on apt-get -q install -y "${FILES[@]}"
	only "$VERSION"
	files >"$WORK/installed"
	packages "$NEXT_VERSION"
	ok "$1: apt upgrades to $NEXT_VERSION" on apt-get -q install -y "${FILES[@]}"
	only "$NEXT_VERSION"
}

back() {
	packages "$VERSION"
	ok "$1: apt goes back to $VERSION" on apt-get -q install -y --allow-downgrades "${FILES[@]}"
	only "$VERSION"
	is "$(files | diff "$WORK/installed" - )" "" "$1: all files are as they were"
	# A wrong file prevents saving disks, but not removing the packages.
	ok "$1: a wrong file in /etc/rbull.d" on sh -c 'echo "size = x" >/etc/rbull.d/wrong.conf'
	ok "$1: apt removes it all the same" on apt-get -q remove -y "${NAMES[@]}"
	like "$OUT" "/etc/rbull.d/wrong.conf: line 1: size: .*not every disk of /etc/rbull.d could be saved" "$1: and says so"
	ok "$1: what is in /etc/rbull.d is kept" on rm /etc/rbull.d/wrong.conf
	ok "$1: and else nothing" on rmdir /etc/rbull.d
	gone "$1, removed"
}

purge() {
	ok "$1: apt purges it" on apt-get -q purge -y "${NAMES[@]}"
	gone "$1, purged"
}

# DKMS's signing key belongs to the machine and stays.
gone() {
	is "$(files | diff "$WORK/before" - | grep '^[<>]' | grep -vE ' \./var/lib/dkms/mok\.(key|pub)$')" "" "$1: no file is left"
	is "$(on dkms status)" "" "$1: DKMS knows nothing of it"
	is "$(on modinfo -k "$KERNEL" rbull 2>&1)" "modinfo: ERROR: Module rbull not found." "$1: there is no module"
	is "$(on dpkg --audit)" "" "$1: dpkg finds nothing to complain about"
}

upgrade bookworm
back bookworm
ok "bookworm: apt installs it once more" on apt-get -q install -y "${FILES[@]}"
purge bookworm
if have bullseye; then
	upgrade bullseye
	purge bullseye
fi
finish
