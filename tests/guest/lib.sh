# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions for all cases in tests/cases: loading and unloading the module, and
# the checks at the end of each case (nothing left, kernel log clean).
# A case sources this file, makes its test points and ends with `finish`.
#
# A fork costs milliseconds in a guest without hardware virtualisation. Use
# shell built-ins where they can do the work.

set -u
export LC_ALL=C
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Tools such as blkdiscard ask for confirmation on a terminal.
exec </dev/null

CASE=${0##*/}
CASE=${CASE%.t}
# The C programs of tests/prog, built for this guest.
# shellcheck disable=SC2034 # used by the cases
PROG=${RBULL_PROG:-/rbull/prog}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/rbull-$CASE.XXXXXX") || exit 1
# Nothing is ever written to this pipe: `read -t` on it sleeps without a process.
exec {NEVER}<> <(:)

MARKS=0
MARK=
FIRST_MARK=
KLOG=
LEFT=
LOCK=
TAINT_AT_START=0
SPAWNED=()
AT_EXIT=()

# shellcheck source=tests/tap.sh
. "${BASH_SOURCE[0]%/*}/../tap.sh"

# points COMMAND...: run a program of tests/prog that prints several test points,
# one `ok - description` or `not ok - description` a line. Other lines are
# diagnostics. It must print at least one point and exit with 0.
points() {
	local line status made=0 remarks=

	capture "$@"
	status=$?
	while IFS= read -r line; do
		case $line in
		'ok - '*' # SKIP '*)
			line=${line#ok - }
			skip "${line%% # SKIP *}" "${line#* # SKIP }" ;;
		'ok - '*) pass "${line#ok - }" ;;
		'not ok - '*) fail "${line#not ok - }" "$remarks" ;;
		*) remarks+=$line$'\n'; continue ;;
		esac
		remarks=
		made=$((made + 1))
	done <<<"$OUT"
	((status == 0 && made > 0)) ||
		fail "${1##*/} ${*:2} ran to its end" "status $status"$'\n'"$OUT"
}

# --- Waiting ----------------------------------------------------------------

# pause SECONDS
pause() {
	local _

	read -r -t "$1" -u "$NEVER" _
	return 0
}

# wait_for SECONDS COMMAND...: repeat the command until it succeeds, at most for this time.
wait_for() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		pause 0.05
	done
}

# Wait until udev has handled the events so far: it opens and reads new disks.
# Do not wait while a disk is locked: udev never finishes with it.
settle() {
	[[ -e /run/udev/control && -z $LOCK ]] || return 0
	udevadm settle --timeout=30
}

# alive PID: the process exists. It may be a zombie.
alive() {
	kill -0 "$1" 2>/dev/null
}

# spawn COMMAND...: run it in the background, with its output in $WORK/spawned.
# cleanup() kills it. The process id is $!.
spawn() {
	"$@" >"$WORK/spawned" 2>&1 &
	SPAWNED+=($!)
}

# --- The module ----------------------------------------------------------------

loaded() {
	[[ -d /sys/module/rbull ]]
}

# load PARAMETER=VALUE...: load the module, or end the case.
load() {
	if ! capture modprobe rbull "$@"; then
		fail "modprobe rbull $*" "$OUT"
		klog_since && diag "$KLOG"
		finish
	fi
	settle
}

rmmod_once() {
	! loaded || capture rmmod rbull
}

# The first attempts may fail because udev still has a disk open.
unload() {
	wait_for 20 rmmod_once || { printf '%s\n' "$OUT"; return 1; }
}

reload() {
	unload
	load "$@"
}

param() {
	local value=

	read -r value <"/sys/module/rbull/parameters/$1"
	printf '%s\n' "$value"
}

# queue DISK ATTRIBUTE
queue() {
	local value=

	read -r value <"/sys/block/$1/queue/$2"
	printf '%s\n' "$value"
}

# stat_get DISK NAME: print one value of the disk's statistics.
stat_get() {
	local name value

	while read -r name value; do
		[[ $name == "$2" ]] || continue
		printf '%s\n' "$value"
		return
	done <"/sys/block/$1/rbull/stats"
	return 1
}

# stat_is DISK NAME VALUE, for wait_for
stat_is() {
	[[ $(stat_get "$1" "$2") == "$3" ]]
}

# stat_beyond DISK NAME VALUE, for wait_for
stat_beyond() {
	(($(stat_get "$1" "$2") > $3))
}

stats_reset() {
	echo 1 >"/sys/block/$1/rbull/reset_stats"
}

