# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Machines to install packages on: layers of files over the cached roots of tests/host/roots.sh, joined with
# overlayfs. Source tests/host/all.sh first.
#
#   LAYER/files      the files that the layer adds to the one below
#   LAYER/packages   the packages that apt downloaded for it
#
# A layer is made once and kept in the cache. A case's changes to a machine go to a directory of that case.

# Raise it when a recipe below changes.
LAYER_RECIPE=2

# NAME|LAYER OR ROOT BELOW|SUITE. The layer has the suite's kernel; for backports the kernel is only downloaded.
LAYER_TABLE='
bullseye|root-bullseye|bullseye
bookworm|root-bookworm|bookworm
trixie|root-trixie|trixie
trixie-backports|layer-trixie|trixie-backports
tools|layer-bookworm|
clang|layer-bookworm|
'

# A small machine as after installation, and DKMS. The password of root is root.
LAYER_SYSTEM=(systemd-sysv udev initramfs-tools login passwd iproute2 dkms openssl ccache)
# Tools that build and check packages.
LAYER_TOOLS=(
	build-essential debhelper dh-dkms dpkg-dev lintian rpm rpmlint autopkgtest
)
# To configure a kernel with clang: no suite has such a kernel.
LAYER_CLANG=(clang lld llvm flex bison bc linux-source-6.1)

# Leave out files that have nothing to do with disks: that is quicker.
LAYER_EXCLUDE=(
	'/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*'
	'*/kernel/sound/*' '*/kernel/net/*'
	'*/kernel/drivers/'{gpu,media,net,staging,infiniband,iio,hwmon,usb,input,mtd,isdn,bluetooth,accel}'/*'
)

layers_all() {
	cut -d'|' -f1 <<<"$LAYER_TABLE" | sed '/^$/d'
}


# layer_field NAME N
layer_field() {
	awk -F'|' -v name="$1" -v n="$2" '$1 == name { print $n }' <<<"$LAYER_TABLE"
}

# layer_stamp NAME: print its packages and the stamps of the layers below.
layer_stamp() {
	local below

	below=$(layer_field "$1" 2)
	echo "recipe $LAYER_RECIPE: $(layer_packages "$1" | paste -sd' ') over $(
		case $below in
		root-*) root_stamp "${below#root-}" ;;
		layer-*) layer_stamp "${below#layer-}" ;;
		esac
	)"
}

layer_dir() {
	cache_item "layer-$1" "$(layer_stamp "$1")"
}

# layer_bottom NAME: print the suite of the root at the bottom.
layer_bottom() {
	local below

	below=$(layer_field "$1" 2)
	case $below in
	root-*) echo "${below#root-}" ;;
	layer-*) layer_bottom "${below#layer-}" ;;
	esac
}

# layer_stack NAME: print its directories for overlayfs, the uppermost first.
layer_stack() {
	local below

	below=$(layer_field "$1" 2)
	case $below in
	root-*) echo "$(layer_dir "$1")/files:$(root_dir "${below#root-}")/tree" ;;
	layer-*) echo "$(layer_dir "$1")/files:$(layer_stack "${below#layer-}")" ;;
	esac
}

# stack_image STACK DIR IMAGE: make a disk image to boot from, without the files that only apt and compilers need.
stack_image() {
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare --mount --fork bash -c '
		. "$1/tests/host/roots.sh"
		root=$3/root
		mount -t overlay overlay -o "lowerdir=$2,upperdir=$3/files,workdir=$3/work" "$root" || exit 1
		for each in "$root"/var/{cache/apt,lib/apt/lists} "$root"/usr/{share/{doc,man,locale},include,lib/gcc} \
			"$root"/usr/{lib*32,src/linux-headers-*}; do
			[ ! -d "$each" ] || mount -t tmpfs none "$each" || exit 1
		done
		root_image "$root" "$4"
	' stack_image "$TOP" "$1" "$2" "$3"
}

# layer_packages NAME
layer_packages() {
	case $1 in
	tools) printf '%s\n' "${LAYER_TOOLS[@]}" ;;
	clang) printf '%s\n' "${LAYER_CLANG[@]}" ;;
	*-backports) printf '%s\n' linux-image-amd64 linux-headers-amd64 ;;
	*) printf '%s\n' "${LAYER_SYSTEM[@]}" linux-image-amd64 linux-headers-amd64 ;;
	esac
}

