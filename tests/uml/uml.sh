# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# User Mode Linux: a kernel that is an ordinary process. Source tests/host/all.sh first.
#
# There are two flavours, each one item of the cache: `fast` is for benchmarks, `sanitizing` has the
# kernel's sanitizers. FLAVOUR.config is the configuration on top of base.config. These files are optional:
# FLAVOUR.patch changes the kernel, FLAVOUR.flags has options for the compiler, FLAVOUR.unwatched the
# directories that are not instrumented. An item holds
#   version    what its modules are built for
#   linux      the kernel
#   tree       what building modules for it needs
#   modules    its own modules, as in a root: lib/modules/VERSION

# Raise it when the recipe below changes.
UML_RECIPE=1
UML_SERIES=7.2
# Places to look for linux-source-SERIES, in order. Suites joined by + are used together.
UML_PLACES=(trixie+trixie-backports sid)
# UML is built with the host's compiler, as it is a process of the host.
UML_NEEDS=(
	gcc:gcc
	/usr/include/stdio.h:libc6-dev
	make:make
	flex:flex
	bison:bison
	bc:bc
	xz:xz-utils
	patch:patch
)
UML_DIR=$TOP/tests/uml

# uml_stamp FLAVOUR
uml_stamp() {
	echo "recipe $UML_RECIPE, gcc $(gcc -dumpfullversion), $(cat "$UML_DIR/base.config" "$UML_DIR/$1".* | sha256sum)"
}

uml_dir() {
	cache_item "uml-$1" "$(uml_stamp "$1")"
}

uml_version() {
	cat "$(uml_dir "$1")/version"
}

# uml_setup: get what building needs on the host; on failure REASON says what is missing.
uml_setup() {
	local missing

	# shellcheck disable=SC2034 # setup_missing reads it
	mapfile -t missing < <(HOST_NEEDS=("${UML_NEEDS[@]}") && setup_missing)
	[ ${#missing[@]} -gt 0 ] || return 0
	REASON="the host lacks ${missing[*]%%:*}"
	if ! setup_is_debian_12 || [ "$(id -u)" != 0 ]; then
		return 1
	fi
	(setup_install) && REASON=
}

uml_source_from() {
	local package=linux-source-$UML_SERIES empty=$WORK/uml-no-root suites=${1//+/ }

	# Nothing is installed, so an empty root is enough for apt.
	mkdir -p "$empty/tree/var/lib/dpkg" "$WORK/uml-deb"
	: >"$empty/tree/var/lib/dpkg/status"
	# Use a separate directory: other runs of apt may be active.
	# shellcheck disable=SC2086 # a list of suites
	APT_DIR=$WORK/uml-apt apt_begin "$empty" all $suites && (cd "$WORK/uml-deb" && apt-get download "$package")
}

# uml_source DIR: unpack the kernel's source from the first place that has it. Returns 1 if none has it.
uml_source() {
	local place deb name=linux-source-$UML_SERIES

	[ -n "${MIRROR:-}" ] || mirror_init
	for place in "${UML_PLACES[@]}"; do
		if (uml_source_from "$place"); then
			break
		fi
	done
	for deb in "$WORK"/uml-deb/*.deb; do
		[ -e "$deb" ] || return 1
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -O "./usr/src/$name.tar.xz" |
			source_unpack "$name" "$1" || return 2
		return 0
	done
}

# uml_patch TREE FLAVOUR
uml_patch() {
	[ ! -e "$UML_DIR/$2.patch" ] || patch -d "$1" -p1 --no-backup-if-mismatch <"$UML_DIR/$2.patch"
}

# uml_lines FLAVOUR WHAT: print the lines of the file FLAVOUR.WHAT, if there is one.
uml_lines() {
	[ ! -e "$UML_DIR/$1.$2" ] || grep -v '^#' "$UML_DIR/$1.$2"
}

# uml_unwatch TREE FLAVOUR
uml_unwatch() {
	local dir

	for dir in $(uml_lines "$2" unwatched); do
		printf '%s_SANITIZE := n\n' KASAN UBSAN >>"$1/$dir/Makefile" || return 1
	done
}

# uml_configure TREE FLAVOUR: fail if an option does not get the value that the fragments have.
uml_configure() {
	local fragments=("$UML_DIR/base.config" "$UML_DIR/$2.config")

	make -C "$1" ARCH=um x86_64_defconfig &&
		(cd "$1" && ARCH=um scripts/kconfig/merge_config.sh -m .config "${fragments[@]}") &&
		make -C "$1" ARCH=um olddefconfig || return 1
	cat "${fragments[@]}" | uml_configured "$1/.config"
}

# uml_configured CONFIG: compare it with the fragments on stdin.
uml_configured() {
	local line status=0

	while read -r line; do
		case $line in
		CONFIG_*) grep -qxF "$line" "$1" || { echo "not in .config: $line" && status=1; } ;;
		'# CONFIG_'*) line=${line#\# } && ! grep "^${line%% *}=" "$1" || status=1 ;;
		esac
	done
	return $status
}

# uml_strip TREE DIR: move the needed files from the built TREE to DIR.
uml_strip() {
	local keep=(.config Kbuild Makefile Module.symvers System.map include scripts) each

	mkdir -p "$2/tree/arch" || return 1
	make -s -C "$1" ARCH=um INSTALL_MOD_PATH="$2/modules" DEPMOD=true modules_install || return 1
	rm -f "$2"/modules/lib/modules/*/{build,source}
	make -s -C "$1" ARCH=um kernelrelease | tail -n 1 >"$2/version"
	mv "$1/linux" "$2/linux" || return 1
	for each in "${keep[@]}"; do
		mv "$1/$each" "$2/tree/" || return 1
	done
	mv "$1/arch/um" "$1/arch/x86" "$2/tree/arch/" || return 1
	find "$2/tree/arch" -type f \( -name '*.[coS]' -o -name '*.a' -o -name '.*.cmd' \) -delete
	find "$2/tree/include" "$2/tree/scripts" -name '.*.o.cmd' -delete
}

# uml_build_kernel FLAVOUR DIR. Returns 1 if there is no source, 2 if something went wrong.
uml_build_kernel() {
	local tree=$WORK/uml-source status

	uml_source "$tree" || return
	uml_patch "$tree" "$1" && uml_unwatch "$tree" "$1" && uml_configure "$tree" "$1" || return 2
	nice -n 5 make -C "$tree" ARCH=um "KCFLAGS=$(uml_lines "$1" flags | paste -sd' ')" "-j$(nproc)" linux modules &&
		uml_strip "$tree" "$2"
	status=$?
	rm -rf "$tree" "$WORK/uml-deb" "$WORK/uml-apt"
	return $((status ? 2 : 0))
}

# uml_ensure FLAVOUR: build the kernel unless the cache has it. Returns 1 if it cannot be had here, 2 if
# something went wrong; then REASON says why.
uml_ensure() {
	uml_setup || return 1
	cache_get "$(uml_dir "$1")" "$(uml_stamp "$1")" uml_make "$1"
}

# shellcheck disable=SC2034 # the caller reads REASON
uml_make() {
	local temp=$WORK/uml-$1 log=$LOGS/setup/uml-$1.log status

	say "uml: building the kernel, flavour $1 (some minutes)"
	mkdir -p "$temp"
	run_logged "$log" uml_build_kernel "$1" "$temp"
	status=$?
	case $status in
	0) cache_commit "$temp" "$(uml_dir "$1")" "$(uml_stamp "$1")" || status=2 ;;
	1) REASON="no suite has linux-source-$UML_SERIES (see $log)" ;;
	*) REASON="the UML kernel cannot be built (see $log)" ;;
	esac
	[ "$status" != 0 ] || say "uml: it is $(uml_version "$1")"
	return $status
}