# lock_disk DISK: keep udev from probing the disk, or re-reading its partition
# table, while a case compares its statistics. udev leaves locked disks alone.
# The lock counts as one opener. unlock_disk releases it.
lock_disk() {
	settle
	exec {LOCK}<"/dev/$1"
	flock "$LOCK"
}

unlock_disk() {
	exec {LOCK}<&-
	LOCK=
}

disks_present() {
	local found=(/sys/block/rbull*)

	[[ -e ${found[0]} ]]
}

# --- Memory and caches -----------------------------------------------------------

# meminfo NAME: print the value in KiB
meminfo() {
	local name value _

	while read -r name value _; do
		[[ $name == "$1:" ]] || continue
		printf '%s\n' "$value"
		return
	done </proc/meminfo
	return 1
}

# Print the available RAM in KiB. MemAvailable does not include the freed pages
# on the per-CPU lists, at times tens of MiB: add them.
available() {
	local word value _ pages=0

	while read -r word value _; do
		[[ $word != count: ]] || pages=$((pages + value))
	done </proc/zoneinfo
	echo $(($(meminfo MemAvailable) + pages * 4))
}

drop_caches() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
}

# --- fio --------------------------------------------------------------------

declare -A FIO_PID=()

# fio_begin DISK OPTION...: start fio in the background; return when it writes. It writes to the disk and verifies the
# data, over and over until fio_end. (With --time_based it would never verify.)
fio_begin() {
	local disk=$1 before

	shift
	before=$(stat_get "$disk" writes)
	spawn fio --verify=crc32c --verify_fatal=1 --do_verify=1 --thread --direct=1 --ioengine=libaio \
		--iodepth=8 --rw=randwrite --randrepeat=0 --loops=1000000 --group_reporting \
		--output="$WORK/$disk.fio" "$@" --name="$disk"
	FIO_PID[$disk]=$!
	# A file system writes a little by itself: wait for more than that.
	ok "$disk: fio writes" wait_for 60 stat_beyond "$disk" writes $((before + 100))
}

# fio_reached DISK BYTES, for wait_for: this much was read from the disk, or fio has ended.
fio_reached() {
	stat_beyond "$1" read_bytes "$2" || ! alive "${FIO_PID[$1]}"
}

# fio_end DISK BYTES DESCRIPTION: check that fio still runs, let it verify all of its BYTES at least once more, stop it
# and check that it found no error.
fio_end() {
	local pid=${FIO_PID[$1]} status

	ok "$3: fio was at work meanwhile" alive "$pid"
	ok "$3: and goes on" wait_for 60 fio_reached "$1" $(($(stat_get "$1" read_bytes) + 2 * $2))
	kill -INT "$pid" 2>/dev/null
	wait "$pid"
	status=$?
	# fio ends with 128 after SIGINT.
	if ((status == 128)) && grep -q "err= 0" "$WORK/$1.fio"; then
		pass "$3: fio verifies"
	else
		fail "$3: fio verifies" "status $status"$'\n'"$(cat "$WORK/spawned" "$WORK/$1.fio")"
	fi
}

