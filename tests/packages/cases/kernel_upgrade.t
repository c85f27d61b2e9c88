#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel is upgraded, and rbull is there for the new one without a word from anybody.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

NEWER=$(layer_dir trixie-backports)

machine trixie
have trixie-backports || finish
OLD=$(kernels | tail -n 1)
rbull_files >"$WORK/before"
ok "apt installs rbull-dkms" install "rbull-dkms_${VERSION}_all.deb"
dkms_has "$VERSION" "$OLD" || finish
diag "before: $OUT"

# What apt would have fetched is there already. Copies: apt writes to them, and what is cached is others' too.
mkdir "$WORK/apt"
ok "packages and lists of the newer kernel" cp -a "$NEWER/files/var/lib/apt/lists" "$NEWER/files/etc/apt/sources.list.d" "$WORK/apt/"
ok "without using space twice" cp -al "$NEWER/packages" "$WORK/apt/packages"
BINDS+=("$WORK/apt/packages:/var/cache/apt/archives" "$WORK/apt/lists:/var/lib/apt/lists"
	"$WORK/apt/sources.list.d:/etc/apt/sources.list.d")
ok "apt installs a newer kernel and its headers" \
	on apt-get -q install -y --no-download -t trixie-backports linux-image-amd64 linux-headers-amd64
NEW=$(kernels | tail -n 1)
unlike "$NEW" "^${OLD//+/\\+}\$" "it is newer: $NEW after $OLD"
dkms_has "$VERSION" "$NEW"
diag "after: $OUT"
dkms_has "$VERSION" "$OLD"
ok "there is a module for the new one" on modinfo -k "$NEW" -n rbull
like "$OUT" '/updates/dkms/rbull\.ko' "made by DKMS"
is "$(on dpkg --audit)" "" "dpkg finds nothing to complain about"

BINDS=()
ok "the new kernel boots" boot "$NEW" || finish
types "it is the new one" 'uname -r'
is "$SEEN" "$NEW"$'\n' "$NEW"
types "the module loads" 'modprobe rbull'
types "the disk is there" 'dd if=/dev/rbull0 of=/dev/null bs=1M'
power_off

ok "apt purges it" on apt-get -q purge -y rbull-dkms
for kernel in "$OLD" "$NEW"; do
	is "$(on modinfo -k "$kernel" rbull 2>&1)" "modinfo: ERROR: Module rbull not found." "there is no module for $kernel"
done
is "$(on dkms status)" "" "DKMS knows nothing of it"
is "$(rbull_files | diff "$WORK/before" -)" "" "no file is left"
finish
