# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What a run costs: the time that processors have worked for it, in core-seconds.
#
# The kernel adds what a process took to its parent's account when the parent learns of its end. So nobody may
# end without a parent of this run: what loses its own becomes a child of tests/run instead of process 1.

# cost_adopt COMMAND...: goes on as the COMMAND, with the same pid, as the one that adopts. Not a second time.
cost_adopt() {
	[ "${RBULL_ADOPTS:-}" != $$ ] || return 0
	# prctl(PR_SET_CHILD_SUBREAPER, 1) on x86-64: the shell cannot, and exec keeps it.
	# shellcheck disable=SC2016 # perl's
	RBULL_ADOPTS=$$ exec perl -e 'syscall(157, 36, 1, 0, 0, 0) == 0 or die "prctl: $!\n"; exec @ARGV or die "$ARGV[0]: $!\n"' "$@"
}

# cost_of PID: what that process and all below it have taken so far, in core-seconds, user and system.
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

# cost_report SERIES...: one line for all, and what of it is whose.
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
