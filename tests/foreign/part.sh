# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A part of `make test` (see tests/host/parts.sh): processors that are not this machine's.
#
#   arm64, armhf               cases that depend on the processor, in a guest with Debian's kernel. armhf has 32
#                              bits and more memory than its kernel can map at once.
#   arm64-kunit, armhf-kunit   the KUnit suites of the image, on the same kernels
#   riscv64                    the module builds, and nothing more

# shellcheck source=tests/foreign/cross.sh
. "$HOST_DIR/../foreign/cross.sh"
# shellcheck source=tests/foreign/kunit.sh
. "$HOST_DIR/../foreign/kunit.sh"

# Loading and unloading, the largest disk, ways to copy, patterns, discards, the control device (also from a 32-bit
# program), rewinding to snapshots. All of them load and unload the module and look for what it left.
FOREIGN_CASES=(unload_busy sizes copy fio_verify discard_model control_abi rbullctl_snapshots)
# These take longer, and run only if the architecture was asked for, or everything.
FOREIGN_MORE_CASES=(load_unload parameters discard control_snapshots memory_limit several_disks ioctls stats)

foreign_series() {
	printf '%s\n' arm64 armhf riscv64 arm64-kunit armhf-kunit
}

foreign_cases() {
	case $1 in
	riscv64) echo build ;;
	*-kunit) echo kunit ;;
	*)
		printf '%s\n' "${FOREIGN_CASES[@]}"
		[ -z "$2" ] || printf '%s\n' "${FOREIGN_MORE_CASES[@]}"
		;;
	esac
}

# A mirror may have no packages for other architectures, or this machine no QEMU for them.
foreign_prepare() {
	local architecture=${1%-*}

	cross_ensure || return 1
	case $1 in
	riscv64) kernel_ensure "$architecture" headers && return ;;
	*-kunit) kernel_ensure "$architecture" && kunit_source_ensure && foreign_qemu && return ;;
	*) kernel_ensure "$architecture" && foreign_qemu && return ;;
	esac
	REASON="no kernel for $architecture: $REASON"
	return 1
}

foreign_qemu() {
	qemu_ensure
	qemu_is_here && return
	REASON="no QEMU for it: $(log_error "$LOGS/setup/qemu.log")"
	return 1
}

# foreign_machine ARCHITECTURE: what guest.sh and qemu.sh know of this machine's is that of a plain board. No device
# tree of it is needed, QEMU makes one.
# shellcheck disable=SC2034 # for them
foreign_machine() {
	GUEST_TTY=ttyAMA
	case $1 in
	arm64)
		QEMU_SYSTEM=aarch64
		GUEST_ACCEL=(-machine virt -accel "tcg,thread=multi" -cpu cortex-a57)
		;;
	armhf)
		# A kernel without LPAE reaches nothing above 4 GiB.
		QEMU_SYSTEM=arm
		GUEST_ACCEL=(-machine "virt,highmem=off" -accel "tcg,thread=multi" -cpu cortex-a15)
		;;
	esac
}

# foreign_strip ARGUMENTS...: as strip, for FOREIGN
foreign_strip() {
	cross_strip "$FOREIGN" "$@"
}

foreign_run() {
	case $1 in
	riscv64) foreign_build_only "$1" ;;
	*-kunit) foreign_kunit "$1" ;;
	*) foreign_boot "$@" ;;
	esac
}

# foreign_build_only SERIES: one point, and one for warnings.
foreign_build_only() {
	local dir=$WORK/$1 version built warned=0
	version=$(kernel_version "$1" headers)

	say "$1: building for $version"
	: >"$dir/build.begun"
	mkdir -p "$TOP/build/$version"
	run_logged "$dir/build-module.log" cross_build_module "$1" headers
	built=$?
	build_warnings "$dir/build-module.log" >"$dir/warnings" && warned=1
	{
		echo 1..2
		build_point 1 "$built" "rbull.ko builds for $version" "$dir/build-module.log"
		build_point 2 "$warned" "the compiler has no warnings" "$dir/warnings"
	} >"$dir/build.tap"
	series_harness "$1" 0 build
}

# foreign_boot SERIES GUESTS CASE...: one guest, as all the series together have two processors. It has one CPU: a second
# one costs a quarter more and shows nothing, as an emulator on x86 keeps the order of x86 between its CPUs.
# shellcheck disable=SC2034 # guest.sh reads GUEST_STRIP
foreign_boot() {
	local series=$1 dir=$WORK/$1 FOREIGN=$1 GUEST_STRIP=foreign_strip GUEST_CPUS=${GUEST_CPUS:-1}

	shift 2
	foreign_machine "$series"
	say "$series: building for $(kernel_version "$series")"
	if ! build_all "$(kernel_version "$series")" "$dir" "$(foreign_field "$series" 6)" "cross_build $series" \
		cross_build_module "$series" kernel; then
		series_harness "$series" 0 build
		say "$series: nothing to boot, its $# cases are not run"
		return
	fi
	guest_pack "$series" "$dir" >"$dir/pack.log" 2>&1 || say "$series: packing failed: $(tail -n 1 "$dir/pack.log")"
	say "$series: booting"
	guests_start "$series" "$dir" 1
	series_harness "$series" 1 build "$@"
	guests_stop "$dir"
}
