$permutation << EOD
64 277.26164260878727 391.875
256 318.22207958109885 129.78125
1024 340.3032051632664 57.1171875
4096 423.19884180724955 45.6484375
15360 455.46512664817965 41.8640625
EOD
$allreduce << EOD
64 225.24222819010416 481.125
256 203.28550347222222 148.34375
1024 211.64173447238943 59.72265625
4096 623.8639632982392 63.0068359375
15360 1454.8161725120344 93.47239583333334
EOD
$alltoall << EOD
64 197.7335205801719 618.125
256 280.20957598547716 323.3125
1024 482.6003681346321 249.86328125
4096 601.8596860051456 231.1435546875
15360 961.6775080676784 225.60651041666668
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
