# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The cost of a run: the CPU time of all its processes, in core-seconds.
#
# The kernel adds the CPU time of a process to its parent's when the parent waits for it. So no process of the run
# may end without a parent in the run: make orphans children of tests/run instead of process 1.

# cost_adopt COMMAND...: make this process adopt orphans, then exec COMMAND. Return at once if it adopts already.
cost_adopt() {
	[ "${RBULL_ADOPTS:-}" != $$ ] || return 0
	# prctl(PR_SET_CHILD_SUBREAPER, 1) on x86-64: the shell cannot, and exec keeps it.
	# shellcheck disable=SC2016 # perl's
	RBULL_ADOPTS=$$ exec perl -e 'syscall(157, 36, 1, 0, 0, 0) == 0 or die "prctl: $!\n"; exec @ARGV or die "$ARGV[0]: $!\n"' "$@"
}

# cost_of PID: print the core-seconds, user and system, of this process and all its descendants so far.
cost_of() {
	cat /proc/[1-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (.*) /\1 /' |
		awk -v top="$1" -v tick="$(getconf CLK_TCK)" '
			{ parent[$1] = $3; taken[$1] = $13 + $14 + $15 + $16 }
			END {
				for (pid in taken) {
					for (at = pid; at > 0 && at != top; at = parent[at])
						;
					if (at == top)
						sum += taken[pid]
				}
				printf "%d\n", sum / tick + 0.5
			}'
}

# cost_report SERIES...: print one line with the cost of the run and of each series.
cost_report() {
	local series text='' all cost rest

	all=$(cost_of $$)
	rest=$all
	for series in "$@"; do
		cost=$(cat "$WORK/$series/cost" 2>/dev/null) || continue
		text+="$series $cost, "
		rest=$((rest - cost))
	done
	echo "cost: $all core-seconds (${text}all else $rest)"
}
