#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# No kernel to build for, or a failing build: dpkg stays healthy, and the user gets a message.
# Functions are called through ok.
# shellcheck disable=SC2317
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

OLD=4.19.0-27-amd64

healthy() {
	is "$(on dpkg --audit)" "" "$1: dpkg finds nothing to complain about"
	# shellcheck disable=SC2016 # dpkg's words
	is "$(on dpkg-query -W -f '${db:Status-Abbrev}' rbull-dkms)" "ii " "$1: the package is configured"
}

# deb_pack DIR NAME HOOK: make a package of the files in DIR, $WORK/debs/NAME.deb.
deb_pack() {
	mkdir -p "$1/DEBIAN"
	cat >"$1/DEBIAN/control" <<-EOF
		Package: $2
		Version: 1
		Architecture: amd64
		Maintainer: nobody <nobody@localhost>
		Description: stand-in for a kernel that is too old to be in any suite
	EOF
	# Kernel packages run these hooks, too.
	printf '#!/bin/sh\nrun-parts --arg=%s --arg=/boot/vmlinuz-%s /etc/kernel/%s\n' "$OLD" "$OLD" "$3" \
		>"$1/DEBIAN/postinst"
	chmod 755 "$1/DEBIAN/postinst"
	dpkg-deb -Znone -b --root-owner-group "$1" "$WORK/debs/$2.deb"
}

# Make packages of an image and headers that pass for 4.19 with the hooks of kernel packages.
old_kernel() {
	local image=$WORK/image headers=$WORK/headers real

	real=$(kernels | tail -n 1)
	mkdir -p "$WORK/debs" "$image/boot" "$image/lib/modules/$OLD" "$headers/usr/src/linux-headers-$OLD" \
		"$headers/lib/modules/$OLD"
	echo stand-in >"$image/boot/vmlinuz-$OLD"
	on cat "/boot/config-$real" >"$image/boot/config-$OLD"
	touch "$image/lib/modules/$OLD/modules".{order,builtin}
	on tar -c -C "/usr/src/linux-headers-$real" . | tar -x -C "$headers/usr/src/linux-headers-$OLD"
	ln -s "/usr/src/linux-headers-$OLD" "$headers/lib/modules/$OLD/build"
	deb_pack "$image" "linux-image-$OLD" postinst.d && deb_pack "$headers" "linux-headers-$OLD" header_postinst.d
}

# unsupported LAYER: an old kernel beside a new one, installed before rbull-dkms.
unsupported() {
	machine "$1"
	NEW=$(kernels | tail -n 1)
	rm -rf "$WORK/image" "$WORK/headers"
	ok "$1, unsupported: a kernel $OLD, packed" old_kernel
	BINDS+=("$WORK/debs:/debs")
	ok "$1, unsupported: it is installed" on sh -c 'apt-get -q install -y /debs/*.deb'
	ok "$1, unsupported: rbull-dkms is installed after it" install "rbull-dkms_${VERSION}_all.deb"
	unbuilt "$1, unsupported"
}

# The old kernel is installed after rbull-dkms. Not with the DKMS of bookworm, 3.0.10: its hook fails for any module
# that excludes a kernel, and so the installation of that kernel fails. Later versions do not fail.
unsupported_later() {
	ok "$1, unsupported: the old kernel is removed" on apt-get -q purge -y "linux-image-$OLD" "linux-headers-$OLD"
	ok "$1, unsupported: and installed after rbull-dkms" on sh -c 'apt-get -q install -y /debs/*.deb'
	unbuilt "$1, unsupported later"
}

unbuilt() {
	healthy "$1"
	dkms_has "$VERSION" "$NEW"
	unlike "$OUT" "$OLD" "$1: it is not built for the old one"
}

no_headers() {
	machine bookworm
	NEW=$(kernels | tail -n 1)
	ok "no headers: the headers are removed" \
		on sh -c 'apt-get -q purge -y "linux-headers-*"'
	ok "no headers: rbull-dkms is installed" install "rbull-dkms_${VERSION}_all.deb"
	like "$OUT" "apt install linux-headers-${NEW//+/\\+}"$'\n' "no headers: it says what to install"
	healthy "no headers"
}

# broken LAYER: a package that differs from the real one in one line, which does not compile.
broken() {
	local dir=$WORK/broken log=/var/lib/dkms/rbull/$VERSION/build/make.log

	machine "$1"
	rm -rf "$dir"
	mkdir -p "$WORK/debs"
	ok "broken: unpacked" dpkg-deb -R "$BUILT/rbull-dkms_${VERSION}_all.deb" "$dir"
	echo 'this is not C;' >>"$dir/usr/src/rbull-$VERSION/src/main.c"
	ok "broken: packed" dpkg-deb -b --root-owner-group "$dir" "$WORK/debs/broken.deb"
	BINDS+=("$WORK/debs:/debs")
	ok "broken: apt installs it" on apt-get -q install -y /debs/broken.deb
	like "$OUT" "could not be built" "broken: it says that the module could not be built"
	like "$OUT" "$log" "broken: it names the log"
	ok "broken: the log is there" on grep 'main.c' "$log"
	like "$OUT" "error:" "broken: with what the compiler says"
	healthy "broken"
	ok "broken: the good one takes its place" on apt-get -q install -y --reinstall "/packages/rbull-dkms_${VERSION}_all.deb"
	unlike "$OUT" "could not be built" "broken: without complaint"
	dkms_has "$VERSION" "$(kernels | tail -n 1)"
}

unsupported bookworm
for layer in trixie bullseye; do
	have "$layer" || continue
	unsupported "$layer"
	unsupported_later "$layer"
done
no_headers
broken bookworm
finish
