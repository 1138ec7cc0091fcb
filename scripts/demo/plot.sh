# SPDX-License-Identifier: GPL-2.0
# Draws the demo's figures with gnuplot. Sourced by demo.sh.
# shellcheck shell=bash

# What is set for both kinds of output
plot_common() {
	cat <<-EOF
		set xlabel "time in s"
		set ylabel "Mbit/s"
		set yrange [0:*]
		set key outside top center horizontal
	EOF
}

# plot_run FOLDER SCENARIO: one panel, with the cut and the silence marked
plot_run() {
	local cut from silent title

	title=$(basename "$1")
	[ "$title" = "$2" ] || title="$2, $title"
	read -r cut from silent <"$1/marks"
	cat <<-EOF
		set title "$title: TCP throughput at the receivers, silent for $silent s"
		unset arrow
		unset label
		unset object
		set arrow from $cut, graph 0 to $cut, graph 1 nohead dashtype 2
		set label "cut" at $cut, graph 0.93 right offset -0.5, 0
		set object rectangle from $from, graph 0 to $from + $silent, graph 1 \
			fillcolor rgb "#eeeeee" fillstyle solid noborder behind
		plot "$1/plot" using 1:4 with lines title "sum", \
		     "" using 1:2 with lines title "session 1", \
		     "" using 1:3 with lines title "session 2"
	EOF
}

# plot_svg FILE SCENARIO FOLDER...
plot_svg() {
	local file=$1 scenario=$2 folder

	shift 2
	{
		echo "set terminal svg size 900,$((420 * $#)) font 'sans,14' background 'white'"
		echo "set output '$file'"
		plot_common
		echo "set style line 1 linewidth 2 linecolor rgb '#222222'"
		echo "set style line 2 linewidth 2 linecolor rgb '#0072b2'"
		echo "set style line 3 linewidth 2 linecolor rgb '#d55e00'"
		echo "set style increment user"
		echo "set multiplot layout $#,1"
		for folder; do
			plot_run "$folder" "$scenario"
		done
	} | gnuplot
}

# plot_text SCENARIO FOLDER...
plot_text() {
	local scenario=$1 folder

	shift
	{
		echo "set terminal dumb size 79,22"
		plot_common
		for folder; do
			plot_run "$folder" "$scenario"
		done
	} | gnuplot
}

# plot_voice FILE WITH WITHOUT: delays and losses of the voice in both runs, what
# the others got in each. One clock for all, with the failure and the silence.
plot_voice() {
	local cut from back length line delay

	read -r cut from back length line delay <"$2/marks"
	gnuplot <<-EOF
		set terminal svg size 960,1180 font 'sans,14' background 'white'
		set output '$1'
		set multiplot layout 4,1 margins 0.085, 0.975, 0.05, 0.925 spacing 0, 0.062 \
			title "A voice flow loses its line, and the backup is full" font 'sans,18'
		set xrange [0:$length]
		set xtics out nomirror
		set ytics out nomirror
		set grid ytics linecolor rgb '#dddddd'
		set key at graph 1, 1.13 right horizontal noenhanced samplen 2
		set object rectangle from $from, graph 0 to $back, graph 1 \
			fillcolor rgb '#eeeeee' fillstyle solid noborder behind
		set arrow from $cut, graph 0 to $cut, graph 1 nohead \
			linewidth 1.5 linecolor rgb '#b00020' dashtype 2
		set label 1 "provider 1 dies" at $cut, graph 0.62 right \
			offset -0.6, 0 textcolor rgb '#b00020'
		set label 2 "silent for $(awk "BEGIN { printf \"%.1f\", $back - $from }") s" \
			at ($from + $back) / 2., graph 0.5 center textcolor rgb '#555555'
		with = '#0072b2'
		without = '#d55e00'
		set format x ''
		set label 3 "delay of each voice packet (the way itself: $delay ms)" at graph 0, 1.085
		set ylabel 'ms'
		set yrange [0:*]
		plot '$3/delay' with points pointtype 7 pointsize 0.3 linecolor rgb without title 'without classes', \
			'$2/delay' with points pointtype 7 pointsize 0.3 linecolor rgb with title 'with classes'
		unset label 1
		unset label 2
		set label 3 'voice packets lost'
		set ylabel '%'
		set yrange [0:109]
		set style fill solid 0.75 noborder
		set boxwidth 0.4
		plot '$3/loss' using (\$1 + 0.2):2 with boxes linecolor rgb without title 'without classes', \
			'$2/loss' using (\$1 - 0.2):2 with boxes linecolor rgb with title 'with classes'
		set yrange [0:$line / 1000. * 1.1]
		set ylabel 'Mbit/s'
		set label 3 'the others, with classes'
		plot '$2/rate' using 1:2 with lines linewidth 2 linecolor rgb '#222222' title 'datagrams', \
			'' using 1:3 with lines linewidth 2 linecolor rgb '#009e73' title 'TCP', \
			'' using 1:4 with lines linewidth 2 linecolor rgb '#cc79a7' title "the backup's own"
		set format x '%g'
		set xlabel 'time in s' offset 0, 0.4
		set label 3 'the others, without classes'
		plot '$3/rate' using 1:2 with lines linewidth 2 linecolor rgb '#222222' title 'datagrams', \
			'' using 1:3 with lines linewidth 2 linecolor rgb '#009e73' title 'TCP', \
			'' using 1:4 with lines linewidth 2 linecolor rgb '#cc79a7' title "the backup's own"
	EOF
}