# uml_kbuild FLAVOUR DIR WORDS...: run make for a module in DIR.
uml_kbuild() {
	local tree

	tree=$(uml_dir "$1")/tree
	make -C "$tree" ARCH=um M="$2" "${@:3}"
}

# Running UMLs. They get SIGKILL: a busy UML does not end cleanly on SIGTERM.
UML_PIDS=()

uml_cleanup() {
	[ ${#UML_PIDS[@]} = 0 ] || kill -9 "${UML_PIDS[@]}" 2>/dev/null
	cleanup
}

# uml_work_init: like work_init, and kill the UMLs at exit.
uml_work_init() {
	work_init
	trap uml_cleanup EXIT
}

# uml_start FLAVOUR WORDS...: start it and set GUEST_PID. The console is stdin and stdout.
uml_start() {
	local flavour=$1

	shift
	# UML's memory is a file. Unset TMPDIR, so that UML chooses a place in RAM.
	(
		ulimit -c 0
		exec env -u TMPDIR -u TMP -u TEMP "$(uml_dir "$flavour")/linux" \
			seccomp=on "ncpus=${UML_CPUS:-2}" "uml_dir=$WORK/" con=null con0=fd:0,fd:1 \
			panic=-1 loglevel=7 "$@"
	) 0<&0 &
	GUEST_PID=$!
	CHILDREN+=("$GUEST_PID")
	UML_PIDS+=("$GUEST_PID")
}

# uml_wait SECONDS: wait for the UML that was started last; kill it after this time and fail.
uml_wait() {
	local end=$((SECONDS + $1)) status=0

	while kill -0 "$GUEST_PID" 2>/dev/null; do
		if [ "$SECONDS" -ge "$end" ]; then
			kill -9 "$GUEST_PID"
			status=1
		fi
		sleep 0.2
	done
	wait "$GUEST_PID" 2>/dev/null
	UML_PIDS=() CHILDREN=()
	return $status
}
