#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Upgrade, downgrade, removal, purge: what is there afterwards is what belongs there.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

# All files, but those of apt and dpkg themselves and logs.
files() {
	on sh -c 'cd / && find . -xdev \( -path ./tmp -o -path ./proc -o -path ./dev -o -path ./packages \
		-o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \) -prune \
		-o -print' | sort
}

# only VERSION: of all that there could be, only what this version has.
only() {
	local version=$1

	dkms_has "$version" "$KERNEL"
	is "$(grep -c rbull <<<"$OUT")" 1 "DKMS has no other version than $version"
	is "$(on modinfo -k "$KERNEL" -F version rbull)" "$version" "the module is $version"
	is "$(on sh -c 'cd /usr/src && echo rbull-*')" "rbull-$version" "the sources are $version"
	is "$(on dpkg --audit)" "" "dpkg finds nothing to complain about"
}

upgrade() {
	machine "$1"
	KERNEL=$(kernels | tail -n 1)
	files >"$WORK/before"
	ok "$1: apt installs $VERSION" install "rbull-dkms_${VERSION}_all.deb"
	only "$VERSION"
	files >"$WORK/installed"
	ok "$1: apt upgrades to $NEXT_VERSION" install "rbull-dkms_${NEXT_VERSION}_all.deb"
	only "$NEXT_VERSION"
}

back() {
	ok "$1: apt goes back to $VERSION" on apt-get -q install -y --allow-downgrades "/packages/rbull-dkms_${VERSION}_all.deb"
	only "$VERSION"
	is "$(files | diff "$WORK/installed" - )" "" "$1: all files are as they were"
	ok "$1: apt removes it" on apt-get -q remove -y rbull-dkms
	gone "$1, removed"
}

purge() {
	ok "$1: apt purges it" on apt-get -q purge -y rbull-dkms
	gone "$1, purged"
}

# DKMS's key is the machine's: it stays.
gone() {
	is "$(files | diff "$WORK/before" - | grep '^[<>]' | grep -vE ' \./var/lib/dkms/mok\.(key|pub)$')" "" "$1: no file is left"
	is "$(on dkms status)" "" "$1: DKMS knows nothing of it"
	is "$(on modinfo -k "$KERNEL" rbull 2>&1)" "modinfo: ERROR: Module rbull not found." "$1: there is no module"
	is "$(on dpkg --audit)" "" "$1: dpkg finds nothing to complain about"
}

upgrade bookworm
back bookworm
ok "bookworm: apt installs it once more" install "rbull-dkms_${VERSION}_all.deb"
purge bookworm
if have bullseye; then
	upgrade bullseye
	purge bullseye
fi
finish