# fio_counts FILE: sum up the jobs of fio's JSON report in FIO_READ_IO_BYTES,
# FIO_READ_TOTAL_IOS, the same for WRITE and TRIM, and FIO_ERROR.
fio_counts() {
	local line section name

	for section in READ WRITE TRIM; do
		printf -v "FIO_${section}_IO_BYTES" 0
		printf -v "FIO_${section}_TOTAL_IOS" 0
	done
	FIO_ERROR=0
	while IFS= read -r line; do
		if [[ $line =~ \"(read|write|trim|sync)\"\ :\ \{ ]]; then
			section=${BASH_REMATCH[1]^^}
		elif [[ $section != SYNC && $line =~ \"(io_bytes|total_ios)\"\ :\ ([0-9]+) ]]; then
			name=FIO_${section}_${BASH_REMATCH[1]^^}
			printf -v "$name" '%d' $((${!name} + BASH_REMATCH[2]))
		elif [[ $line =~ \"error\"\ :\ ([0-9]+) ]]; then
			FIO_ERROR=$((FIO_ERROR + BASH_REMATCH[1]))
		fi
	done <"$1"
}

# --- Files ---------------------------------------------------------------

# make_tree DIR: make a hundred small files, without a process for each, and one
# of 2 MiB. Their checksums are in $WORK/sums.
make_tree() {
	local dir file

	for dir in a b c d e; do
		mkdir -p "$1/$dir"
		for file in {1..20}; do
			printf '%*s\n' $((file * file * 37)) "$dir$file" >"$1/$dir/$file.txt"
		done
	done
	dd if=/dev/urandom of="$1/random" bs=1M count=2 status=none
	(cd "$1" && find . -type f -exec sha256sum {} +) >"$WORK/sums"
}

# tree_intact DIR
tree_intact() {
	(cd "$1" && sha256sum --quiet -c "$WORK/sums")
}

# --- Kernel log --------------------------------------------------------------

# Write a new mark to the kernel log, for klog_since.
klog_mark() {
	MARKS=$((MARKS + 1))
	MARK="rbull-test: $CASE $$.$MARKS"
	echo "$MARK" >/dev/kmsg
}

# klog_since [MARK]: set KLOG to the kernel log after the mark. Fails if the log
# does not have the mark any more: lines may be missing.
klog_since() {
	KLOG=$(dmesg | awk -v mark="${1:-$MARK}" '
		found { print }
		index($0, mark) { found = 1 }
		END { exit !found }')
}

# Print the driver's own lines of KLOG. The kernel's lines about out-of-tree
# modules begin with the same name: leave them out.
rbull_lines() {
	grep "rbull: " <<<"$KLOG" | grep -vE "taints kernel|tainting kernel"
}

# Kernel messages that fail a case.
KLOG_BAD='WARNING:|BUG:|Oops|general protection fault|Kernel panic|Call Trace'
KLOG_BAD+='|possible (circular|recursive) locking|inconsistent lock state'
KLOG_BAD+='|suspicious RCU usage|KASAN|UBSAN|KCSAN|KFENCE|kmemleak'
KLOG_BAD+='|blocked for more than|rcu.*(stall|self-detected)|soft lockup|hard LOCKUP'
KLOG_BAD+='|scheduling while atomic|sleeping function called|Bad page'
KLOG_BAD+='|page allocation failure|list_(add|del) corruption|refcount_t:'
KLOG_BAD+='|kobject_add_internal failed|cannot create duplicate filename'
KLOG_BAD+='|debugfs:.*already present|Objects remaining|[Oo]ut of memory|oom-kill'
KLOG_BAD+='|rbull: .*[Ll]eak'
# In bash a dot also matches a newline: match within a line only.
KLOG_BAD=${KLOG_BAD//.\*/[^$'\n']*}

klog_clean() {
	local desc="kernel log is clean"

	if ! klog_since "$FIRST_MARK"; then
		fail "$desc" "the start of this case is no longer in the log"
	elif [[ $KLOG =~ $KLOG_BAD ]]; then
		fail "$desc" "$KLOG"
	else
		pass "$desc"
	fi
}

# Print the taint bits for kernel faults: bad page, died, warned.
taint() {
	local mask

	read -r mask </proc/sys/kernel/tainted
	printf '%d\n' $((mask & (1 << 5 | 1 << 7 | 1 << 9)))
}

# --- Beginning and end ---------------------------------------------------------

# Set LEFT to all traces of rbull. Without the module there must be none.
leftovers() {
	local path

	LEFT=
	for path in /sys/module/rbull /sys/block/rbull* /sys/class/block/rbull* \
		/dev/rbull*; do
		[[ ! -e $path ]] || LEFT+=$path$'\n'
	done
	for path in /proc/devices /proc/partitions; do
		[[ $(<$path) != *rbull* ]] || LEFT+="in $path"$'\n'
	done
}

machine_is_bare() {
	leftovers
	[[ -z $LEFT ]]
}

# nothing_left DESCRIPTION
nothing_left() {
	# udev may need a moment to remove a symlink or node.
	wait_for 5 machine_is_bare
	is "$LEFT" "" "$1"
}

finish() {
	ok "module can be unloaded" unload
	nothing_left "nothing is left behind"
	klog_clean
	is "$(taint)" "$TAINT_AT_START" "kernel is no more tainted than before"
	printf '1..%d\n' "$POINTS"
	exit $((FAILURES > 0))
}

unmount_all() {
	local source target _

	while read -r source target _; do
		case $source in
		/dev/rbull*) umount -l "$target" ;;
		esac
	done </proc/mounts
}

# Runs at every exit of a case, so that the next one starts on a clean machine.
cleanup() {
	local action

	((${#SPAWNED[@]} == 0)) || kill -9 "${SPAWNED[@]}"
	wait
	for action in "${AT_EXIT[@]}"; do
		"$action"
	done
	unmount_all
	unload
	rm -rf "$WORK"
} >/dev/null 2>&1

begin() {
	trap cleanup EXIT
	trap 'exit 1' INT TERM HUP
	# Without this the kernel's rate limit on user messages may drop marks.
	echo on 2>/dev/null >/proc/sys/kernel/printk_devkmsg
	unload >/dev/null 2>&1
	TAINT_AT_START=$(taint)
	klog_mark
	FIRST_MARK=$MARK
}

begin
