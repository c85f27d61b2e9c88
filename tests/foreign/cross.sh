# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Building for another architecture: cross compilers in a layer above a suite's root, and libraries of the root that
# the guest boots from.

# Raise it when the recipe below changes.
CROSS_RECIPE=1
CROSS_SUITE=trixie

# Compilers, and a C library for 32-bit programs on arm64.
CROSS_PACKAGES=(gcc-aarch64-linux-gnu gcc-arm-linux-gnueabihf gcc-riscv64-linux-gnu libc6-dev-armhf-cross)

cross_stamp() {
	echo "recipe $CROSS_RECIPE: ${CROSS_PACKAGES[*]} over $(root_stamp "$CROSS_SUITE")"
}

cross_dir() {
	cache_item cross "$(cross_stamp)"
}

# cross_ensure: the compilers are in the cache, or REASON says why not.
# shellcheck disable=SC2034 # the caller reads REASON
cross_ensure() {
	root_ensure "$CROSS_SUITE" && cache_get "$(cross_dir)" "$(cross_stamp)" cross_make && return
	REASON="no cross compilers: $(log_error "$LOGS/setup/cross.log")"
	return 1
}

cross_make() {
	local temp=$WORK/cross

	say "$CROSS_SUITE: fetching cross compilers"
	mkdir -p "$temp"
	run_logged "$LOGS/setup/cross.log" stack_install "$CROSS_SUITE" "$temp" "${CROSS_PACKAGES[@]}" &&
		cache_commit "$temp" "$(cross_dir)" "$(cross_stamp)"
}

# cross_run DIR COMMAND...: as stack_run, with the compilers at hand.
cross_run() {
	stack_run "$(cross_stack)" "$@"
}

cross_stack() {
	echo "$(cross_dir)/files:$(root_dir "$CROSS_SUITE")/tree"
}

# cross_variables ARCHITECTURE: for make: Kbuild's, and those of a program that is linked with the guest's libraries.
cross_variables() {
	local type root=/foreign pkgconfig
	type=$(foreign_field "$1" 3)
	pkgconfig=$root/usr/lib/$type/pkgconfig:$root/usr/share/pkgconfig

	printf '%s\n' "ARCH=$(foreign_field "$1" 2)" "CROSS_COMPILE=$type-" \
		"CC=$type-gcc --sysroot=$root" "AR=$type-ar" 'CC32=arm-linux-gnueabihf-gcc' \
		"PKG_CONFIG=env PKG_CONFIG_LIBDIR=$pkgconfig PKG_CONFIG_SYSROOT_DIR=$root pkg-config"
}

# cross_build ARCHITECTURE MAKE-ARGUMENTS...: tools and test programs
cross_build() {
	local variables BINDS=("$(root_dir "$(foreign_field "$1" 6)")/tree:/foreign")

	mapfile -t variables < <(cross_variables "$1")
	build_in_stack "$(cross_stack)" '' "${@:2}" "${variables[@]}"
}

# cross_kbuild ARCHITECTURE TREE MAKE-ARGUMENTS...: modules; TREE is that of a kernel.
cross_kbuild() {
	local variables

	mapfile -t -n 2 variables < <(cross_variables "$1")
	build_in_stack "$(cross_stack)" "$2" "${@:3}" "${variables[@]}"
}

# cross_build_module ARCHITECTURE KIND: rbull.ko; KIND as of kernel_dir.
cross_build_module() {
	local kernel
	kernel=$(kernel_dir "$1" "$2")

	cross_kbuild "$1" "$kernel/tree" modules "KDIR=/lib/modules/$(cat "$kernel/version")/build"
}

# cross_strip ARCHITECTURE ARGUMENTS...: files of this tree, and of WORK.
# shellcheck disable=SC2034 # stack_run reads BINDS
cross_strip() {
	local dir status BINDS=("$WORK:$WORK" "$TOP:$TOP")

	dir=$(mktemp -d "$WORK/strip.XXXXXX") || return 1
	cross_run "$dir" "$(foreign_field "$1" 3)-strip" "${@:2}"
	status=$?
	rm -rf --one-file-system "$dir"
	return $status
}
