# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# One cached item per kernel: headers to build against, modules and image to boot.
#
#   KERNEL/version, KERNEL/suite   what it is and whose root it goes with
#   KERNEL/tree                    headers, kbuild and modules, laid out as in a root
#   KERNEL/vmlinuz, initrd         what QEMU loads; vmlinuz is unpacked already where possible
#   KERNEL/modules.ext4            mounted on /lib/modules in the guest

# Raise it when the recipe below changes.
KERNEL_RECIPE=2

# A guest has a few virtio devices and otherwise tests block devices.
MODULE_DIRS=(
	arch block crypto fs kernel lib mm security
	drivers/block drivers/char drivers/dax drivers/md drivers/nvdimm drivers/nvme
	drivers/scsi drivers/virtio
)
BOOT_MODULES=(virtio_pci virtio_blk ext4)

# What of a kernel's source is not unpacked: two thirds of the files, of which none is for User Mode Linux.
# What they say of themselves stays (Kconfig, Makefile).
SOURCE_LEFT_OUT=(
	'Documentation/*.*' 'arch/[!Kux]*/*.*' 'tools/'{net,perf,testing} {net,samples,sound}'/*.[ch]'
	'drivers/'{accel,clk,crypto,gpu,hwmon,iio,infiniband,input,media,mtd,net,phy,pinctrl,platform,scsi,staging,usb}'/*.[ch]'
)

# source_unpack NAME DIR: what UML takes of NAME.tar.xz, which is stdin.
source_unpack() {
	mkdir -p "$2" && tar -x -J --strip-components=1 --anchored "${SOURCE_LEFT_OUT[@]/#/--exclude=$1/}" -C "$2"
}

kernel_stamp() {
	echo "recipe $KERNEL_RECIPE $(sha256sum <"$TOP/tests/guest/initrd-init")"
}

# kernel_dir NAME [KIND]: NAME is a series, which stands for its newest kernel, first-SERIES, or an architecture. KIND
# is kernel, the default, or headers: what it takes to build, but not to boot.
kernel_dir() {
	cache_item "${2:-kernel}-$1" "$(kernel_stamp)"
}

# kernel_version NAME [KIND]
kernel_version() {
	cat "$(kernel_dir "$@")/version"
}

# An apt of our own, in APT_DIR, over a root's package status: nothing is installed through it.
# apt_begin ROOT all|main SUITE...; APT_CONFIG is left set for this process. `main` is without security updates.
# APT_FOREIGN may name an architecture to know besides this machine's.
apt_begin() {
	local root=$1 sources=$2 dir=${APT_DIR:-$WORK/apt} suite

	shift 2
	rm -rf "$dir"
	mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
	for suite in "$@"; do
		mirror_sources "$suite" "$sources"
	done >"$dir/sources.list"
	{
		mirror_apt_options
		cat <<-EOF
			Dir::Etc::main "/dev/null";
			Dir::Etc::parts "/dev/null";
			Dir::Etc::preferences "/dev/null";
			Dir::Etc::preferencesparts "/dev/null";
			Dir::Etc::sourcelist "$dir/sources.list";
			Dir::Etc::sourceparts "/dev/null";
			Dir::State "$dir/state";
			Dir::State::status "$root/tree/var/lib/dpkg/status";
			Dir::Cache "$dir/cache";
			APT::Architecture "amd64";
			APT::Architectures "amd64${APT_FOREIGN:+,$APT_FOREIGN}";
		EOF
	} >"$dir/apt.conf"
	export APT_CONFIG=$dir/apt.conf
	# Every list must come: with half of them the wrong kernel would be taken.
	apt-get update -o APT::Update::Error-Mode=any
}

apt_has() {
	[ -n "$(apt-cache show --no-all-versions "$1" 2>/dev/null)" ]
}

# apt_of PACKAGE: with the architecture that APT_FOREIGN names.
apt_of() {
	echo "$1${APT_FOREIGN:+:$APT_FOREIGN}"
}

# kernel_image_packages VERSION: the packages with vmlinuz and the modules. From 7.2 on these are
# three, with the lists of modules in one of their own, and signed or not; before, one.
kernel_image_packages() {
	local binary modules base
	modules=$(apt_of "linux-modules-$1")
	base=$(apt_of "linux-base-$1")

	for binary in "linux-binary-$1" "linux-binary-unsigned-$1"; do
		binary=$(apt_of "$binary")
		if apt_has "$binary" && apt_has "$modules"; then
			! apt_has "$base" || modules+=" $base"
			echo "$binary $modules"
			return 0
		fi
	done
	for binary in "linux-image-$1" "linux-image-$1-unsigned"; do
		binary=$(apt_of "$binary")
		if apt_has "$binary"; then
			echo "$binary"
			return 0
		fi
	done
	return 1
}

# kernel_candidates SERIES FLAVOUR: versions to try, best first: what the metapackage names, then all
# others, newest first (a suite in motion can have headers before it has the image).
kernel_candidates() {
	local re="linux-headers-${1//./\\.}([.+~-][^ ,]*)?-$2"

	{
		apt-cache show "$(apt_of "linux-headers-$2")" 2>/dev/null | grep '^Depends:' |
			grep -oE "\b$re" | sort -rV
		apt-cache pkgnames "linux-headers-$1" | sed 's/:.*//' | grep -xE "$re" | sort -rV
	} | grep -vE -- '-(cloud|rt|unsigned)-' | sed 's/^linux-headers-//' | awk '!seen[$0]++'
}

