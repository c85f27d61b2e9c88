# SPDX-License-Identifier: GPL-2.0-only
# gnuplot -c plot.gp DIR OUT.svg: plot the figures that tests/bench/report has written to DIR. Figures
# that were not measured are left out.
dir = ARG1
there(file) = int(system('test -e '.dir.'/'.file.' && echo 1 || echo 0'))
timed = there('host-small.dat') ? 'host' : 'native'
kernel(name) = system('cat '.dir.'/'.name.'-kernel.dat')
where = (timed eq 'host' ? 'this machine, ' : 'User Mode Linux, ').(there(timed.'-kernel.dat') ? kernel(timed) : '')
panels = there('icount-small.dat') + 2 * there(timed.'-small.dat')

set terminal svg size 960,300*panels font 'sans-serif,13' background '#ffffff'
set termoption noenhanced
set output ARG2

set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 noborder
set boxwidth 0.95
set grid ytics lc rgb '#d0d0d0'
set border 3
set xtics nomirror scale 0
set ytics nomirror
set key outside right top vertical Left reverse noautotitle
set yrange [0:*]
set lmargin 9
set rmargin 24
set datafile missing 'NaN'
array color[7] = ['#b2182b', '#ef8a62', '#4393c3', '#7b6888', '#b0b0b0', '#98c379', '#404040']
array name[7] = ['rbull, mq', 'rbull, bio', 'brd', 'null_blk, memory', 'null_blk, no data', 'zram', 'copying memory']

set multiplot layout panels,1
if (there('icount-small.dat')) {
	set title 'Instructions per 4 KiB I/O (QEMU, icount, '.kernel('icount').')'
	plot for [i = 1:5] dir.'/icount-small.dat' using (column(i + 1)):xtic(1) lc rgb color[i] title name[i]
}
if (there(timed.'-small.dat')) {
	set title 'Nanoseconds per 4 KiB I/O ('.where.')'
	plot for [i = 1:5] dir.'/'.timed.'-small.dat' using (column(i + 1)):xtic(1) lc rgb color[i] title name[i]
	# Without data there is no rate of data; zram compresses.
	set title 'GiB/s ('.where.')'
	plot for [i in '1 2 3 4 7'] dir.'/'.timed.'-large.dat' using (column(i + 1)):xtic(1) lc rgb color[i + 0] title name[i + 0]
}
unset multiplot
