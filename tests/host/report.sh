# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The report at the end of a run: failures, skips, paths of the logs, and the last line.

# report_keep SERIES: replace the logs of the last run by those of this run.
report_keep() {
	local to=$LOGS/$1

	rm -rf "$to"
	mkdir -p "$to"
	(cd "$WORK/$1" && find . -maxdepth 4 -type f \( -name '*.tap' -o -name '*.log' -o -name warnings -o -name report \
		-o -name counts -o -name cost \) -exec cp --parents -t "$to" {} +)
}

# report_all SERIES...: print the report; return the status of the run.
report_all() {
	local series passed=0 failed=0 skipped=0 p f s

	echo
	for series in "$@"; do
		report_keep "$series"
		if ! read -r p f s 2>/dev/null <"$WORK/$series/counts"; then
			echo "FAILED $series: broke off without a result"
			p=0 f=1 s=0
		fi
		cat "$WORK/$series/report" 2>/dev/null
		[ "$f" = 0 ] || echo "    logs: ${LOGS#"$PWD"/}/$series/"
		passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	done
	if [ $((passed + failed)) = 0 ]; then
		echo "FAILED: no test was run"
		failed=1
	fi
	say "done"
	cost_report "$@"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
}
