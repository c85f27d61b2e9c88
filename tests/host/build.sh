# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Building for one kernel, in a chroot of its suite, with its suite's compiler.

# build_in_chroot NAME MAKE-ARGUMENTS...: in the suite of a kernel, with its headers.
build_in_chroot() {
	local kernel
	kernel=$(kernel_dir "$1")

	build_in_root "$(cat "$kernel/suite")" "$kernel/tree" "${@:2}"
}

# build_module NAME KIND LOG: the module alone, for the kernel that kernel_dir NAME KIND names.
build_module() {
	local kernel
	kernel=$(kernel_dir "$1" "$2")

	mkdir -p "$TOP/build/$(cat "$kernel/version")"
	(
		flock 8
		run_logged "$3" build_in_root "$(cat "$kernel/suite")" "$kernel/tree" \
			modules "KDIR=/lib/modules/$(cat "$kernel/version")/build"
	) 8>"$TOP/build/$(cat "$kernel/version")/.lock"
}

# build_in_root SUITE TREE MAKE-ARGUMENTS...: TREE is a kernel's, or empty.
build_in_root() {
	build_in_stack "$(root_dir "$1")/tree" "${@:2}"
}

# build_with_root SUITE MAKE-ARGUMENTS...: what no kernel is needed for.
build_with_root() {
	build_in_root "$1" '' "${@:2}"
}

# build_in_stack STACK TREE MAKE-ARGUMENTS...: as build_in_root, on a root with layers above it. What BINDS has is
# bound, too.
build_in_stack() {
	local stack=$1 tree=$2 dir kbuild status BINDS=("${BINDS[@]}")

	shift 2
	if [ -n "$tree" ]; then
		BINDS+=("$tree/usr/src:/usr/src" "$tree/usr/lib/modules:/lib/modules")
		# The headers look for kbuild in a directory named after the kernel.
		for kbuild in "$tree"/usr/lib/linux-kbuild-*; do
			BINDS+=("$kbuild:/usr/lib/${kbuild##*/}")
		done
	fi
	# At its own place, last of all as that may be anywhere: what is built here and what
	# a person builds outside refer to the same paths.
	BINDS+=("$TOP:$TOP")
	dir=$(mktemp -d "$WORK/build.XXXXXX") || return 1
	stack_run "$stack" "$dir" make -C "$TOP" "$@"
	status=$?
	rm -rf --one-file-system "$dir"
	return "$status"
}

# The compiler of a suite in motion may be newer than the one that built its kernel: kbuild says
# so, harmlessly. Anything else that calls itself a warning is one.
build_warnings() {
	grep -ihE 'warning:' "$@" | grep -vE 'the compiler differs from the one used to build the kernel'
}

# build_point NUMBER STATUS DESCRIPTION LOG: a TAP point, the end of the log with a failure.
build_point() {
	if [ "$2" = 0 ]; then
		echo "ok $1 - $3"
	else
		echo "not ok $1 - $3"
		tail -n 25 "$4" | sed 's/^/# /'
	fi
}

# build_series SERIES OUTDIR: all for one kernel. Fails if there is nothing to boot with.
build_series() {
	local version root
	version=$(kernel_version "$1")
	root=$(cat "$(kernel_dir "$1")/suite")

	build_all "$version" "$2" "$root" "build_with_root $root" \
		build_in_chroot "$1" modules "KDIR=/lib/modules/$version/build"
}

# build_all VERSION OUTDIR ROOT MAKE MAKE-MODULE...: module, tools and test programs; OUTDIR gets build.tap, the logs,
# and what goes into the guest besides the module: OUTDIR/tools and OUTDIR/prog. MAKE makes these for the libraries of
# ROOT.
build_all() {
	local build=$TOP/build/$1 out=$2 root=$3 make=$4 built programs_built tools_built status=0

	shift 4
	mkdir -p "$build"
	exec 8>"$build/.lock"
	flock 8
	run_logged "$out/build-module.log" "$@"
	built=$?
	exec 8>&-
	[ -e "$build/rbull.ko" ] || built=1
	build_programs "$root" "$out" "$make"
	build_warnings "$out"/build-{module,programs,tools}.log >"$out/warnings" && status=1
	{
		echo 1..4
		build_point 1 "$built" "rbull.ko builds for ${build##*/}" "$out/build-module.log"
		build_point 2 "$programs_built" "the test programs build" "$out/build-programs.log"
		build_point 3 "$tools_built" "the tools build" "$out/build-tools.log"
		build_point 4 "$status" "the compiler has no warnings" "$out/warnings"
	} >"$out/build.tap"
	[ "$built" = 0 ] && [ "$programs_built" = 0 ] && [ "$tools_built" = 0 ]
}

# build_programs ROOT OUTDIR MAKE: tools and test programs, for build_all, whose variables get the results. All kernels
# with the same root share build/ROOT. Sets programs_built and tools_built.
build_programs() {
	local build=$TOP/build/$1 out=$2 make=$3

	mkdir -p "$build"
	exec 8>"$build/.lock"
	flock 8
	rm -rf "$build/tools/root" "$out/tools" "$out/prog"
	# shellcheck disable=SC2086 # a command
	run_logged "$out/build-tools.log" $make -C tools "OUT=$build/tools" \
		"DESTDIR=$build/tools/root" prefix=/usr install && cp -R "$build/tools/root" "$out/tools"
	tools_built=$?
	# shellcheck disable=SC2086 # a command
	run_logged "$out/build-programs.log" $make -C tests/prog "OUT=$build/prog" "TOOLS=$build/tools/root" &&
		cp -R "$build/prog" "$out/prog"
	programs_built=$?
	exec 8>&-
}
