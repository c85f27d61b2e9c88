#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbullctl stats --watch and top: what they print while a disk is used, and how they end.
# Not in UML: it tests the tool.
# Newest kernel: it tests the tool.
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

# column HEADING: print the values below a heading in the output of --watch
column() {
	awk -v heading="$1" '
		$1 == "READ/S" { for (i = 1; i <= NF; i++) if ($i == heading) n = i; next }
		n && NF { print $n }' <<<"$OUT"
}

# Run top on a terminal of its own, in a shell with job control. $SCREEN gets the output; what is written to $KEYS is
# typed.
top_on_terminal() {
	mkfifo "$WORK/keys"
	exec {KEYS}<>"$WORK/keys"
	cat >"$WORK/script" <<-'EOF'
		set -m
		stopped() { echo "[$*]" "$(stty -a | grep -o "[-]*icanon")"; read -r _; }
		tty >"${0%/*}/tty"
		stty rows 20 cols 80
		rbullctl top 0.3; stopped stopped
		stty rows 5 cols 140
		fg; stopped "ended $?"
		stty cols 60
		rbullctl top 60; stopped "killed $?"
	EOF
	# A background process of bash reads /dev/null: redirect the input in another shell.
	spawn bash -c "exec script -qefc 'bash $WORK/script' /dev/null <$WORK/keys"
	SCREEN=$WORK/spawned
}

# enter: start the next command of the script
enter() {
	SEEN=$(wc -l <"$SCREEN")
	printf '\n' >&"$KEYS"
}

# on_screen: print the output since enter
on_screen() {
	tail -n "+$((SEEN + 1))" "$SCREEN"
}

# on_screen_is REGEX, for wait_for
on_screen_is() {
	[[ $(on_screen) =~ $1 ]]
}

appears() {
	wait_for 20 on_screen_is "$1" || fail "'$1' is on the screen" "$(cat -v "$SCREEN")"
}

# on_paper: print the same without escape sequences
on_paper() {
	on_screen | sed 's/\x1b\[[?0-9]*[a-zA-Z]//g; s/\r//g'
}

# top as a background job of a terminal
top_in_background() {
	script -qec 'set -m; rbullctl top 0.2 --count 2 & wait $!; echo "ended with $?"' /dev/null
}

load nr_disks=0
ctl "a busy disk" add --size 16M --name busy
ctl "an idle disk" add --size 16M --name idle
settle
ok "an idle disk" rbullctl stats idle --watch 0.2 --count 2
is "$(column READ/S | xargs) $(column W-P50 | xargs)" "0 0 - -" "has no rates"
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
between "${slowest[1]%.*}" 1 1000000 "which is less than a second"
is "$(column R-P99 | xargs)" "- - -" "reads have no latency"
is "$(column READ/S | xargs)" "0 0 0" "nothing is read"
is "$(</sys/block/rbull0/rbull/latency)" 0 "latency is switched off at its end"
like "$(column MEM_USED | sed -n 2p)" '^[0-9.]+M$' "RAM is taken"
ok "on a terminal" script -qec "stty cols 90; rbullctl stats busy --watch=0.2 --count 1 </dev/null" /dev/null
like "$OUT" ' READB/S .*W-P99 .*MEM_USED'$'\r\n' "columns that do not fit are left out"
between "$(wc -L <<<"${OUT//$'\r'}")" 70 90 "and no line is longer"
ok "without headings" rbullctl stats -n busy --watch --count 1
is "$(wc -l <<<"${OUT%$'\n'}")" 1 "is one line"

ok "top" rbullctl top 1 --count 2
like "$OUT" "2 disks, [0-9.]+M of [0-9.]+[MG] of RAM in use"$'\n' "shows the RAM in use by all disks"
mapfile -t lines <<<"$OUT"
like "${lines[3]}" "^busy +0 " "the busy one is first"
like "${lines[4]}" "^idle +0 " "the idle one follows"
unlike "${lines[3]}" "^busy +0 +0B +- +- +- +[0-9]+ +[0-9.]+M +- " "with how long it took"
ctl "latency can be kept" set idle latency=1
ok "top again" rbullctl top 0.2 --count 1
is "$(</sys/block/rbull0/rbull/latency) $(</sys/block/rbull1/rbull/latency)" "0 1" "it leaves that as it was"
unlike "$OUT" $'\e' "without a terminal there are no escape sequences"
SEEN=0
top_on_terminal
appears $'\nidle '
between "$(on_paper | wc -L)" 60 80 "on a terminal of 80 columns no line is longer"
like "$(on_paper)" $'\nDISK +READ/S +READB/S +R-P99 +WRITE/S +WRITEB/S +W-P99 +ERR/S +QUEUE +MEM_USED\n' \
	"the most important columns are there"
like "$(on_screen)" $'^\e\\[\\?1049h\e\\[\\?7l\e\\[H\e\\[2J' "on another screen, which is cleared"
printf '\032' >&"$KEYS"
appears '\[stopped]'
like "$(on_screen)" $'\e\\[\\?7h\e\\[\\?1049l' "stopped, it gives the former screen back"
like "$(on_screen)" '\[stopped] icanon' "and the terminal's settings"
enter
appears 'R-P99\.9'
like "$(on_screen)" $'\e\\[\\?1049h' "continued, it is on the other screen again"
like "$(on_paper)" $'\nDISK +READ/S +READB/S +R-P50.* DISC/S .* MEM_USED\n' "a wide terminal has all columns"
printf q >&"$KEYS"
appears '\[ended 0] icanon'
like "$(on_screen)" $'\e\\[\\?1049l[^\e]*\\[ended' "q ends it, and all is as it was"
unlike "$(on_paper)" $'\nidle ' "a terminal of 5 lines has space for one disk"
enter
appears $'\e\\[\\?1049h'
stty -F "$(<"$WORK/tty")" cols 100
appears 'MEM_USED'
between "$(on_paper | wc -L)" 81 100 "a terminal that grows gets more columns at once"
kill "$(pidof rbullctl)"
appears '\[killed 143] icanon'
like "$(on_screen)" $'\e\\[\\?1049l[^\e]*\\[killed' "a signal ends it in the same way"
printf '\n' >&"$KEYS"
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
refused "--watch in JSON" "$USAGE" "--watch cannot be combined with --json, --raw or --bytes" stats --watch --json busy
refused "--watch in bytes" "$USAGE" "--watch cannot be combined with --json, --raw or --bytes" stats --watch --bytes busy
refused "raw --watch" "$USAGE" "--watch cannot be combined with --json, --raw or --bytes" stats --watch --raw busy
spawn rbullctl stats --watch=0.2 idle
pause 1
ctl "a disk goes while it is watched" rm idle
wait $!
is "$?" "$NO_DISK" "then there is no such disk"
ok "top of one" rbullctl top 0.1 --count 1
like "$OUT" "  1 disk, " "has one disk"
ctl "all go" rm --all

finish
