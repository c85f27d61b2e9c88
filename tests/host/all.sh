# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sources all of tests/host.

# shellcheck source=tests/host/common.sh
. "${BASH_SOURCE[0]%/*}/common.sh"
# shellcheck source=tests/host/setup.sh
. "$HOST_DIR/setup.sh"
# shellcheck source=tests/host/kernels.sh
. "$HOST_DIR/kernels.sh"
# shellcheck source=tests/host/roots.sh
. "$HOST_DIR/roots.sh"
# shellcheck source=tests/host/stack.sh
. "$HOST_DIR/stack.sh"
# shellcheck source=tests/host/kernel-files.sh
. "$HOST_DIR/kernel-files.sh"
# shellcheck source=tests/host/build.sh
. "$HOST_DIR/build.sh"
# shellcheck source=tests/host/qemu.sh
. "$HOST_DIR/qemu.sh"
# shellcheck source=tests/host/guest.sh
. "$HOST_DIR/guest.sh"
# shellcheck source=tests/host/cost.sh
. "$HOST_DIR/cost.sh"
# shellcheck source=tests/host/report.sh
. "$HOST_DIR/report.sh"
