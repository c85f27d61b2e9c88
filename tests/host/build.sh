# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Building for one kernel, in a chroot of its suite, with its suite's compiler.

# Runs in a mount namespace of its own: every mount goes with it, whatever happens.
# build_in_chroot SERIES MAKE-ARGUMENTS...
build_in_chroot() {
	local kernel root

	kernel=$(kernel_dir "$1")
	root=$(root_dir "$(cat "$kernel/suite")")/tree
	shift
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare --mount --fork bash -c '
		set -e
		top=$1 tree=$2 root=$3
		shift 3
		mount --bind "$root" "$root"
		mount --bind /dev "$root/dev"
		mount -t proc proc "$root/proc"
		mount -t tmpfs none "$root/tmp"
		mount --bind "$tree/usr/src" "$root/usr/src"
		mount --bind "$tree/usr/lib/modules" "$root/lib/modules"
		# The headers look for kbuild in a directory named after the kernel.
		for kbuild in "$tree"/usr/lib/linux-kbuild-*; do
			mkdir -p "$root/usr/lib/${kbuild##*/}"
			mount --bind "$kbuild" "$root/usr/lib/${kbuild##*/}"
		done
		# At its own place, last of all as that may be anywhere: what is built here and what
		# a person builds outside refer to the same paths.
		mkdir -p "$root$top"
		mount --bind "$top" "$root$top"
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
			make -C "$top" "$@"
	' build "$TOP" "$kernel/tree" "$root" "$@"
}

# The compiler of a suite in motion may be newer than the one that built its kernel: kbuild says
# so, harmlessly. Anything else that calls itself a warning is one.
build_warnings() {
	grep -iE 'warning:' "$1" | grep -vE 'the compiler differs from the one used to build the kernel'
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

# build_series SERIES OUTDIR: module and test programs for one kernel; OUTDIR gets build.tap and
# the logs. Fails if there is nothing to boot with.
build_series() {
	local version out=$2 module=$2/build-module.log programs=$2/build-programs.log
	local built programs_built status=0

	version=$(kernel_version "$1")
	mkdir -p "$TOP/build/$version"
	exec 8>"$TOP/build/$version/.lock"
	flock 8
	run_logged "$module" build_in_chroot "$1" modules "KDIR=/lib/modules/$version/build"
	built=$?
	[ -e "$TOP/build/$version/rbull.ko" ] || built=1
	run_logged "$programs" build_in_chroot "$1" -C tests/prog "OUT=$TOP/build/$version/prog"
	programs_built=$?
	exec 8>&-
	build_warnings "$module" >"$out/warnings" && status=1
	build_warnings "$programs" >>"$out/warnings" && status=1
	{
		echo 1..3
		build_point 1 "$built" "rbull.ko builds for $version" "$module"
		build_point 2 "$programs_built" "the test programs build" "$programs"
		build_point 3 "$status" "the compiler has no warnings" "$out/warnings"
	} >"$out/build.tap"
	[ "$built" = 0 ] && [ "$programs_built" = 0 ]
}
