# SPDX-License-Identifier: GPL-2.0
# Voice and video on a line that others fill, when that line dies and the
# backup is full too. Sourced after lib.sh, topo/two-isp.sh and hosts.sh.
# shellcheck shell=bash
#
#   voice, video    EF, and what the failure is about; one-way from A to B, 50
#                   packets a second and 100
#   bulk1, bulk2    datagrams without a class, 30 % of the line each
#   tcp1, tcp2      take what is left
#   other, tcp3     the same at the backup, between addresses of their own
#   reference       the voice again, on a line that never has a load
#
# The lines are A's, with the classes of "qos apply"; best effort has a FIFO,
# which tells nobody from another.

# kbit/s of a line: in the debug kernel, and with one processor, as much as there
# is time for. Seconds of a run, and until the failure
[[ $SHIM6_BED != uml* ]] || LINE=${LINE:-1500} MORE_US=20000
[ "$(nproc)" -gt 1 ] || LINE=${LINE:-5000}
LINE=${LINE:-10000}
LENGTH=${LENGTH:-60}
CUT_AT=${CUT_AT:-20}
# us that p99 of expedited forwarding may be over that of the reference. The debug
# kernel is so slow that packets which it handles one by one wait for each other.
MORE_US=${MORE_US:-5000}
# us of the reference's p99 itself from which on a run says nothing
VOID_US=${VOID_US:-10000}
# Seconds
SEND_TIMEOUT=${SEND_TIMEOUT:-10}
PORT_VOICE=6000
PORT_VIDEO=6001

# flow NAME FROM TO PORT SIZE KBIT
flow() {
	echo "$1,${ADDRESS[$2]},${ADDRESS[$3]},$4,$5,$(($6 * 1000))"
}

flows_make() {
	ADDRESS[RA]=192.0.2.1
	ADDRESS[RB]=192.0.2.2
	VOICE=("$(flow voice A1 B1 $PORT_VOICE 200 80)"
		"$(flow video A1 B1 $PORT_VIDEO $((LINE / 16)) $((LINE / 20)))"
		"$(flow reference RA RB 6002 200 80)")
	BULK=("$(flow bulk1 A1 B1 6003 1000 $((LINE * 3 / 10)))"
		"$(flow bulk2 A1 B1 6004 1000 $((LINE * 3 / 10)))"
		"$(flow other A2 B2 6005 1000 $((LINE * 3 / 10)))")
	STREAMS=("$(flow tcp1 A1 B1 6006 0 0)" "$(flow tcp2 A1 B1 6007 0 0)"
		"$(flow tcp3 A2 B2 6008 0 0)")
}

# The line of a provider: classes, and one more of what a filter on ports finds,
# as most hosts have it
line_up() {
	local share

	# Offloads make packets that are longer than the line is quick
	on A ethtool -K "$1" tso off gso off >/dev/null 2>&1 || true
	on A "$SHIM6CTL" qos apply core dev "$1" profile minimal \
		rate "${LINE}kbit" >/dev/null || bail "no classes at $1"
	share="rate $((LINE * 15 / 100))kbit ceil $((LINE * 15 / 100))kbit"
	# A burst for what a machine that stood still makes up for
	share+=" burst 15k cburst 15k prio 0 quantum 1514"
	tc -n A -batch - <<-END
		class change dev $1 parent 140:1 classid 140:11 htb $share
		class add dev $1 parent 140:1 classid 140:15 htb $share
		qdisc add dev $1 parent 140:15 handle 155: pfifo limit 20
		filter add dev $1 parent 140: protocol ipv6 pref 1 flower ip_proto udp dst_port $PORT_VOICE classid 140:15
		filter add dev $1 parent 140: protocol ipv6 pref 1 flower ip_proto udp dst_port $PORT_VIDEO classid 140:15
	END
}

reference_up() {
	link_add A ref B ref
	ip -n A addr add "${ADDRESS[RA]}/24" dev ref
	ip -n B addr add "${ADDRESS[RB]}/24" dev ref
	link_delay A ref "$PATH_DELAY_MS"
	on A ping -q -c1 -W5 "${ADDRESS[RB]}" >/dev/null ||
		bail "no way without a load"
}

