#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Install from source, with DKMS and without, and uninstall, with the commands of the README.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

# readme COMMAND: the README must have this command, with this version.
readme() {
	ok "README: $1" grep -F -- "$1" "$TOP/README.md"
}

machine bookworm
KERNEL=$(kernels | tail -n 1)
mkdir "$WORK/checkout"
ok "a checkout" tar -xf "$BUILT/rbull_$VERSION.tar.xz" -C "$WORK/checkout" --strip-components=1
BINDS=("$WORK/checkout:/rbull")
rbull_files >"$WORK/before"

readme "make install-dkms"
ok "make install-dkms" on make -C /rbull install-dkms
for command in "dkms add rbull/$VERSION" "dkms install rbull/$VERSION"; do
	readme "$command"
	# shellcheck disable=SC2086 # words of a command; it would be for the kernel that runs
	ok "$command" on $command -k "$KERNEL"
done
dkms_has "$VERSION" "$KERNEL"
ok "the rules are installed" on test -e /usr/lib/udev/rules.d/60-rbull.rules
readme "dkms remove rbull/$VERSION --all && make uninstall-dkms"
ok "dkms remove" on dkms remove "rbull/$VERSION" --all
ok "make uninstall-dkms" on make -C /rbull uninstall-dkms
is "$(rbull_files | diff "$WORK/before" -)" "" "no file is left"

ok "make modules" on make -C /rbull modules "KDIR=/lib/modules/$KERNEL/build"
ok "make install" on make -C /rbull install "KDIR=/lib/modules/$KERNEL/build"
is "$(on modinfo -k "$KERNEL" -n rbull | sed 's,^/usr,,')" "/lib/modules/$KERNEL/updates/rbull.ko" "modprobe would find it"
ok "make uninstall" on make -C /rbull uninstall "KDIR=/lib/modules/$KERNEL/build"
is "$(rbull_files | diff "$WORK/before" -)" "" "no file is left"

readme "make tools && make -C tools install"
ok "make tools" on make -C /rbull tools
ok "make -C tools install" on make -C /rbull/tools install
ok "the command finds its library" on /usr/local/sbin/rbullctl --version
is "$OUT" "rbullctl $VERSION"$'\n' "and is of this version"
readme "make -C tools uninstall"
ok "make -C tools uninstall" on make -C /rbull/tools uninstall
is "$(rbull_files | diff "$WORK/before" -)" "" "no file is left"
ok "make -C tools install once more" on make -C /rbull/tools install
ok "a file of the administrator's" on touch /etc/rbull.d/mine.conf
ok "make -C tools uninstall once more" on make -C /rbull/tools uninstall
is "$(rbull_files | diff "$WORK/before" - | grep '^[<>]')" "> /etc/rbull.d" "only the administrator's file is left"
finish
