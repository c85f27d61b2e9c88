# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The cached Debian roots: one per suite, used as build chroot and, made an image, as guest.
# Kernels are kept apart from them (kernel-files.sh), so that several can share a root.
#
# A root is called SUITE, or SUITE_ARCHITECTURE if it is not for this machine's processor. Nothing can run in
# such a root here: its packages are unpacked but not configured, and what configuring would have left in /etc
# comes from SUITE's own root.

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
	fio jq bc hdparm attr file xxd zstd cryptsetup-bin qemu-utils python3-jsonschema
)

# What takes disks for its own: the newest kernel's suite is enough.
ROOT_STACKING_PACKAGES=(lvm2 mdadm udisks2 dbus)

# A root of another architecture: what the tools and test programs link with, and what its cases work with.
ROOT_FOREIGN_PACKAGES=(
	libc6-dev libsmartcols-dev libmount-dev libinih-dev libgcrypt20-dev
	busybox-static udev kmod mount procps psmisc perl
	util-linux fdisk e2fsprogs fio jq bc attr file xxd
)

# root_architecture NAME: empty if it is this machine's.
root_architecture() {
	[[ $1 != *_* ]] || echo "${1#*_}"
}

# root_packages NAME
root_packages() {
	if [ -n "$(root_architecture "$1")" ]; then
		printf '%s\n' "${ROOT_FOREIGN_PACKAGES[@]}"
		return
	fi
	printf '%s\n' "${ROOT_PACKAGES[@]}"
	# What the suite's kernel headers want besides.
	case $1 in
	bullseye) ;;
	*) echo pahole ;;
	esac
	[ "$1" != trixie ] || printf '%s\n' "${ROOT_STACKING_PACKAGES[@]}"
}

# root_stamp NAME
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

# root_unpack SUITE DIR ARCHITECTURE: from the main archive alone. Security updates reach architectures one after
# the other, and packages of several must agree.
root_unpack() {
	mirror_apt_options >"$WORK/apt-options"
	mirror_sources "$1" main |
		unshare --mount mmdebstrap --mode=root --variant=extract --format=directory --architectures="$3" \
			--skip=check/qemu --aptopt="$WORK/apt-options" \
			--include='?essential' --include="$(printf '%s ' "${ROOT_FOREIGN_PACKAGES[@]}")" "$1" "$2" - &&
		root_configure "$(root_dir "$1")/tree" "$2"
}

# root_configure OWN FOREIGN: users, groups and alternatives, taken from this machine's root of the suite.
root_configure() {
	local link

	cp -a "$1"/etc/{passwd,group,shadow,gshadow,alternatives} "$2/etc/" || return 1
	while read -r link; do
		[ -e "$2/$link" ] || cp -a "$1/$link" "$2/$link" || return 1
	done < <(cd "$1" && find usr/bin usr/sbin -lname '/etc/alternatives/*')
	mkdir -p "$2"/{rbull,usr/lib/modules}
}

# root_bootstrap NAME DIR: a mirror may have a suite without its security updates; the suite alone will do.
root_bootstrap() {
	local sources architecture
	architecture=$(root_architecture "$1")

	if [ -n "$architecture" ]; then
		root_unpack "${1%_*}" "$2" "$architecture"
		return
	fi

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

# root_ensure NAME: makes the root unless the cache has it. 1: the suite cannot be had.
root_ensure() {
	[ -z "$(root_architecture "$1")" ] || root_ensure "${1%_*}" || return
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
