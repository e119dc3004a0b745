$permutation << EOD
64 245.9840111684754 405.5
256 317.55931903268237 124.484375
1024 614.3544396755584 57.52734375
4096 598.6995292380448 46.3984375
15360 634.5656251882863 42.618489583333336
EOD
$allreduce << EOD
64 261.4620303199405 687.125
256 271.78865627712673 146.328125
1024 393.35315141521517 63.921875
4096 681.7325307937595 70.59375
15360 1315.1554246063567 127.52421875
EOD
$alltoall << EOD
64 375.8387114700652 599.125
256 664.136908621073 335.015625
1024 828.4101743104025 262.49609375
4096 847.1283215127047 244.7783203125
15360 1153.8216758445944 239.58984375
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
