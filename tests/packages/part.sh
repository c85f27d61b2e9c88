# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A part of `make test` (see tests/host/parts.sh): build packages and install them on machines.

PACKAGES_DIR=$HOST_DIR/../packages
# shellcheck source=tests/packages/layers.sh
. "$PACKAGES_DIR/layers.sh"

# The machines that are booted with their own kernels, in this order; persistence boots bookworm.
PACKAGES_MACHINES=(trixie bullseye)

packages_series() {
	echo packages
}

# build first: it makes the packages for all others. Then the long ones.
packages_cases() {
	local case

	echo build
	echo persistence
	printf 'boot-%s\n' "${PACKAGES_MACHINES[@]}"
	for case in "$PACKAGES_DIR"/cases/*.t; do
		case=$(basename "$case" .t)
		[[ $case == build || $case == boot || $case == persistence ]] || echo "$case"
	done
}

# Make the layers. A case whose layer cannot be made is skipped.
packages_prepare() {
	local layer

	qemu_ensure
	for layer in $(layers_all); do
		layer_ensure "$layer" || echo "$REASON" >"$WORK/$1/$layer.reason"
	done
	[ ! -e "$WORK/$1/tools.reason" ] && return
	REASON=$(cat "$WORK/$1/tools.reason")
	return 2
}

packages_run() {
	local series=$1 guests=$2 dir=$WORK/$1

	shift 2
	export RBULL_BUILT=$dir/built
	mkdir -p "$RBULL_BUILT"
	say "$series: building"
	: >"$dir/build.begun"
	"$PACKAGES_DIR/case" "$dir" build >/dev/null 2>&1 &
	CHILDREN+=($!)
	wait $!
	[ "$1" != build ] || shift
	RBULL_EXEC=$PACKAGES_DIR/case series_harness "$series" "$guests" build "$@"
}
