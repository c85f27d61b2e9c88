#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# boot-LAYER: install rbull-dkms on a machine of that suite, and use it as a user does. persistence does so on bookworm.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/packages/card.sh
. "$TOP/tests/packages/card.sh"

# The tools are built on bookworm; older suites have too old a C library for them.
TOOLS=(tools)
[ "$1" != bullseye ] || TOOLS=()

machine "$1"
KERNEL=$(kernels | tail -n 1)
installed "$KERNEL" "${TOOLS[@]}" || finish
ok "it boots to a login prompt" boot "$KERNEL" || finish
types "the kernel is the one" 'uname -r'
is "$SEEN" "$KERNEL"$'\n' "$KERNEL"
card
names
"${TOOLS[@]}"
refusal
# On one machine only: booting takes long.
[ "$1" != trixie ] || after_reboot
power_off
finish
