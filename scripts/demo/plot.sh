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