# The module's part of it
policy_up() {
	local n

	on A "$SHIM6CTL" -q qos init minimal >/dev/null || bail "qos init"
	for n in 1 2; do
		on A "$SHIM6CTL" -q qos link add "isp$n" \
			prefix "$(prefix_of A$n)" dev p$n up "${LINE}kbit" \
			>/dev/null || bail "qos link add"
	done
	on A "$SHIM6CTL" -q qos rule add 10 class ef proto udp \
		rport $PORT_VOICE-$PORT_VIDEO >/dev/null || bail "qos rule add"
	on A "$SHIM6CTL" -q qos control set dscp cs6 class ctl >/dev/null ||
		bail "qos control set"
}

# class_packets DEV MINOR: what a class has sent
class_packets() {
	tc -n A -s class show dev "$1" | awk -v name="140:$2" '
		$1 == "class" { mine = $3 == name }
		mine && $1 == "Sent" { print $4 }'
}

# voice_up policy|port: hosts with a context
voice_up() {
	local host

	hosts_up
	flows_make
	for host in A B; do
		param $host send_timeout $((SEND_TIMEOUT * 1000)) >/dev/null
		param $host send_timeout_random 0 >/dev/null
	done
	reference_up
	line_up p1
	line_up p2
	[ "$1" != policy ] || policy_up
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null || bail "context create"
	busywait $PATIENCE context_ready || bail "no context was established"
}

sink_ready() {
	[ "$(on B ss -lntuH | grep -c ':600[0-8] ')" -eq 9 ]
}

# doze_until SECOND of the run
doze_until() {
	local left=$((BEGIN_MS + $1 * 1000 - $(now_ms)))

	[ $left -le 0 ] || sleep "$((left / 1000)).$(printf %03d $((left % 1000)))"
}

# voice_run policy|port DIR: one run, what came of it is in DIR
voice_run() {
	local dir=$2 text words dev sink voice bulk streams=()

	rm -rf "$dir"
	mkdir -p "$dir"
	voice_up "$1"
	start B "$SCRIPTS/flows.py" sink "$WORKDIR/sink" "${VOICE[@]}" \
		"${BULK[@]}" "${STREAMS[@]}"
	sink=$JOB
	busywait $PATIENCE sink_ready || bail "the sink does not start"
	# So long that all of them are there
	BEGIN_MS=$(($(now_ms) + 10000))
	text="$((BEGIN_MS / 1000)).$(printf %03d $((BEGIN_MS % 1000)))"
	start A "$SCRIPTS/flows.py" send "$WORKDIR/voice" "$text" "$LENGTH" \
		"${VOICE[@]}"
	voice=$JOB
	start A "$SCRIPTS/flows.py" send "$WORKDIR/bulk" "$text" "$LENGTH" \
		"${BULK[@]}"
	bulk=$JOB
	doze_until 0
	remark "0 s: voice, video and the others begin, $LENGTH s"
	for text in "${STREAMS[@]}"; do
		IFS=, read -r -a words <<<"$text"
		start A "$SCRIPTS/flows.py" stream "${words[@]:1:3}"
		streams+=("$JOB")
	done
	doze_until "$CUT_AT"
	echo "cut $(now_ms)" >"$dir/events"
	cut silent A1
	remark "$CUT_AT s: provider 1 carries nothing any more"
	wait "$voice" "$bulk" || bail "a sender fails"
	# What is still on its way
	sleep 1
	echo "begin $BEGIN_MS" >>"$dir/events"
	for dev in p1 p2; do
		echo "ef-$dev $(class_packets $dev 11)"
		echo "port-$dev $(class_packets $dev 15)"
	done >"$dir/classes"
	on A "$SHIM6CTL" -j context list >"$dir/contexts.json"
	tc -n A -s class show dev p2 >"$dir/tc-p2"
	for text in "${streams[@]}" "$sink"; do
		stop "$text"
	done
	cat "$WORKDIR"/{voice,bulk,sink} >"$dir/flows"
	uname -r >"$dir/kernel"
	printf '%s\n' "line $LINE" "length $LENGTH" "delay $PATH_DELAY_MS" \
		"timeout $SEND_TIMEOUT" "more $MORE_US" "void $VOID_US" \
		>"$dir/setting"
	jobs_stop
	ns_clear
}

# voice_runs policy|port DIR: a machine that stood still gets another try
voice_runs() {
	local n

	for n in 1 2 3; do
		voice_run "$1" "$2"
		"$PYTHON" "$SCRIPTS/voice.py" void "$2" || return 0
	done
	not_ok "$1: three runs say nothing"
}