# layer_settings NAME DIR: write the files that must exist before the first package is installed.
layer_settings() {
	local suite

	suite=$(layer_field "$1" 3)
	mkdir -p "$2/etc/apt/apt.conf.d" "$2/etc/apt/sources.list.d" "$2/etc/initramfs-tools/conf.d" \
		"$2/etc/dpkg/dpkg.cfg.d" || return 1
	mirror_apt_options >"$2/etc/apt/apt.conf.d/90host"
	[[ $suite != *-backports ]] || mirror_sources "$suite" main >"$2/etc/apt/sources.list.d/$suite.list"
	printf 'path-exclude=%s\n' "${LAYER_EXCLUDE[@]}" >"$2/etc/dpkg/dpkg.cfg.d/rbull"
	echo force-unsafe-io >>"$2/etc/dpkg/dpkg.cfg.d/rbull"
	# The initramfs has only the modules that an emulated machine needs to boot.
	printf 'MODULES=list\nCOMPRESS=gzip\n' >"$2/etc/initramfs-tools/conf.d/rbull"
	printf '%s\n' "${BOOT_MODULES[@]}" >"$2/etc/initramfs-tools/modules"
}

# layer_install NAME DIR
# shellcheck disable=SC2034 # stack_run reads BINDS
layer_install() {
	local suite packages options=() BINDS=("$2/packages:/var/cache/apt/archives")

	suite=$(layer_field "$1" 3)
	[[ $suite != *-backports ]] || options=(--download-only -t "$suite")
	mapfile -t packages < <(layer_packages "$1")
	layer_settings "$1" "$2/files" || return 1
	mkdir -p "$2/packages/partial"
	# shellcheck disable=SC2016 # expands in the inner shell
	stack_run "$STACK" "$2" bash -c '
		set -e
		apt-get -q update -o APT::Update::Error-Mode=any
		apt-get -q install -y -o APT::Keep-Downloaded-Packages=true "$@"
		echo root:root | chpasswd
		echo rbull-test >/etc/hostname
	' layer_install "${options[@]}" "${packages[@]}" || return 1
	[ "$1" != clang ] || layer_clang_tree "$2"
}

# layer_clang_tree DIR: make /usr/src/clang-tree, a tree to build modules with; for UML, which needs the fewest files.
layer_clang_tree() {
	local name=linux-source-6.1 sources=$1/files/usr/src

	source_unpack $name "$sources/clang-tree" <"$sources/$name.tar.xz" && rm "$sources/$name.tar.xz" || return 1
	# shellcheck disable=SC2016 # expands in the inner shell
	stack_run "$STACK" "$1" bash -c '
		set -e
		cd /usr/src/clang-tree
		make="make ARCH=um LLVM=1"
		$make x86_64_defconfig
		scripts/config -e MODULES
		$make olddefconfig
		$make modules_prepare
		for each in *; do
			case $each in
			Makefile | arch | include | scripts) ;;
			*) rm -r "$each" ;;
			esac
		done
		find arch -mindepth 1 -maxdepth 1 ! -name um ! -name x86 -exec rm -r {} +
	'
}

# layer_ensure NAME: make the layer unless the cache has it; on failure REASON says why.
# shellcheck disable=SC2034 # the caller reads REASON
layer_ensure() {
	local name=$1 below

	below=$(layer_field "$name" 2)
	case $below in
	root-*)
		if ! root_ensure "${below#root-}"; then
			REASON="suite ${below#root-} is not available: $(log_error "$LOGS/setup/$below.log")"
			return 1
		fi
		;;
	layer-*) layer_ensure "${below#layer-}" || return 1 ;;
	esac
	cache_get "$(layer_dir "$name")" "$(layer_stamp "$name")" layer_make "$name"
}

# shellcheck disable=SC2034 # the caller reads REASON
layer_make() {
	local name=$1 temp=$WORK/layer-$1 log=$LOGS/setup/layer-$1.log STACK

	say "$name: making the machine to install packages on"
	STACK=$(layer_stack "$name")
	STACK=${STACK#"$(layer_dir "$name")/files:"}
	rm -rf --one-file-system "$temp"
	mkdir -p "$temp" "$LOGS/setup"
	if ! run_logged "$log" layer_install "$name" "$temp"; then
		REASON="$name: $(log_error "$log")"
		return 1
	fi
	rm -rf --one-file-system "$temp"/{root,work}
	cache_commit "$temp" "$(layer_dir "$name")" "$(layer_stamp "$name")"
}
