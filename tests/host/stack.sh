# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Working in a root without changing it: overlayfs keeps the changes elsewhere. Several can do so at a time,
# and none sees what another did.

# stack_run STACK DIR COMMAND...: a command of the machine that STACK is, with the machine's own root;
# what it changes is left in DIR/files. BINDS may hold more places as `SOURCE:TARGET`; a function that adds some has
# a BINDS of its own, as the next command may be for something else.
# It all happens in namespaces that end with the command.
BINDS=()
stack_run() {
	local stack=$1 dir=$2

	shift 2
	mkdir -p "$dir"/{files,work,root}
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare --mount --pid --fork --kill-child bash -c '
		set -e
		stack=$1 dir=$2 binds=$3
		shift 3
		root=$dir/root
		mount -t overlay overlay -o "lowerdir=$stack,upperdir=$dir/files,workdir=$dir/work" "$root"
		mount --bind /dev "$root/dev"
		mount -t proc proc "$root/proc"
		mount -t tmpfs none "$root/tmp"
		for bind in /etc/resolv.conf:/etc/resolv.conf $binds; do
			source=${bind%%:*} target=$root${bind#*:}
			if [ -d "$source" ]; then
				mkdir -p "$target"
			else
				[ -e "$target" ] || install -D /dev/null "$target"
			fi
			mount --bind "$source" "$target"
		done
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
			HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
	' stack_run "$stack" "$dir" "${BINDS[*]}" "$@" </dev/null
}

# stack_install SUITE DIR PACKAGE...: what the packages and those they need add to the suite's root, in DIR/files.
stack_install() {
	local suite=$1 dir=$2

	shift 2
	# shellcheck disable=SC2016 # expands in the inner shell
	stack_run "$(root_dir "$suite")/tree" "$dir" sh -ec '
		apt-get -q update -o APT::Update::Error-Mode=any
		apt-get -q install -y --no-install-recommends "$@"
		apt-get clean
	' sh "$@" || return 1
	rm -rf --one-file-system "$dir"/{root,work} "$dir"/files/var "$dir"/files/usr/share/{doc,man,locale}
}
