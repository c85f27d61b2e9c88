# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The cached Debian roots: one per suite, used as build chroot and, made an image, as guest.
# Kernels are kept apart from them (kernel-files.sh), so that several can share a root.

# Raise it when the recipe below changes.
ROOT_RECIPE=1

ROOT_PACKAGES=(
	# to build modules, test programs (32-bit ones too) and tools
	make gcc gcc-multilib libc6-dev libelf-dev libssl-dev
	pkgconf libsmartcols-dev libmount-dev libinih-dev libgcrypt20-dev
	# the guest's own
	busybox-static udev kmod mount procps psmisc perl
	# what the cases and the demo work with
	util-linux fdisk gdisk parted e2fsprogs xfsprogs btrfs-progs dosfstools
	fio jq bc hdparm attr file xxd qemu-utils python3-jsonschema
)

# What takes disks for its own: the newest kernel's suite is enough.
ROOT_STACKING_PACKAGES=(lvm2 mdadm cryptsetup-bin udisks2 dbus zstd)

# root_packages SUITE
root_packages() {
	printf '%s\n' "${ROOT_PACKAGES[@]}"
	# What the suite's kernel headers want besides.
	case $1 in
	bullseye) ;;
	*) echo pahole ;;
	esac
	[ "$1" != trixie ] || printf '%s\n' "${ROOT_STACKING_PACKAGES[@]}"
}

# root_stamp SUITE
root_stamp() {
	echo "recipe $ROOT_RECIPE: $(root_packages "$1" | paste -sd' ')"
}

root_dir() {
	cache_item "root-$1" "$(root_stamp "$1")"
}

root_mmdebstrap() {
	local suite=$1 dir=$2 sources=$3

	mirror_apt_options >"$WORK/apt-options"
	# What it mounts goes with it, even when it is killed.
	# shellcheck disable=SC2016 # expands in the hooks
	mirror_sources "$suite" "$sources" |
		unshare --mount mmdebstrap --mode=root --variant=apt --format=directory \
			--aptopt="$WORK/apt-options" --dpkgopt=force-unsafe-io \
			--include="$(root_packages "$suite" | paste -sd,)" \
			--customize-hook='mkdir -p "$1/rbull" "$1/usr/lib/modules"' \
			--customize-hook='test -e "$1/lib/modules" || mkdir -p "$1/lib/modules"' \
			"$suite" "$dir" -
}

# A mirror may have a suite without its security updates; the suite alone will do.
root_bootstrap() {
	local sources

	for sources in all main; do
		if root_mmdebstrap "$1" "$2" "$sources"; then
			return 0
		fi
		rm -rf --one-file-system "$2"
		[ -n "$SECURITY_MIRROR" ] || break
	done
	return 1
}

# The image a guest boots from. Nothing is ever mounted in the root when this runs: the build's
# bind mounts live in a mount namespace of their own.
root_image() {
	local root=$1 image=$2 mib

	mib=$(du -sxm "$root" | cut -f1)
	truncate -s "$((mib + mib / 4 + 256))M" "$image"
	mke2fs -q -F -t ext4 -O ^metadata_csum_seed -L rbull-root -E lazy_itable_init=1 \
		-m 0 -d "$root" "$image"
}

# root_ensure SUITE: makes the suite's root unless the cache has it. 1: the suite cannot be had.
root_ensure() {
	cache_get "$(root_dir "$1")" "$(root_stamp "$1")" root_make "$1"
}

root_make() {
	local suite=$1 temp=$WORK/root-$1 log=$LOGS/setup/root-$1.log

	say "$suite: making the root ($(root_packages "$suite" | wc -l) packages and what they need)"
	mkdir -p "$temp" "$LOGS/setup"
	run_logged "$log" root_bootstrap "$suite" "$temp/tree" || return 1
	say "$suite: making the guest's disk image"
	run_logged "$log.image" root_image "$temp/tree" "$temp/root.ext4" || return 1
	cache_commit "$temp" "$(root_dir "$suite")" "$(root_stamp "$suite")"
}
