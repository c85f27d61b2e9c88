#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run debian/tests with Debian's autopkgtest on the built packages.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

machine tools
ok "the packages under test are installed" install "rbull-dkms_${VERSION}_all.deb" \
	"librbull0_${VERSION}_amd64.deb" "librbull-dev_${VERSION}_amd64.deb" "rbull-utils_${VERSION}_amd64.deb"
ok "autopkgtest, null runner" on sh -c "mkdir /var/tmp/source && cd /var/tmp/source &&
	dpkg-source -x /packages/rbull_$VERSION.dsc rbull && cd rbull &&
	autopkgtest --no-built-binaries --output-dir /var/tmp/results . -- null"
diag "$OUT"
ok "has a summary" on cat /var/tmp/results/summary
tests=$(sed -n 's/^Tests: *//p' "$TOP/debian/tests/control" | tr -d , | xargs -n 1)
is "$(sed -nE 's/^([^ ]+) +PASS$/\1/p' <<<"$OUT")" "$tests" "of every test in debian/tests/control"
finish
