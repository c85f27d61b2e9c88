# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What every case in tests/cases shares: loading and unloading the module, and
# the checks that close each case (nothing left, kernel log clean).
# A case sources this file, makes its points and ends with `finish`.
#
# Guests run without hardware virtualisation, where a fork costs milliseconds:
# hence shell built-ins wherever they can do the work.

set -u
export LC_ALL=C
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Tools such as blkdiscard ask questions when they find a terminal.
exec </dev/null

CASE=${0##*/}
CASE=${CASE%.t}
# The C programs of tests/prog, built for this guest.
# shellcheck disable=SC2034 # used by the cases
PROG=${RBULL_PROG:-/rbull/prog}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/rbull-$CASE.XXXXXX") || exit 1
# A pipe that never has anything to read: `read -t` on it is a sleep that
# needs no process.
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

# points COMMAND...: a program of tests/prog that makes several points, one
# `ok - what` or `not ok - what` a line; other lines are remarks. It must make
# at least one and leave with 0.
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

# wait_for SECONDS COMMAND...: until the command succeeds, bounded.
wait_for() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		pause 0.05
	done
}

# Let udev finish with the events so far; it opens and reads new disks. It
# never finishes with a disk that is locked.
settle() {
	[[ -e /run/udev/control && -z $LOCK ]] || return 0
	udevadm settle --timeout=30
}

# alive PID: it has not ended, though it may wait for somebody to ask how it ended.
alive() {
	kill -0 "$1" 2>/dev/null
}

# spawn COMMAND...: in the background, its output in $WORK/spawned; ended at
# the latest when the case ends. The process id is $!.
spawn() {
	"$@" >"$WORK/spawned" 2>&1 &
	SPAWNED+=($!)
}

# --- The module ----------------------------------------------------------------

loaded() {
	[[ -d /sys/module/rbull ]]
}

# load PARAMETER=VALUE...: must work, otherwise there is nothing to test.
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

# udev may still be looking at a disk, so that the first attempts find it busy.
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

# stat_get DISK NAME: one value of the disk's statistics.
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

# Keep udev from probing (and re-reading the partition table of) a disk whose
# statistics are about to be compared: it leaves locked disks alone.
# Undone by unlock_disk; the lock counts as one open.
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

# meminfo NAME: kibibytes
meminfo() {
	local name value _

	while read -r name value _; do
		[[ $name == "$1:" ]] || continue
		printf '%s\n' "$value"
		return
	done </proc/meminfo
	return 1
}

# Available RAM in KiB. The kernel keeps freed pages in lists of each CPU, tens
# of MiB at times, which its own figure leaves out.
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

# fio_begin DISK OPTION...: in the background fio writes to the disk, verifies what it wrote, and begins
# again, until fio_end. When this returns it is at work. (With --time_based it would never verify.)
fio_begin() {
	local disk=$1 before

	shift
	before=$(stat_get "$disk" writes)
	spawn fio --verify=crc32c --verify_fatal=1 --do_verify=1 --thread --direct=1 --ioengine=libaio \
		--iodepth=8 --rw=randwrite --randrepeat=0 --loops=1000000 --group_reporting \
		--output="$WORK/$disk.fio" "$@" --name="$disk"
	FIO_PID[$disk]=$!
	# A file system writes a little of its own accord.
	ok "$disk: fio writes" wait_for 60 stat_beyond "$disk" writes $((before + 100))
}

# For wait_for: fio has read so far, or never will.
fio_reached() {
	stat_beyond "$1" read_bytes "$2" || ! alive "${FIO_PID[$1]}"
}

# fio_end DISK BYTES DESCRIPTION: fio is still at work, and goes at least once more over all of its BYTES; all
# that it wrote was there.
fio_end() {
	local pid=${FIO_PID[$1]} status

	ok "$3: fio was at work meanwhile" alive "$pid"
	ok "$3: and goes on" wait_for 60 fio_reached "$1" $(($(stat_get "$1" read_bytes) + 2 * $2))
	kill -INT "$pid" 2>/dev/null
	wait "$pid"
	status=$?
	# 128: ended as it was told.
	if ((status == 128)) && grep -q "err= 0" "$WORK/$1.fio"; then
		pass "$3: fio verifies"
	else
		fail "$3: fio verifies" "status $status"$'\n'"$(cat "$WORK/spawned" "$WORK/$1.fio")"
	fi
}

# fio_counts FILE: what fio's JSON report says was done, summed over its jobs, in
# FIO_READ_IO_BYTES, FIO_READ_TOTAL_IOS, the same for WRITE and TRIM, and FIO_ERROR.
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

# make_tree DIR: a hundred small files and one of 2 MiB, made without a process
# for each, and their checksums in $WORK/sums.
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

# Everything the kernel prints from here on belongs to the new mark.
klog_mark() {
	MARKS=$((MARKS + 1))
	MARK="rbull-test: $CASE $$.$MARKS"
	echo "$MARK" >/dev/kmsg
}

# klog_since [MARK]: what the kernel printed since the mark, in KLOG. Fails if
# the mark itself was lost, as then nothing is known.
klog_since() {
	KLOG=$(dmesg | awk -v mark="${1:-$MARK}" '
		found { print }
		index($0, mark) { found = 1 }
		END { exit !found }')
}

# What the driver itself said, of KLOG: the kernel's remarks on modules from
# outside its tree begin with the same name.
rbull_lines() {
	grep "rbull: " <<<"$KLOG" | grep -vE "taints kernel|tainting kernel"
}

# What no case may leave in the kernel log.
KLOG_BAD='WARNING:|BUG:|Oops|general protection fault|Kernel panic|Call Trace'
KLOG_BAD+='|possible (circular|recursive) locking|inconsistent lock state'
KLOG_BAD+='|suspicious RCU usage|KASAN|UBSAN|KCSAN|KFENCE|kmemleak'
KLOG_BAD+='|blocked for more than|rcu.*(stall|self-detected)|soft lockup|hard LOCKUP'
KLOG_BAD+='|scheduling while atomic|sleeping function called|Bad page'
KLOG_BAD+='|page allocation failure|list_(add|del) corruption|refcount_t:'
KLOG_BAD+='|kobject_add_internal failed|cannot create duplicate filename'
KLOG_BAD+='|debugfs:.*already present|Objects remaining|[Oo]ut of memory|oom-kill'
KLOG_BAD+='|rbull: .*[Ll]eak'
# In bash a dot matches a newline too.
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

# Bits of the taint mask that say something went wrong: bad page, died, warned.
taint() {
	local mask

	read -r mask </proc/sys/kernel/tainted
	printf '%d\n' $((mask & (1 << 5 | 1 << 7 | 1 << 9)))
}

# --- Beginning and end ---------------------------------------------------------

# What is there although no rbull is loaded, in LEFT; nothing, one hopes.
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
	# udev may need a moment to take a symlink or node away.
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

# Runs however the case ends, so that the next one finds a clean machine.
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
	# The marks must not fall victim to the rate limit on user messages.
	echo on 2>/dev/null >/proc/sys/kernel/printk_devkmsg
	unload >/dev/null 2>&1
	TAINT_AT_START=$(taint)
	klog_mark
	FIRST_MARK=$MARK
}

begin
