# SPDX-License-Identifier: GPL-2.0-only
# gnuplot -c plot.gp DIR OUT.svg: the figures that tests/bench/report has left in DIR.
dir = ARG1
set terminal svg size 960,900 font 'sans-serif,13' background '#ffffff'
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
set key outside right top vertical noautotitle
set yrange [0:*]
set rmargin 22
array color[7] = ['#b2182b', '#ef8a62', '#4393c3', '#7b6888', '#b0b0b0', '#98c379', '#404040']
array name[7] = ['rbull, mq', 'rbull, bio', 'brd', 'null_blk, memory', 'null_blk, no data', 'zram', 'copying memory']

set multiplot layout 3,1
set title 'Instructions per 4 KiB I/O (QEMU, icount)'
plot for [i = 1:5] dir.'/icount-small.dat' using (column(i + 1)):xtic(1) lc rgb color[i] title name[i]
set title 'Nanoseconds per 4 KiB I/O (User Mode Linux)'
plot for [i = 1:5] dir.'/native-small.dat' using (column(i + 1)):xtic(1) lc rgb color[i] title name[i]
# Without data there is no rate of data; zram compresses.
set title 'GiB/s (User Mode Linux)'
set datafile missing 'NaN'
plot for [i in '1 2 3 4 7'] dir.'/native-large.dat' using (column(i + 1)):xtic(1) lc rgb color[i + 0] title name[i + 0]
unset multiplot
