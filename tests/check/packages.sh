# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks of the sources of packages.

# Print `FILE VERSION` for every file that must have the version.
versions() {
	sed -nE 's|^#define RBULL_VERSION "(.*)"$|src/version.h \1|p' src/version.h
	sed -nE 's|^PACKAGE_VERSION="(.*)"$|dkms.conf \1|p' dkms.conf
	sed -nE '1s|^rbull \((.*)\) .*|debian/changelog \1|p' debian/changelog
	sed -nE 's|^Version: +(.*)$|rbull.spec \1|p' rbull.spec
}

# All must have the version of src/version.h.
check_version() {
	local found=$WORK/versions version file

	versions >"$found"
	version=$(awk '$1 == "src/version.h" { print $2 }' "$found")
	for file in src/version.h dkms.conf debian/changelog rbull.spec; do
		[ "$(grep -c "^$file " "$found")" = 1 ] || echo "$file: no version found, or several"
	done
	awk -v want="$version" '$2 != want { printf "%s: version %s, src/version.h has %s\n", $1, $2, want }' "$found"
}

# The library and its package must list the same symbols.
check_symbols() {
	same "tools/lib/librbull.map" "$(sed -nE 's/^\t(rbull_[a-z_]+);$/\1/p' tools/lib/librbull.map)" \
		"debian/librbull0.symbols" "$(sed -nE 's/^ (rbull_[a-z_]+)@.*/\1/p' debian/librbull0.symbols)"
}

# Two builds must give the same bytes: the source archive is checked here, the packages in tests/packages.
# Sources must not use the time of the build.
check_reproducible() {
	local sum=

	grep -rnE '\<__(DATE|TIME|TIMESTAMP)__\>' src tools include
	for umask in 022 077; do
		(umask "$umask" && make -s dist) || echo "make dist: failed"
		sum+=$(cat build/rbull-*.tar.gz | sha256sum)$'\n'
		sleep 1
	done
	[ "$(sort -u <<<"$sum" | grep -c .)" = 1 ] || echo "make dist: not the same archive twice"
	return 0
}
