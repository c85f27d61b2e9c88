# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The part of `make test` that runs in UML, with the sanitizing kernel: as two more kernels in the list.
#
#   uml-kunit   the KUnit suites of the image
#   uml         the cases of tests/cases that fit, those of tests/uml/cases, a look for leaks
#
# Sourced after tests/host/all.sh and tests/uml/uml.sh.

# Its processes are the trixie root's; that of the case is tests/guest/init, as in the other guests.
UML_SUITE=trixie
# What does not fit: events, minors
UML_UNFIT=()
# The last one looks for what all before it have lost.
UML_OWN=(faults leaks)

# uml_select KERNELS ONLY: which of the two, for these arguments of tests/run.
uml_select() {
	[[ -z $1 || ,$1, == *,uml,* ]] || return 0
	[ -n "$2" ] || echo uml-kunit
	[ -z "$(uml_cases)" ] || echo uml
}

# uml_deselect KERNELS: the others.
uml_deselect() {
	local rest=,$1,

	rest=${rest//,uml,/,}
	rest=${rest#,}
	echo "${rest%,}"
}

# uml_prepare SERIES: what needs the cache's lock. The kernel itself is built later, beside the guests.
uml_prepare() {
	mkdir -p "$WORK/$1"
	root_ensure "$UML_SUITE" || say "uml: no root of $UML_SUITE"
}

# uml_skip DIR SERIES REASON: a named skip, for all of it.
uml_skip() {
	echo "1..0 # SKIP no UML: $3" >"$1/setup.tap"
	"$HOST_DIR/harness" "$1" "$2" 0 setup
}

# uml_ready DIR SERIES: there is a kernel, or a skip.
uml_ready() {
	local REASON="there is no root of $UML_SUITE"

	[ -d "$(root_dir "$UML_SUITE")" ] && uml_ensure sanitizing && return 0
	uml_skip "$1" "$2" "$REASON"
	return 1
}

# uml_kunit DIR
uml_kunit() {
	uml_ready "$1" uml-kunit || return
	say "uml-kunit: building and running the suites"
	"$UML_DIR/run-kunit" --console "$1/console.log" >"$1/kunit.tap" 2>"$1/run-kunit.log" </dev/null &
	CHILDREN+=($!)
	wait $!
	"$HOST_DIR/harness" "$1" uml-kunit 0 kunit
}

# uml_build DIR: module and programs; DIR/build.tap says how that went.
uml_build() {
	local version tree out=$1 module=$1/build-module.log programs=$1/build-programs.log
	local built programs_built status=0

	version=$(uml_version sanitizing)
	tree=$(uml_dir sanitizing)/tree
	mkdir -p "$TOP/build/$version"
	exec 8>"$TOP/build/$version/.lock"
	flock 8
	run_logged "$module" make -C "$TOP" modules "KDIR=$tree" ARCH=um
	built=$?
	run_logged "$programs" make -C "$TOP/tests/prog" "OUT=$TOP/build/$version/prog" &&
		make -C "$UML_DIR/prog" "OUT=$TOP/build/$version/prog" >>"$programs" 2>&1
	programs_built=$?
	exec 8>&-
	build_warnings "$module" >"$out/warnings" && status=1
	build_warnings "$programs" >>"$out/warnings" && status=1
	{
		echo 1..3
		build_point 1 "$built" "rbull.ko builds for UML" "$module"
		build_point 2 "$programs_built" "the test programs build" "$programs"
		build_point 3 "$status" "the compiler has no warnings" "$out/warnings"
	} >"$out/build.tap"
	[ "$built" = 0 ] && [ "$programs_built" = 0 ]
}

# uml_pack DIR: an initramfs, and the tree in a tar.
uml_pack() {
	local version stage=$1/stage ram=$1/initramfs
	version=$(uml_version sanitizing)

	mkdir -p "$stage/modules/lib/modules" "$ram"/{bin,dev,proc,sys,newroot}
	cp -R "$(uml_dir sanitizing)/modules/." "$stage/modules/" &&
		install -D "$TOP/build/$version/rbull.ko" \
			"$stage/modules/lib/modules/$version/updates/rbull.ko" &&
		depmod -b "$stage/modules" "$version" || return 1
	# Laid out as tests/guest/init wants it: what is in /lib/modules/VERSION.
	mkdir "$stage/rbull"
	mv "$stage/modules/lib/modules/$version" "$stage/rbull/modules"
	cp -R "$TOP/build/$version/prog" "$TOP/tests" "$stage/rbull/" &&
		cp "$UML_DIR"/cases/*.t "$stage/rbull/tests/cases/" &&
		tar -c -f "$1/tree.tar" --owner=0 --group=0 -C "$stage/rbull" . || return 1
	cp "$(root_dir "$UML_SUITE")/tree/usr/bin/busybox" "$ram/bin/" &&
		cp "$UML_DIR/guest-initrd" "$ram/init" &&
		(cd "$ram" && find . | cpio --quiet -o -H newc -R 0:0) >"$1/initramfs.cpio" || return 1
	rm -rf "$stage" "$ram"
}

# uml_boot DIR GUEST: as guests_start does with QEMU: ttyS1 is a pair of fifos, changes to the root go
# to a file of their own.
uml_boot() {
	mkdir -p "$2"
	mkfifo "$2/tty.in" "$2/tty.out"
	exec 5<>"$2/tty.in" 6<>"$2/tty.out"
	uml_start sanitizing mem=2G "initrd=$1/initramfs.cpio" ssl1=fd:5,fd:6 \
		"ubd0=$2/root.cow,$(root_dir "$UML_SUITE")/root.ext4" "ubd1r=$1/tree.tar" \
		"guest.case_timeout=$RBULL_CASE_TIMEOUT" guest.mode=test </dev/null >"$2/console.log" 2>&1
	exec 5>&- 6>&-
	echo "$GUEST_PID" >"$2/pid"
}

# The cases of this run that fit; CASES is that of tests/run.
# shellcheck disable=SC2153
uml_cases() {
	local case

	for case in "${CASES[@]}"; do
		[[ " ${UML_UNFIT[*]} " == *" $case "* ]] || echo "$case"
	done
}

# uml_functional DIR
uml_functional() {
	local cases

	uml_ready "$1" uml || return
	mapfile -t cases < <(uml_cases)
	[[ " ${UML[*]} " != *" uml-kunit "* ]] || cases+=("${UML_OWN[@]}")
	say "uml: building for $(uml_version sanitizing)"
	if ! uml_build "$1"; then
		"$HOST_DIR/harness" "$1" uml 0 build
		say "uml: nothing to boot, its ${#cases[@]} cases are not run"
		return
	fi
	uml_pack "$1" >"$1/pack.log" 2>&1 || say "uml: packing failed: $(tail -n 1 "$1/pack.log")"
	say "uml: booting"
	uml_boot "$1" "$1/guest-1"
	"$HOST_DIR/harness" "$1" uml 1 build "${cases[@]}" &
	CHILDREN+=($!)
	wait $!
	kill -9 "$GUEST_PID"
}

# uml_series SERIES: results in $WORK/SERIES. Runs in a subshell.
uml_series() {
	CHILDREN=()
	UML_PIDS=()
	trap 'kill -9 "${UML_PIDS[@]}" 2>/dev/null; kill "${CHILDREN[@]}" 2>/dev/null' EXIT
	trap 'exit 143' INT TERM
	mkdir -p "$WORK/$1"
	case $1 in
	uml-kunit) uml_kunit "$WORK/$1" ;;
	uml) uml_functional "$WORK/$1" ;;
	esac
}
