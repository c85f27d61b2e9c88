# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The tools that make check needs on the host, the files that it checks, and the exceptions.

# The kernel's own checking scripts are in its source, not in its headers.
LINUX_SOURCE=${LINUX_SOURCE:-/usr/src/linux-source-6.1.tar.xz}
LINUX_SCRIPTS=(
	checkpatch.pl spelling.txt const_structs.checkpatch
	kernel-doc get_abi.pl coccinelle
)

# shellcheck disable=SC2034 # for setup.sh
HOST_NEEDS=(
	awk:mawk
	gcc:gcc
	g++:g++
	make:make
	perl:perl
	xz:xz-utils
	sparse:sparse
	spatch:coccinelle
	shellcheck:shellcheck
	ctags:universal-ctags
	rst2html:python3-docutils
	mandoc:mandoc
	fish:fish
	zsh:zsh
	pkg-config:pkg-config
	/usr/include/libsmartcols/libsmartcols.h:libsmartcols-dev
	/usr/include/libmount/libmount.h:libmount-dev
	/usr/include/ini.h:libinih-dev
	/usr/bin/libgcrypt-config:libgcrypt20-dev
	/usr/include/asm:gcc-multilib
	"$LINUX_SOURCE:linux-source-6.1"
)

# tools_kdir: print KDIR, or the newest kernel headers on this machine.
tools_kdir() {
	if [ -n "${KDIR:-}" ]; then
		echo "$KDIR"
	else
		find /lib/modules -mindepth 2 -maxdepth 2 -name build 2>/dev/null | sort -V | tail -n 1
	fi
}

tools_missing() {
	local kdir

	setup_missing
	kdir=$(tools_kdir)
	[ -n "$kdir" ] && [ -e "$kdir/Makefile" ] ||
		echo "kernel headers, KDIR=${kdir:-none}:linux-headers-amd64"
}

tools_unpack() {
	local stamp item

	stamp="$(stat -L -c '%s %Y' "$LINUX_SOURCE") ${LINUX_SCRIPTS[*]}"
	item=$(cache_item kernel-scripts "$stamp")
	# shellcheck disable=SC2034 # for the checks
	SCRIPTS=$item/scripts
	cache_get "$item" "$stamp" tools_unpack_scripts "$item" "$stamp"
}

# tools_unpack_scripts ITEM STAMP
tools_unpack_scripts() {
	local temp=$WORK/kernel-scripts

	say "unpacking ${LINUX_SCRIPTS[*]} from $LINUX_SOURCE"
	mkdir -p "$temp"
	tar -xf "$LINUX_SOURCE" -C "$temp" --strip-components=1 --wildcards \
		"${LINUX_SCRIPTS[@]/#/*/scripts/}" || die "cannot unpack $LINUX_SOURCE"
	cache_commit "$temp" "$1" "$2" || die "cannot write to $CACHE"
}

# Set SCRIPTS and HEADERS. If something is missing, print a list of it and exit.
tools_init() {
	local missing

	export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C.UTF-8
	mapfile -t missing < <(tools_missing)
	if [ ${#missing[@]} -gt 0 ]; then
		if [ "$(id -u)" != 0 ] || ! setup_is_debian_12; then
			setup_name_missing "Only on Debian 12 and as root are packages installed for you."
		fi
		setup_install
		mapfile -t missing < <(tools_missing)
		[ ${#missing[@]} -eq 0 ] || setup_name_missing "apt-get left something out."
	fi
	# shellcheck disable=SC2034 # for the checks
	HEADERS=$(tools_kdir)
	tools_unpack
}

# Print the files of the project, including new ones that git does not track yet.
files_all() {
	local file

	if ! git ls-files -co --exclude-standard 2>/dev/null; then
		find . \( -name .git -o -name .cache -o -name build \) -prune -o -type f -printf '%P\n'
	fi | sort -u | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# files_c [DIRECTORIES]: print the C sources and headers there. DIRECTORIES is a regular expression that ends in /.
files_c() {
	files_all | grep -E "^(${1:-.*/})[^/]*\.[ch]$"
}

files_shell() {
	local file line

	files_all | while read -r file; do
		case $file in
		*.sh | *.t) echo "$file" ;;
		*)
			read -r line <"$file"
			[[ ! ${line:-} =~ ^#!.*[/\ ](ba|da)?sh ]] || echo "$file"
			;;
		esac
	done 2>/dev/null
}

# exceptions CHECK: print `PATTERN WHAT` of each exception for this check.
exceptions() {
	awk -v check="$1" '$1 == check { print $2, $3 }' "$CHECK_DIR/exceptions"
}

# excepted CHECK FILE WHAT: succeed if there is an exception, and note that it is used.
excepted() {
	local pattern what

	while read -r pattern what; do
		# shellcheck disable=SC2053 # the pattern is one
		if [[ $2 == $pattern && $3 == "$what" ]]; then
			echo "$pattern $what" >>"$WORK/used.$1"
			return 0
		fi
	done < <(exceptions "$1")
	return 1
}

# exceptions_unused CHECK: report unused exceptions, as they could hide the next mistake.
exceptions_unused() {
	touch "$WORK/used.$1"
	exceptions "$1" | grep -vxFf "$WORK/used.$1" |
		sed "s|^|tests/check/exceptions: nothing needs this any more: $1 |"
	return 0
}
