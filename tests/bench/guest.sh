# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Guests that measure: an initramfs with busybox, the drivers and a plan, and nothing else that runs.
# Sourced after tests/host/all.sh.

BENCH_DIR=$TOP/tests/bench
# Processors besides this machine's whose instructions can be counted.
BENCH_FOREIGN=(arm64)
# The competitors, and what null_blk and zram look for when they are in use.
BENCH_DRIVERS=(brd null_blk zram)
BENCH_HELPERS=(configfs lzo-rle)

# pack_module FILE DIR: decompressed, as busybox and depmod want it.
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

# pack_guest ROOT VERSION DIR PLAN MODULE...: DIR/initramfs. ROOT is where lib/modules/VERSION is, as
# in a root.
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

# The files of the drivers and of what they depend on, as far as they are not built in.
pack_needed() {
	local module

	for module in "${BENCH_HELPERS[@]}" "${BENCH_DRIVERS[@]}"; do
		modprobe -d "$1" -S "$2" --show-depends "$module" 2>/dev/null
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# guest_judge CONSOLE: did it do all of its plan? Says what it did not.
guest_judge() {
	tr -d '\r' <"$1" | grep -q '^@end' && return
	{
		echo "the guest broke off; the end of its console:"
		tail -n 25 "$1"
	} >&2
	return 1
}

# bench_keep INSTRUMENT CONSOLE FILE: of a guest's console what tests/bench/report understands.
bench_keep() {
	mkdir -p "$(dirname "$3")"
	{
		echo "@instrument $1"
		# Not what an emulated one is called: the one that does the work.
		sed -n 's/^model name\s*: /@processor /p' /proc/cpuinfo | head -n 1
		tr -d '\r' <"$2" | grep '^@'
	} >"$3"
}
