#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# make deb and make rpm from a clean checkout. The other cases install these packages.
# Functions are called through ok.
# shellcheck disable=SC2317
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

# checkout DIR: unpack the sources, as in a clean checkout.
checkout() {
	mkdir -p "$1" && tar -xf "$TOP/build/rbull-$VERSION.tar.gz" -C "$1" --strip-components=1
}

# build DIR PLACE TARGET...: run make in the checkout DIR, which the machine sees at PLACE.
build() {
	BINDS=("$1:$2")
	on make -C "${@:2}"
}

# build_otherwise DIR PLACE TARGET...: the same with another umask, time zone and locale.
build_otherwise() {
	BINDS=("$1:$2")
	# shellcheck disable=SC2016 # expands in the inner shell
	on sh -c 'umask 077 && TZ=Asia/Tokyo LC_ALL=C make -C "$@"' sh "${@:2}"
}

# next_version DIR NEXT: raise the version number, and change nothing else.
next_version() {
	local dir=$1 next=$2

	sed -i "s/$VERSION/$next/" "$dir/src/version.h" "$dir/dkms.conf" "$dir/rbull.spec" &&
		sed -i "1s/$VERSION/$next/" "$dir/debian/changelog"
}

# sums DIR: print the checksums of all packages there, binary and source.
sums() {
	(cd "$1/build" && sha256sum deb/*.deb deb/*.dsc deb/*.tar.* rpm/*.rpm)
}

# Build once more, later, from files with other dates and modes than in the first checkout.
again() {
	ok "a second checkout" checkout "$WORK/again"
	find "$WORK/again" -exec touch -h -d '1999-12-31 23:59:58' {} +
	ok "make deb by another user, elsewhere" build_otherwise "$WORK/again" /home/another/rbull deb
	ok "make rpm by another user" build_otherwise "$WORK/again" /rbull rpm
	is "$(sums "$WORK/again")" "$(sums "$WORK/checkout")" "the packages are the same, byte for byte"
}

machine tools
ok "make dist" make -C "$TOP" dist
ok "a checkout" checkout "$WORK/checkout"
ok "make deb" build "$WORK/checkout" /rbull deb
ok "make rpm" build "$WORK/checkout" /rbull rpm
again
ok "a checkout to become the next version" checkout "$WORK/next"
ok "gets its number" next_version "$WORK/next" "$NEXT_VERSION"
ok "and is built" build "$WORK/next" /rbull deb rpm
cp "$WORK"/{checkout,next}/build/{deb,rpm}/* "$BUILT/"

BINDS=("$WORK/checkout:/rbull")
ok "lintian, pedantic" on sh -c "lintian --allow-root --info --pedantic --fail-on error,warning /rbull/build/deb/*.changes"
is "$OUT" "" "finds nothing"
ok "rpmlint" on sh -c "rpmlint -c /rbull/tests/packages/rpmlint.toml /rbull/build/rpm/*.rpm"
like "$OUT" "0 errors, 0 warnings" "finds nothing"
finish