# kernel_choose NAME: prints the version to use and its image packages.
kernel_choose() {
	local version packages order=cat

	[[ $1 != first-* ]] || order='sort -V'
	for version in $(kernel_candidates "$(kernel_series "$1")" "$(kernel_flavour "$1")" | $order); do
		if packages=$(kernel_image_packages "$version"); then
			echo "$version $packages"
			return 0
		fi
	done
	return 1
}

# A plain dpkg-deb -x would replace the /lib symlink by a directory.
deb_unpack() {
	local deb=$1 tree=$2

	shift 2
	dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$tree" "$@"
}

# headers_packages VERSION: the headers, what kernels of several flavours have in common of them, and Kbuild's
# programs, which run on this machine.
headers_packages() {
	local headers
	headers=$(apt_of "linux-headers-$1")

	echo "$headers"
	apt-cache show --no-all-versions "$headers" | grep '^Depends:' | grep -oE '\blinux-(headers|kbuild)-[^ ,]+'
}

# headers_unpack VERSION TREE: whole
headers_unpack() {
	local deb archives=$WORK/apt/cache/archives

	mkdir -p "$2/usr/lib" && ln -s usr/lib "$2/lib" || return 1
	# shellcheck disable=SC2046 # a list of packages
	(cd "$archives" && apt-get download $(headers_packages "$1")) || return 1
	for deb in "$archives"/linux-{headers,kbuild}-*.deb; do
		deb_unpack "$deb" "$2" || return 1
	done
}

# kernel_unpack VERSION TREE PACKAGE...: what a guest needs of it
kernel_unpack() {
	local version=$1 tree=$2 archives=$WORK/apt/cache/archives deb dir keep

	shift 2
	(cd "$archives" && apt-get download "$@") || return 1
	keep=(--wildcards '*/vmlinuz*' '*/modules.*')
	for dir in "${MODULE_DIRS[@]}"; do
		keep+=("*/kernel/$dir/*")
	done
	for deb in "$archives"/linux-{image,binary,modules,base-"$version"}*.deb; do
		[ -e "$deb" ] || continue
		# tar complains of patterns a package does not have.
		deb_unpack "$deb" "$tree" "${keep[@]}" 2>/dev/null
	done
	rm -rf "${tree:?}/usr/share"
	depmod -b "$tree" "$version"
}

kernel_find_vmlinuz() {
	local file

	for file in "$2/boot/vmlinuz-$1" "$2/usr/lib/modules/$1"/vmlinuz{,.unsigned}; do
		if [ -e "$file" ]; then
			echo "$file"
			return 0
		fi
	done
	return 1
}

# number FILE OFFSET BYTES: a little-endian number.
number() {
	od -An -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# kernel_unpack_vmlinuz VMLINUZ OUT: an emulated processor takes 5 s to decompress its kernel, this one
# half a second, and QEMU can start the bare ELF file as well. The offsets are those of the x86 boot
# protocol (setup_sects, payload_offset, payload_length; HdrS identifies it). An unknown format is taken as it is.
kernel_unpack_vmlinuz() {
	local payload=$WORK/payload offset length

	[ "$(tail -c +515 "$1" | head -c 4)" = HdrS ] || { cp "$1" "$2" && return; }
	offset=$((($(number "$1" 497 1) + 1) * 512 + $(number "$1" 584 4)))
	# The last four bytes are the kernel's own addition: its size.
	length=$(($(number "$1" 588 4) - 4))
	tail -c "+$((offset + 1))" "$1" | head -c "$length" >"$payload"
	case $(od -An -t x1 -N 4 "$payload" | tr -d ' ') in
	fd377a58) xz -dc "$payload" >"$2" ;;
	28b52ffd) zstd -qdc "$payload" >"$2" ;;
	*) false ;;
	esac && [ "$(head -c 4 "$2")" = $'\x7fELF' ] && return 0
	cp "$1" "$2"
}

# The modules needed to mount the root, in load order, decompressed: busybox can load no others.
initrd_modules() {
	local version=$1 tree=$2 out=$3 verb path name

	modprobe -d "$tree" -S "$version" --show-depends -a "${BOOT_MODULES[@]}" |
		awk '!seen[$0]++' |
		while read -r verb path _; do
			[ "$verb" = insmod ] || continue
			name=$(basename "$path")
			case $name in
			*.xz) xz -dc "$path" >"$out/modules/${name%.xz}" ;;
			*.zst) zstd -qdc "$path" >"$out/modules/${name%.zst}" ;;
			*) cp "$path" "$out/modules/" ;;
			esac || return 1
			name=${name%.xz}
			echo "${name%.zst}" >>"$out/modules/order"
		done
}

