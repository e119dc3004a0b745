$permutation << EOD
64 210.98581550942995 413.9375
256 262.3872811899221 125.40625
1024 414.00126121662356 55.953125
4096 612.894936717925 43.5703125
15360 661.3103759276011 39.79921875
EOD
$allreduce << EOD
64 382.45242164248515 473.75
256 455.83528713650173 139.859375
1024 540.5270525822874 58.796875
4096 861.9554161551442 63.091796875
15360 1301.4107148217504 91.35833333333333
EOD
$alltoall << EOD
64 351.7479067871962 536.0625
256 601.5852509539862 249.03125
1024 810.6364558351322 175.44140625
4096 944.6840587506082 158.21484375
15360 1216.8039109171461 152.81588541666667
EOD
set terminal svg size 900,340 font 'Helvetica,13' background '#ffffff'
set output 'growth.svg'
set multiplot layout 1,2
set logscale x
set xrange [48:20000]
set grid
set key top left
set xlabel 'GPUs'
set xtics ('64' 64, '256' 256, '1,024' 1024, '4,096' 4096, '15,360' 15360) rotate by -30
set yrange [0:*]
set ylabel 'time a packet-hop (ns)'
plot $permutation using 1:2 with linespoints lw 2 pt 5 lc rgb '#0072b2' title 'permutation', $allreduce using 1:2 with linespoints lw 2 pt 7 lc rgb '#d55e00' title 'allreduce', $alltoall using 1:2 with linespoints lw 2 pt 9 lc rgb '#009e73' title 'alltoall'
set logscale y
set yrange [*:*]
set ylabel 'memory a GPU (KB)'
set key top right
plot $permutation using 1:3 with linespoints lw 2 pt 5 lc rgb '#0072b2' title 'permutation', $allreduce using 1:3 with linespoints lw 2 pt 7 lc rgb '#d55e00' title 'allreduce', $alltoall using 1:3 with linespoints lw 2 pt 9 lc rgb '#009e73' title 'alltoall'
unset multiplot
