# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The KUnit suites of the image on another architecture. Debian's kernels are configured without KUnit, and building
# one that has it takes ten minutes of two processors for each architecture. So KUnit is built as a module, from the
# source of the very kernel that runs; tests/foreign/kunit/ says what that takes. The source is an item of the cache.

# Raise it when the recipe below changes.
KUNIT_SOURCE_RECIPE=1
KUNIT_SOURCE_SERIES=6.12
FOREIGN_KUNIT_TIMEOUT=${RBULL_KUNIT_TIMEOUT:-1200}
FOREIGN_DIR=$TOP/tests/foreign
# Fewer rounds than in User Mode Linux: the processor is emulated.
FOREIGN_KUNIT_PARAMETERS='rounds=500 seconds=2'

kunit_source_stamp() {
	echo "recipe $KUNIT_SOURCE_RECIPE: $KUNIT_SOURCE_SERIES of $CROSS_SUITE"
}

kunit_source_dir() {
	cache_item kunit-source "$(kunit_source_stamp)"
}

# kunit_source_unpack DIR: the kernel's lib/kunit
kunit_source_unpack() {
	local name=linux-source-$KUNIT_SOURCE_SERIES

	APT_DIR=$1/apt apt_begin "$(root_dir "$CROSS_SUITE")" main "$CROSS_SUITE" &&
		(cd "$1" && apt-get download "$name") &&
		dpkg-deb --fsys-tarfile "$1"/*.deb | tar -x -O "./usr/src/$name.tar.xz" |
		tar -x -J --strip-components=3 -C "$1" "$name/lib/kunit" || return 1
	rm -r "$1"/*.deb "$1/apt"
}

# kunit_source_ensure: it is in the cache, or REASON says why not.
# shellcheck disable=SC2034 # the caller reads REASON
kunit_source_ensure() {
	cache_get "$(kunit_source_dir)" "$(kunit_source_stamp)" kunit_source_make && return
	REASON="no source of KUnit: $(log_error "$LOGS/setup/kunit-source.log")"
	return 1
}

kunit_source_make() {
	local temp=$WORK/kunit-source log=$LOGS/setup/kunit-source.log status

	say "$CROSS_SUITE: fetching the source of KUnit"
	mkdir -p "$temp"
	run_logged "$log" kunit_source_unpack "$temp"
	status=$?
	unset APT_CONFIG
	[ "$status" = 0 ] && cache_commit "$temp" "$(kunit_source_dir)" "$(kunit_source_stamp)"
}

# foreign_kunit_sources DIR: what Kbuild takes, into DIR.
foreign_kunit_sources() {
	driver_links "$TOP/src" "$1" "$TOP"/tests/kunit/* || return 1
	ln -srf "$TOP/tests/kunit/Kbuild" "$1/Kbuild.image" && ln -srf "$FOREIGN_DIR"/kunit/* "$1/" || return 1
	mkdir -p "$1/kunit" && cp "$(kunit_source_dir)"/*.[ch] "$1/kunit/" &&
		sed -i 's/current->kunit_test\b/KUNIT_OF_CURRENT/' "$1"/kunit/*.c
}

# foreign_kunit_build ARCHITECTURE DIR: rbull_image_test.ko and kunit.ko in DIR
foreign_kunit_build() {
	local kernel
	kernel=$(kernel_dir "$1")

	foreign_kunit_sources "$2" &&
		cross_kbuild "$1" "$kernel/tree" -C "/lib/modules/$(cat "$kernel/version")/build" "M=$2" modules
}

# foreign_kunit_pack ARCHITECTURE BUILT DIR: the guest's initramfs
foreign_kunit_pack() {
	local ram=$3/initramfs

	mkdir -p "$ram"/{bin,dev,proc,sys} &&
		cp "$(root_dir "$(foreign_field "$1" 6)")/tree/usr/bin/busybox" "$ram/bin/" &&
		cp "$UML_DIR/kunit-init" "$ram/init" &&
		cross_strip "$1" -g -o "$ram/test.ko" "$2/rbull_image_test.ko" &&
		cross_strip "$1" -g -o "$ram/kunit.ko" "$2/kunit.ko" &&
		echo "${RBULL_KUNIT:-$FOREIGN_KUNIT_PARAMETERS}" >"$ram/parameters" &&
		(cd "$ram" && find . | cpio --quiet -o -H newc -R 0:0) >"$3/initramfs.cpio"
}

# foreign_kunit SERIES: builds the suites, boots, and has the console read as TAP.
foreign_kunit() {
	local architecture=${1%-*} dir=$WORK/$1 built=$TOP/build/kunit-${1%-*}/src

	say "$1: building and running the suites"
	: >"$dir/kunit.begun"
	if ! run_logged "$dir/build.log" foreign_kunit_build "$architecture" "$built" ||
		! foreign_kunit_pack "$architecture" "$built" "$dir" >>"$dir/build.log" 2>&1; then
		{ echo 1..1 && build_point 1 1 "rbull_image_test.ko builds" "$dir/build.log"; } >"$dir/kunit.tap"
	else
		foreign_kunit_boot "$architecture" "$dir"
		"$UML_DIR/ktap" <"$dir/console.log" >"$dir/kunit.tap"
	fi
	series_harness "$1" 0 kunit
}

# foreign_kunit_boot ARCHITECTURE DIR
foreign_kunit_boot() {
	foreign_machine "$1"
	qemu "${GUEST_ACCEL[@]}" -smp "${GUEST_CPUS:-2}" -m "$GUEST_MEMORY_MB" \
		-display none -nodefaults -no-reboot -nic none \
		-kernel "$(kernel_dir "$1")/vmlinuz" -initrd "$2/initramfs.cpio" \
		-append "console=${GUEST_TTY}0 panic=-1 loglevel=7 $GUEST_EMULATED" \
		-serial "file:$2/console.log" </dev/null 2>"$2/qemu.log" &
	CHILDREN+=($!)
	foreign_kunit_wait $! "$FOREIGN_KUNIT_TIMEOUT" || echo "no end after $FOREIGN_KUNIT_TIMEOUT s" >>"$2/console.log"
}

# foreign_kunit_wait PID SECONDS: until it has ended, which it is made to in the end.
foreign_kunit_wait() {
	local end=$((SECONDS + $2))

	while kill -0 "$1" 2>/dev/null; do
		if [ "$SECONDS" -ge "$end" ]; then
			kill -9 "$1"
			return 1
		fi
		sleep 0.2
	done
}
