#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl stats --watch and top: what they print while something is done, and how they end.
# Not in UML: it is about the tool.
# Newest kernel: it is about the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

# 200 writes of 16 KiB a second
writer() {
	exec fio --name=w --filename=/dev/rbull0 --rw=randwrite --bs=16k --size=16M --rate_iops=200 \
		--time_based --runtime=60 --direct=1 --ioengine=psync --thread --minimal
}

writes_come() {
	(($(stat_get rbull0 writes) > 100))
}

# column HEADING: of what --watch printed, the values below a heading
column() {
	awk -v heading="$1" '
		$1 == "READ/S" { for (i = 1; i <= NF; i++) if ($i == heading) n = i; next }
		n && NF { print $n }' <<<"$OUT"
}

# In a terminal of its own, with q typed after a while.
top_on_terminal() {
	(sleep 3; printf q) | script -qec 'stty rows 20 cols 120; rbullctl top 0.5' /dev/null
}

# In a terminal that others have.
top_in_background() {
	script -qec 'set -m; rbullctl top 0.2 --count 2 & wait $!; echo "ended with $?"' /dev/null
}

load nr_disks=0
ctl "a busy disk" add --size 16M --name busy
ctl "an idle disk" add --size 16M --name idle
settle
ok "nothing is done" rbullctl stats idle --watch 0.2 --count 2
is "$(column READ/S | xargs) $(column W-P50 | xargs)" "0 0 - -" "it says so"
spawn writer
fio=$!
wait_for 20 writes_come || fail "fio writes"
ok "busy" rbullctl stats --watch=1 --count 3 busy
mapfile -t values < <(column WRITE/S)
is "${#values[@]}" 3 "there are as many lines as asked for"
between "${values[1]}" 100 300 "200 writes per second, about"
like "$(column WRITEB/S | sed -n 2p)" '^[234](\.[0-9])?M$' "which are 3 MiB, about"
mapfile -t median < <(column W-P50)
mapfile -t most < <(column W-P99)
mapfile -t slowest < <(column W-P99.9)
like "${median[1]}" '^[0-9]+(\.[0-9])?$' "each took some time"
between "${median[1]%.*}" 1 "${most[1]%.*}" "half of them less than 99 of 100"
between "${most[1]%.*}" 1 "${slowest[1]%.*}" "and these less than 999 of 1000"
between "${slowest[1]%.*}" 1 1000000 "which is not long"
is "$(column R-P99 | xargs)" "- - -" "of reads there is nothing to tell"
is "$(column READ/S | xargs)" "0 0 0" "nothing is read"
is "$(</sys/block/rbull0/rbull/latency)" 0 "time is no longer kept when it has ended"
like "$(column MEM_USED | sed -n 2p)" '^[0-9.]+M$' "RAM is taken"
ok "without headings" rbullctl stats -n busy --watch --count 1
is "$(wc -l <<<"${OUT%$'\n'}")" 1 "is one line"

ok "top" rbullctl top 1 --count 2
like "$OUT" "2 disks, [0-9.]+M of [0-9.]+[MG] of RAM in use"$'\n' "says what all take"
mapfile -t lines <<<"$OUT"
like "${lines[3]}" "^busy +0 " "the busy one is first"
like "${lines[4]}" "^idle +0 " "the idle one follows"
unlike "${lines[3]}" "^busy +0 +0B +- +- +- +[0-9]+ +[0-9.]+M +- " "with how long it took"
ctl "latency can be kept" set idle latency=1
ok "top again" rbullctl top 0.2 --count 1
is "$(</sys/block/rbull0/rbull/latency) $(</sys/block/rbull1/rbull/latency)" "0 1" "it leaves that as it was"
unlike "$OUT" $'\e' "without a terminal there are no escape sequences"
ok "top on a terminal ends with q" timeout 60 bash -c "$(declare -f top_on_terminal); top_on_terminal"
like "$OUT" $'\e\\[H\e\\[2J\e\\[\\?7l' "where it clears the screen, and cuts long lines off"
like "$OUT" $'\e\\[\\?7h[^\n]*$' "and leaves the terminal as it was"
ok "top in the background" timeout 60 bash -c "$(declare -f top_in_background); top_in_background"
like "$OUT" "ended with 0" "is not stopped"
ok "something was done on the idle disk" dd if=/dev/zero of=/dev/rbull1 bs=1M count=8 oflag=direct status=none
spawn rbullctl top 4 --count 1
pause 2
stats_reset rbull1
wait $!
mapfile -t lines <"$WORK/spawned"
like "${lines[3]}" "^busy +0 " "counters that are reset make no disk the busiest"
spawn env --default-signal=INT rbullctl top 60
pause 1
kill -INT $!
wait $!
is "$?" 130 "SIGINT ends it, too"
kill $fio
wait $fio
refused "--watch in JSON" "$USAGE" "--watch prints a table for people" stats --watch --json busy
refused "--watch in bytes" "$USAGE" "--watch prints a table for people" stats --watch --bytes busy
refused "raw --watch" "$USAGE" "--watch prints a table for people" stats --watch --raw busy
spawn rbullctl stats --watch=0.2 idle
pause 1
ctl "a disk goes while it is watched" rm idle
wait $!
is "$?" "$NO_DISK" "then there is no such disk"
ctl "all go" rm --all

finish
