#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Upgrade the kernel: DKMS must build rbull for the new one without further commands. Then do with this kernel what
# boot-LAYER does on the other machines, but for the reboot.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/packages/card.sh
. "$TOP/tests/packages/card.sh"

machine trixie-backports
OLD=$(kernels | tail -n 1)
rbull_files >"$WORK/before"
ok "apt installs rbull-dkms" install "rbull-dkms_${VERSION}_all.deb"
ok "and the tools" install "librbull0_${VERSION}_amd64.deb" "rbull-utils_${VERSION}_amd64.deb"
dkms_has "$VERSION" "$OLD" || finish
diag "before: $OUT"

# The packages that apt would download are in the cache. Use a copy, as others use them, too; hard links save the space.
ok "packages of the newer kernel" cp -al "$(layer_dir trixie-backports)/packages" "$WORK/archives"
BINDS+=("$WORK/archives:/var/cache/apt/archives")
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
card
names
tools
refusal
power_off

ok "apt purges it" on apt-get -q purge -y rbull-dkms rbull-utils librbull0
for kernel in "$OLD" "$NEW"; do
	is "$(on modinfo -k "$kernel" rbull 2>&1)" "modinfo: ERROR: Module rbull not found." "there is no module for $kernel"
done
is "$(on dkms status)" "" "DKMS knows nothing of it"
is "$(rbull_files | diff "$WORK/before" -)" "" "no file is left"
finish
