# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Print plans for tests/bench/play. The caller sets DEVICES, SIZE_MB and ROUNDS; with WITH_FIO=1 the
# plans also run fio.

# The devices, in the order in which they are measured.
# shellcheck disable=SC2034 # for the callers
BENCH_TIMED=(rbull_mq brd null_memory null_nodata rbull_bio memory zram)

# --- instructions ---------------------------------------------------------------------

plan_icount() {
	local device op

	for device in "${DEVICES[@]}"; do
		echo "up $device $SIZE_MB"
		echo "run fill clock=cycles op=write order=sequential block=131072 samples=$((SIZE_MB * 8))"
		for op in read write; do
			echo "run 4k-x1-$op clock=cycles op=$op batches=8 samples=201"
			echo "run 4k-x32-$op clock=cycles op=$op batch=32 samples=101"
			echo "run 128k-x1-$op clock=cycles op=$op block=131072 samples=101"
		done
		echo down
	done
}

# Ways to copy, on a processor that is emulated: times mean nothing there.
plan_icount_copy() {
	local way op

	for way in memcpy nontemporal; do
		echo "up copy_$way $SIZE_MB"
		echo "run fill op=write order=sequential block=131072 samples=$((SIZE_MB * 8))"
		for op in read write; do
			echo "run 4k-x32-$op op=$op batch=32 samples=101"
			echo "run 128k-x32-$op op=$op block=131072 batch=32 samples=31"
			echo "run 1m-x32-$op op=$op block=1048576 batch=32 samples=11"
		done
		echo down
	done
}

# --- time -----------------------------------------------------------------------------

# Samples are short, so that most of them end before another process gets the CPU.
plan_io_device() {
	local op

	echo "run fill op=write order=sequential block=1048576 samples=$SIZE_MB"
	for op in read write; do
		echo "run 4k-x1-$op op=$op batches=32 samples=401"
		echo "run 4k-x32-$op op=$op batch=32 samples=401"
		echo "run 128k-x32-$op op=$op block=131072 batch=32 samples=151"
		echo "run 1m-x1-$op op=$op block=1048576 samples=201"
		echo "run 1m-x32-$op op=$op block=1048576 batch=32 samples=61"
	done
}

# Two threads at the same time, each on a CPU of its own.
plan_io_threads() {
	local op

	for op in read write; do
		echo "run 4k-x32-t2-$op op=$op batch=32 samples=801 threads=2"
		echo "run 128k-x32-t2-$op op=$op block=131072 batch=32 samples=151 threads=2"
	done
}

# From user space, through io_uring.
plan_io_fio() {
	local op

	for op in read write; do
		echo "fio 4k-$op --bs=4k --rw=rand$op"
		echo "fio 128k-$op --bs=128k --rw=rand$op"
	done
}

plan_io() {
	local round device

	for ((round = 1; round <= ROUNDS; round++)); do
		for device in "${DEVICES[@]}"; do
			# zram compresses, so it is only for orientation: a few rounds are enough.
			[ "$device" != zram ] || [ "$round" -le 3 ] || continue
			echo "up $device $SIZE_MB"
			plan_io_device
			case $device in
			rbull_* | brd) plan_io_threads ;;
			esac
			[ -z "${WITH_FIO:-}" ] || [ "$device" = memory ] || plan_io_fio
			echo down
		done
	done
}

# --- ways to copy -----------------------------------------------------------------------

# All copy methods, and the driver's choice.
plan_copy() {
	local round way op

	for ((round = 1; round <= ROUNDS; round++)); do
		for way in auto memcpy movsb movsq prefetch nontemporal; do
			echo "up copy_$way $SIZE_MB"
			echo "run fill op=write order=sequential block=1048576 samples=$SIZE_MB"
			for op in read write; do
				echo "run 4k-x32-$op op=$op batch=32 samples=201"
				echo "run 128k-x32-$op op=$op block=131072 batch=32 samples=75"
				echo "run 1m-x1-$op op=$op block=1048576 samples=101"
				echo "run 1m-x32-$op op=$op block=1048576 batch=32 samples=31"
			done
			echo down
		done
	done
}

# --- RAM, and disks that are mostly empty ----------------------------------------------

plan_memory() {
	local i mib # MiB written

	# Not on a host, which does other work, too.
	[ -n "${WITH_FIO:-}" ] || echo exact
	for ((i = 0; i < 3; i++)); do
		echo "up rbull_mq 1024"
		echo "stats before-sequentially"
		echo "run fill-sequential op=write order=sequential block=131072 samples=8192"
		echo "stats after-sequentially"
		echo down
		echo "up rbull_mq 1024"
		echo "stats before-randomly"
		echo "run fill-random op=write order=shuffled batch=32 samples=8192"
		echo "stats after-randomly"
		echo down
	done
	for ((i = 0; i < 11; i++)); do
		echo "create create-1m disk_mb=1"
		echo "create create-1t disk_mb=1048576"
	done
	for mib in 0 256 512 1024; do
		echo "up rbull_mq 1048576"
		for ((i = 0; i < 7; i++)); do
			[ "$mib" = 0 ] || echo "run fill op=write order=sequential block=1048576 samples=$mib"
			echo "run discard-$mib op=discard"
		done
		echo down
	done
}

# --- clones ----------------------------------------------------------------------------

plan_clone() {
	local mib

	for mib in 1 64 1024; do
		echo "clone ${mib}m content_mb=$mib"
		echo "clone ${mib}m-scattered content_mb=$mib scattered=1"
	done
}
