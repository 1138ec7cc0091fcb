# SPDX-License-Identifier: GPL-2.0
# Sessions between the hosts of a topology, and whether they live: a TCP
# stream, a UDP flow of 100 packets a second whose packets are answered, and a
# ping. Sourced after lib.sh and a topology.
# shellcheck shell=bash

SESSIONS=(tcp udp ping)
declare -A SESSION_METER

# sessions_start LINK LINK: between these two addresses, and waits for all. The
# first is in the VRF that SESSION_VRF names, if it does. Four interpreters start
# at once in a debug kernel: that measures nothing but the machine, so it may take
# a minute.
sessions_start() {
	local from=${ADDRESS[$1]} to=${ADDRESS[$2]} tool=$SCRIPTS/traffic.py
	local vrf=${SESSION_VRF:-}

	# A look at one that does not listen to signals yet must not end it.
	trap '' USR1
	start "${2:0:1}" "$tool" sink tcp "$to" 5001 --out "$WORKDIR/tcp"
	SESSION_METER[tcp]=$JOB
	start "${2:0:1}" "$tool" sink udp "$to" 5002 \
		--out "$WORKDIR/udp.sink"
	busywait $PATIENCE session_ready "${2:0:1}" || bail "the sinks do not start"
	start "${1:0:1}" "$tool" source tcp "$to" 5001 --source "$from" \
		--device "$vrf" \
		--rate 100000 --out "$WORKDIR/tcp.source"
	start "${1:0:1}" "$tool" source udp "$to" 5002 --source "$from" \
		--device "$vrf" \
		--rate 20000 --size 200 --out "$WORKDIR/udp"
	SESSION_METER[udp]=$JOB
	start "${1:0:1}" ping -D -n -i 0.1 ${vrf:+-I "$vrf"} -I "$from" "$to" \
		>"$WORKDIR/ping.log" 2>&1
	trap - USR1
	busywait $PATIENCE sessions_live || bail "the sessions do not start"
}

session_ready() {
	local open

	open=$(on "$1" ss -lntuH)
	[[ $open == *:5001* && $open == *:5002* ]]
}

# session_field NAME FIELD, a number of the last look. Asked so often that an
# interpreter for each would cost more than the sessions.
session_field() {
	[[ $(<"$WORKDIR/$1") =~ \"$2\":\ (-?[0-9]+) ]] &&
		echo "${BASH_REMATCH[1]}"
}

# Looks at all sessions; a gap is measured from one look to the next.
sessions_look() {
	local name

	ping_look
	for name in tcp udp; do
		rm -f "$WORKDIR/$name"
		kill -USR1 "${SESSION_METER[$name]}" 2>/dev/null || return 1
		busywait 5 test -s "$WORKDIR/$name" || return 1
	done
}

# The same figures for a ping, from its lines with a time each.
ping_look() {
	local mark=0

	[ ! -s "$WORKDIR/ping.mark" ] || mark=$(cat "$WORKDIR/ping.mark")
	grep -o '^\[[0-9.]*\] .* bytes from' "$WORKDIR/ping.log" 2>/dev/null |
		tr -d '[]' | awk -v mark="$mark" -v now="$EPOCHREALTIME" '
			$1 >= mark { if (n++) { d = $1 - t; if (d > gap) gap = d } t = $1 }
			$1 < mark { t = $1; n = 1 }
			END {
				quiet = n ? now - t : 0
				if (quiet > gap) gap = quiet
				printf "{\"packets\": %d, \"gap_ms\": %d, \"quiet_ms\": %d}\n",
					n, gap * 1000, quiet * 1000
			}' >"$WORKDIR/ping"
	echo "$EPOCHREALTIME" >"$WORKDIR/ping.mark"
}

# sessions_quiet MS: every session has been silent for so long
sessions_quiet() {
	local name

	sessions_look || return 1
	for name in "${SESSIONS[@]}"; do
		[ "$(session_field "$name" quiet_ms)" -ge "$1" ] || return 1
	done
}

# Something arrived lately on every session.
sessions_live() {
	local name

	sessions_look || return 1
	for name in "${SESSIONS[@]}"; do
		[ "$(session_field "$name" packets)" -gt 0 ] || return 1
		[ "$(session_field "$name" quiet_ms)" -lt 1000 ] || return 1
	done
}
