#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The parameter copy: each copy method must copy correctly; the default is to measure and choose.
# Oldest and newest kernel: how static calls and branches are patched differs from kernel to kernel.
# Not in UML: with a sanitizer there is only one copy method.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"

NODE=/dev/rbull0
MIB=$((1 << 20))
case $(uname -m) in
x86_64) WAYS=(memcpy movsb movsq prefetch nontemporal) ;;
aarch64) WAYS=(memcpy nontemporal) ;;
*) WAYS=(memcpy) ;;
esac
CHOSEN=/sys/class/misc/rbull-control/copy

# copies METHOD MODE: copy large and small pieces, and some that are not whole pages.
copies() {
	reload disk_mb=32 copy="$1" queue_mode="$2"
	is "$(param copy)" "$1" "copy=$1 is in sysfs"
	is "$(xargs <$CHOSEN)" "small $1 read $1 write $1" "$1: is used for all copies"
	ok "$1, $2: write" "$PROG/pattern" write $NODE 0 $((16 * MIB)) 1
	ok "$1, $2: overwrite" "$PROG/pattern" write $NODE $((MIB / 2)) $((9 * MIB + 4096)) 2
	ok "$1, $2: overwrite a little" "$PROG/pattern" write $NODE 4608 3584 3
	ok "$1, $2: the rest is intact" "$PROG/pattern" check $NODE 8192 $((MIB / 2 - 8192)) 1
	ok "$1, $2: the overwritten part has the new data" "$PROG/pattern" check $NODE $((MIB / 2)) $((9 * MIB + 4096)) 2
	ok "$1, $2: and the little" "$PROG/pattern" check $NODE 4608 3584 3
}

for way in "${WAYS[@]}"; do
	copies "$way" mq
done
copies "${WAYS[-1]}" bio

klog_mark
reload disk_mb=8
klog_since
is "$(param copy)" auto "the default is auto"
like "$KLOG" "copying: small pieces by [a-z]+, large reads by [a-z]+, large writes by [a-z]+" "the log tells"
like "$(<$CHOSEN)" "^small (memcpy|movsb|movsq)"$'\n'"read (memcpy|movsb|movsq|prefetch)"$'\n'"write [a-z]+$" "and so does sysfs"

unload
fails "an unknown method" modprobe rbull copy=fast
klog_since
like "$KLOG" "copy=fast: allowed are auto$(printf ', %s' "${WAYS[@]}")" "says what is allowed"

finish
