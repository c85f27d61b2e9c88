#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The statistic opens: how many openers the disk has now.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

load disk_mb=32
ok "no opener" wait_for 10 stat_is rbull0 opens 0
exec {first}<>/dev/rbull0
ok "one opener" wait_for 10 stat_is rbull0 opens 1
exec {second}</dev/rbull0 {third}</dev/rbull0
ok "three openers" wait_for 10 stat_is rbull0 opens 3
fails "an open disk keeps the module" rmmod rbull
like "$OUT" "in use|busy" "as it is in use"
exec {second}<&- {third}<&-
ok "one opener again" wait_for 10 stat_is rbull0 opens 1
exec {first}<&-
settle
ok "no opener again" wait_for 10 stat_is rbull0 opens 0
ok "ext4" mkfs.ext4 -q -F /dev/rbull0
settle
mkdir "$WORK/mnt"
ok "mount" mount /dev/rbull0 "$WORK/mnt"
settle
ok "a mounted disk is open" wait_for 10 stat_is rbull0 opens 1
ok "unmount" umount "$WORK/mnt"
settle
ok "and closed when unmounted" wait_for 10 stat_is rbull0 opens 0

finish
