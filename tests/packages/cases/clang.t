#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# For a kernel that is configured with clang the package's sources must build with clang, although nobody names the
# compiler: objects from gcc would not fit.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

TREE=/usr/src/clang-tree
SOURCES=/usr/src/rbull-$VERSION

machine clang
ok "the tree is configured with clang" on grep -x CONFIG_CC_IS_CLANG=y "$TREE/.config"
ok "the package's sources are there" on dpkg-deb -x "/packages/rbull-dkms_${VERSION}_all.deb" /
ok "they build, for UML" on make -C "$SOURCES" modules "KDIR=$TREE" ARCH=um KBUILD_MODPOST_WARN=1
ok "the module has the names of its compilers" on readelf -p .comment "$SOURCES/src/rbull.ko"
like "$OUT" "clang version" "it was built by clang"
unlike "$OUT" "GCC" "no part by gcc"
finish
