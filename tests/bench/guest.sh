# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Guests that measure: an initramfs with busybox, the drivers and a plan; nothing else runs there.
# Source tests/host/all.sh first.

BENCH_DIR=$TOP/tests/bench
# Other processors whose instructions can be counted.
# shellcheck disable=SC2034 # the part of the benchmarks reads it
BENCH_FOREIGN=(arm64)
# The drivers to compare with, and modules that null_blk and zram need at run time.
BENCH_DRIVERS=(brd null_blk zram)
BENCH_HELPERS=(configfs lzo-rle)

# pack_module FILE DIR: copy a module, decompressed for busybox and depmod.
pack_module() {
	local name=${1##*/}

	case $name in
	*.xz) xz -dc "$1" >"$2/${name%.xz}" ;;
	*.zst) zstd -qdc "$1" >"$2/${name%.zst}" ;;
	*) cp "$1" "$2/" ;;
	esac
}

# The root whose busybox the guest runs.
BENCH_ROOT=trixie

# pack_guest ROOT VERSION DIR PLAN MODULE...: make DIR/initramfs. ROOT has lib/modules/VERSION.
pack_guest() {
	local root=$1 version=$2 out=$3 stage=$3/stage plan=$4 modules path busybox file

	shift 4
	rm -rf "$stage"
	modules=$stage/lib/modules/$version
	mkdir -p "$stage"/{bin,sbin,dev,proc,sys} "$modules"
	busybox=$(root_dir "$BENCH_ROOT")/tree/usr/bin/busybox
	cp "$busybox" "$stage/bin/busybox" && ln -s ../bin/busybox "$stage/sbin/modprobe" &&
		cp "$BENCH_DIR/guest-init" "$stage/init" &&
		cp "$BENCH_DIR/play" "$stage/play" && cp "$plan" "$stage/plan" || return 1
	while read -r path; do
		pack_module "$path" "$modules" || return 1
	done < <(pack_needed "$root" "$version")
	for file in "$@"; do
		pack_module "$file" "$modules" || return 1
	done
	cp "$root/lib/modules/$version"/modules.{builtin,builtin.modinfo,order} "$modules/" &&
		depmod -b "$stage" "$version" &&
		(cd "$stage" && find . | cpio --quiet -o -H newc -R 0:0) >"$out/initramfs"
}

# Print the files of the drivers and of their dependencies, unless they are built in.
pack_needed() {
	local module

	for module in "${BENCH_HELPERS[@]}" "${BENCH_DRIVERS[@]}"; do
		modprobe -d "$1" -S "$2" --show-depends "$module" 2>/dev/null
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# guest_judge CONSOLE: fail, and print the end of the console, unless the guest has finished its plan.
guest_judge() {
	tr -d '\r' <"$1" | grep -q '^@end' && return
	{
		echo "the guest broke off; the end of its console:"
		tail -n 25 "$1"
	} >&2
	return 1
}

# bench_keep INSTRUMENT CONSOLE FILE: write the lines of a console that tests/bench/report reads to FILE.
bench_keep() {
	mkdir -p "$(dirname "$3")"
	{
		echo "@instrument $1"
		# The host's processor, not the emulated one.
		sed -n 's/^model name\s*: /@processor /p' /proc/cpuinfo | head -n 1
		tr -d '\r' <"$2" | grep '^@'
	} >"$3"
}
