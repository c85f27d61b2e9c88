# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Build the driver and the modules that measure it. Source tests/host/all.sh first.
#
# The driver is built in a copy of its sources, so that other versions can be measured, too, and no other
# build is disturbed. Copies keep their dates, so that make rebuilds only what has changed.

BENCH_DIR=$TOP/tests/bench
# The tree whose driver is measured.
TREE=$(cd "${TREE:-$TOP}" && pwd) || exit 1

# Print the folder of the copy; each tree has one of its own.
build_copy_dir() {
	echo "$TOP/build/bench/tree-$(cksum <<<"$TREE" | cut -d' ' -f1)"
}

# Lock the folder and copy the sources. build_take unlocks it.
build_copy() {
	local copy

	copy=$(build_copy_dir)
	mkdir -p "$copy"
	exec 6>"$copy/lock"
	flock 6
	rm -rf "$copy/src" "$copy/include"
	# src/rbull.ko is from another build.
	cp -a "$TREE/Makefile" "$TREE/src" "$TREE/include" "$copy/" && rm -f "$copy/src/rbull.ko"
}

# build_take VERSION: copy the built modules to $WORK, set MODULES to the copies, and unlock the folder.
build_take() {
	local copy

	copy=$(build_copy_dir)
	mkdir -p "$WORK/modules"
	cp "$copy/build/$1/rbull.ko" "$copy/bench-$1/src"/rbull_bench*.ko "$WORK/modules/" || return 1
	# shellcheck disable=SC2034 # for the callers
	MODULES=("$WORK"/modules/*.ko)
	exec 6>&-
}

# build_links DIR: make links in DIR to the sources of the bench modules and of the driver.
build_links() {
	driver_links "$(build_copy_dir)/src" "$1" "$BENCH_DIR"/module/*
}

# build_for_kernel SERIES LOG: build for a Debian kernel and set MODULES.
build_for_kernel() {
	local version copy kdir

	version=$(kernel_version "$1")
	copy=$(build_copy_dir)
	kdir=/lib/modules/$version/build
	build_copy && build_links "$copy/bench-$version/src" || return 1
	run_logged "$2" build_in_chroot "$1" -C "${copy#"$TOP"/}" modules "KDIR=$kdir" || return 1
	run_logged "$2" build_in_chroot "$1" -C "$kdir" "M=$copy/bench-$version/src" modules || return 1
	build_take "$version"
}

# build_for_foreign ARCHITECTURE LOG: MODULES for Debian's kernel for another processor.
build_for_foreign() {
	local version copy tree
	version=$(kernel_version "$1")

	copy=$(build_copy_dir)
	tree=$(kernel_dir "$1")/tree
	build_copy && build_links "$copy/bench-$version/src" || return 1
	run_logged "$2" cross_kbuild "$1" "$tree" -C "${copy#"$TOP"/}" modules "KDIR=/lib/modules/$version/build" || return 1
	run_logged "$2" cross_kbuild "$1" "$tree" -C "/lib/modules/$version/build" "M=$copy/bench-$version/src" modules ||
		return 1
	build_take "$version"
}

# build_for_uml LOG: the same for the fast UML.
build_for_uml() {
	local version copy tree
	version=$(uml_version fast)

	copy=$(build_copy_dir)
	tree=$(uml_dir fast)/tree
	build_copy && build_links "$copy/bench-$version/src" || return 1
	run_logged "$1" make -C "$copy" modules "KDIR=$tree" ARCH=um || return 1
	run_logged "$1" uml_kbuild fast "$copy/bench-$version/src" modules || return 1
	build_take "$version"
}

# build_for_host LOG: the same for the running kernel.
build_for_host() {
	local version copy kdir llvm=()
	version=$(uname -r)

	copy=$(build_copy_dir)
	kdir=/lib/modules/$version/build
	! grep -qs '^CONFIG_CC_IS_CLANG=y' "$kdir/include/config/auto.conf" || llvm=(LLVM=1)
	build_copy && build_links "$copy/bench-$version/src" || return 1
	run_logged "$1" make -C "$copy" modules "KDIR=$kdir" || return 1
	run_logged "$1" make -C "$kdir" "M=$copy/bench-$version/src" "${llvm[@]}" modules || return 1
	build_take "$version"
}