kernel_initrd() {
	local version=$1 tree=$2 root=$3 initrd=$4 dir=$WORK/initrd busybox

	rm -rf "$dir"
	mkdir -p "$dir"/{bin,dev,proc,sys,newroot,modules}
	for busybox in "$root/tree/usr/bin/busybox" "$root/tree/bin/busybox"; do
		[ ! -e "$busybox" ] || cp "$busybox" "$dir/bin/busybox" || return 1
	done
	cp "$TOP/tests/guest/initrd-init" "$dir/init" && chmod 755 "$dir/init" || return 1
	: >"$dir/modules/order"
	initrd_modules "$version" "$tree" "$dir" || return 1
	(cd "$dir" && find . | cpio --quiet -o -H newc -R 0:0) >"$initrd"
}

kernel_modules_image() {
	local modules=$1 image=$2 mib

	mib=$(du -sm "$modules" | cut -f1)
	truncate -s "$((mib + mib / 4 + 64))M" "$image"
	mke2fs -q -F -t ext4 -O ^metadata_csum_seed -L rbull-modules -E lazy_itable_init=1 \
		-m 0 -d "$modules" "$image"
}

# kernel_root PLACE KIND: the root of a place in the table. Building for another architecture takes none of that.
kernel_root() {
	local root=${1%%+*}

	[ "$2" = kernel ] || root=${root%_*}
	echo "$root"
}

# headers_make NAME SUITE+EXTRA DIR: what it takes to build for one kernel, into DIR. CHOICE is what it is.
# 1: the place has no such kernel; 2: something went wrong.
headers_make() {
	local root sources=all suites=${2//+/ }
	APT_FOREIGN=$(root_architecture "${2%%+*}")
	root=$(kernel_root "$2" headers)

	# One date for all architectures: security updates reach them one after the other.
	[[ $1 != first-* && -z $APT_FOREIGN ]] || sources=main
	# shellcheck disable=SC2086 # a list of suites
	apt_begin "$(root_dir "$root")" "$sources" ${suites//_$APT_FOREIGN/} || return 2
	CHOICE=$(kernel_choose "$1") || return 1
	echo "chosen: $CHOICE"
	echo "$root" >"$3/suite"
	echo "${CHOICE%% *}" >"$3/version"
	headers_unpack "${CHOICE%% *}" "$3/tree" || return 2
}

# kernel_make NAME SUITE+EXTRA DIR: everything of one kernel into DIR; fails as headers_make does.
kernel_make() {
	local dir=$3 root CHOICE version
	root=$(kernel_root "$2" kernel)

	headers_make "$@" || return
	echo "$root" >"$dir/suite"
	root=$(root_dir "$root")
	version=${CHOICE%% *}
	# shellcheck disable=SC2086 # a list of packages
	kernel_unpack "$version" "$dir/tree" ${CHOICE#* } &&
		kernel_unpack_vmlinuz "$(kernel_find_vmlinuz "$version" "$dir/tree")" "$dir/vmlinuz" &&
		kernel_initrd "$version" "$dir/tree" "$root" "$dir/initrd" &&
		kernel_modules_image "$dir/tree/usr/lib/modules" "$dir/modules.ext4" || return 2
}

# kernel_make_from NAME KIND PLACE: tries one place of the table; sets REASON if it fails.
kernel_make_from() {
	local name=$1 kind=$2 place=$3 temp=$WORK/$2-$1 log root status CHOICE
	log=$LOGS/setup/$kind-$name.$place.log
	root=$(kernel_root "$place" "$kind")

	if ! root_ensure "$root"; then
		REASON="suite $root is not available: $(log_error "$LOGS/setup/root-$root.log")"
		return 1
	fi
	say "$name: fetching and unpacking it from $place"
	rm -rf "$temp"
	mkdir -p "$temp"
	run_logged "$log" "${kind}_make" "$name" "$place" "$temp"
	status=$?
	unset APT_CONFIG APT_FOREIGN
	case $status in
	0) ;;
	1) REASON="$place has no kernel $(kernel_series "$name")" && return 1 ;;
	*) REASON="$place: cannot be fetched or unpacked: $(log_error "$log")" && return 1 ;;
	esac
	cache_commit "$temp" "$(kernel_dir "$name" "$kind")" "$(kernel_stamp)" &&
		say "$name: it is $(kernel_version "$name" "$kind")"
}

# kernel_ensure NAME [KIND]: the kernel and its root are in the cache, or REASON says why not.
kernel_ensure() {
	local suite

	cache_get "$(kernel_dir "$@")" "$(kernel_stamp)" kernel_make_anywhere "$1" "${2:-kernel}" || return
	suite=$(cat "$(kernel_dir "$@")/suite")
	root_ensure "$suite" && return
	REASON="suite $suite is not available: $(log_error "$LOGS/setup/root-$suite.log")"
	return 1
}

# kernel_make_anywhere NAME KIND: from the first place that has it.
kernel_make_anywhere() {
	local place REASONS=()

	for place in $(kernel_places "$1"); do
		if kernel_make_from "$1" "$2" "$place"; then
			return 0
		fi
		REASONS+=("$REASON")
	done
	REASON=$(printf '%s; ' "${REASONS[@]}")
	REASON=${REASON%; }
	return 1
}
