# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Two parts of `make test` (see tests/host/parts.sh) that run in UML with the sanitizing kernel. With
# RBULL_UML_FLAVOUR=fast they use the kernel without sanitizers:
#
#   kunit   series uml-kunit: the KUnit suites of the image
#   uml     series uml: the cases of tests/cases that fit; series uml-faults: failing allocations. Both
#           end with a scan for leaks.

# shellcheck source=tests/uml/uml.sh
. "$HOST_DIR/../uml/uml.sh"

# The guest has the root of this suite.
UML_SUITE=trixie
UML_FLAVOUR=${RBULL_UML_FLAVOUR:-sanitizing}
UML_CASE_TIMEOUT=$((3 * RBULL_CASE_TIMEOUT))

kunit_series() {
	echo uml-kunit
}

kunit_cases() {
	echo kunit
}

kunit_prepare() {
	uml_prepare "$@"
}

kunit_run() {
	local dir=$WORK/$1

	uml_kernel "$1" || return
	say "$1: building and running the suites"
	: >"$dir/kunit.begun"
	# shellcheck disable=SC2086 # a list of parameters
	"$UML_DIR/run-kunit" --console "$dir/console.log" ${RBULL_KUNIT:-} \
		>"$dir/kunit.tap" 2>"$dir/run-kunit.log" </dev/null &
	CHILDREN+=($!)
	wait $!
	series_harness "$1" 0 kunit
}

uml_series() {
	printf '%s\n' uml uml-faults
}

# A case that is not for UML has a line with the reason. leaks finds the leaks of all cases before it.
uml_cases() {
	local case

	if [ "$1" = uml-faults ]; then
		echo faults
	else
		for case in $(kernels_cases); do
			grep -q '^# Not in UML: ' "$TOP/tests/cases/$case.t" || echo "$case"
		done
		echo outlive
	fi
	echo leaks
}

# The kernel is not built here but in uml_run(), while guests of other series run.
uml_prepare() {
	uml_setup || return 1
	root_ensure "$UML_SUITE" && return
	REASON="no root of $UML_SUITE: $(log_error "$LOGS/setup/root-$UML_SUITE.log")"
	return 1
}

# uml_kernel SERIES: get the kernel, or report that the series cannot be run.
uml_kernel() {
	local REASON='' status

	uml_ensure "$UML_FLAVOUR" && return
	status=$?
	series_give_up "$1" $status "$REASON"
	return 1
}

uml_run() {
	local series=$1 dir=$WORK/$1

	shift 2
	uml_kernel "$series" || return
	say "$series: building for $(uml_version "$UML_FLAVOUR")"
	# Both series build and pack the same files: take turns.
	exec 9>"$WORK/uml.lock"
	flock 9
	if ! uml_build "$dir"; then
		series_harness "$series" 0 build
		say "$series: nothing to boot, its $# cases are not run"
		return
	fi
	uml_pack "$dir" >"$dir/pack.log" 2>&1 || say "$series: packing failed: $(tail -n 1 "$dir/pack.log")"
	exec 9>&-
	say "$series: booting"
	uml_boot "$dir" "$dir/guest-1"
	RBULL_CASE_TIMEOUT=$UML_CASE_TIMEOUT series_harness "$series" 1 build "$@"
	guests_stop "$dir"
}

# uml_build DIR: build as build_series does. The compiler of the kernel builds the module.
uml_build() {
	build_all "$(uml_version "$UML_FLAVOUR")" "$1" "$UML_SUITE" "build_with_root $UML_SUITE" \
		make -C "$TOP" modules "KDIR=$(uml_dir "$UML_FLAVOUR")/tree" ARCH=um
}

# uml_build_hold DIR: build DIR/hold.ko, a module that only these tests need.
uml_build_hold() {
	mkdir -p "$1/hold" &&
		cp "$UML_DIR"/hold/* "$1/hold/" &&
		uml_kbuild "$UML_FLAVOUR" "$1/hold" modules &&
		mv "$1/hold/hold.ko" "$1/"
}

# uml_pack DIR: make the initramfs, and a tar of the tree.
uml_pack() {
	local version stage=$1/stage ram=$1/initramfs modules
	version=$(uml_version "$UML_FLAVOUR")
	modules=$stage/root/lib/modules/$version

	mkdir -p "$stage/root" "$stage/rbull" "$ram"/{bin,dev,proc,sys,newroot}
	uml_build_hold "$1" && cp "$1/hold.ko" "$stage/rbull/" || return 1
	cp -R "$(uml_dir "$UML_FLAVOUR")/modules/." "$stage/root/" &&
		install -D "$TOP/build/$version/rbull.ko" "$modules/updates/rbull.ko" &&
		depmod -b "$stage/root" "$version" &&
		mv "$modules" "$stage/rbull/modules" &&
		cp -R "$1/prog" "$1/tools" "$TOP/tests" "$stage/rbull/" &&
		tar -c -f "$1/tree.tar" --owner=0 --group=0 -C "$stage/rbull" . &&
		cp "$(root_dir "$UML_SUITE")/tree/usr/bin/busybox" "$ram/bin/" &&
		cp "$UML_DIR/guest-initrd" "$ram/init" &&
		(cd "$ram" && find . | cpio --quiet -o -H newc -R 0:0) >"$1/initramfs.cpio" &&
		rm -rf "$stage" "$ram"
}

# uml_boot DIR GUEST: the counterpart of guests_start, which uses QEMU. ttyS1 is a pair of FIFOs. Writes to
# the root go to a copy-on-write file of the guest.
uml_boot() {
	mkdir -p "$2"
	mkfifo "$2/tty.in" "$2/tty.out"
	exec 5<>"$2/tty.in" 6<>"$2/tty.out"
	uml_start "$UML_FLAVOUR" "mem=${GUEST_MEMORY_MB}M" "initrd=$1/initramfs.cpio" ssl1=fd:5,fd:6 \
		"ubd0=$2/root.cow,$(root_dir "$UML_SUITE")/root.ext4" "ubd1r=$1/tree.tar" \
		rcupdate.rcu_expedited=1 "guest.case_timeout=$UML_CASE_TIMEOUT" guest.mode=test </dev/null >"$2/console.log" 2>&1
	exec 5>&- 6>&-
	echo "$GUEST_PID" >"$2/pid"
}
