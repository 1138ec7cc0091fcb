#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 400
# guests: 2
# clock: real
# The module of one of two hosts is unloaded in the middle of a transfer and
# loaded again, each host having a kernel of its own. Before a switch nothing is
# lost by that, and a later failure finds the contexts again. After a switch the
# first tagged packet does (RFC 5533 7.5); until then a kernel that knows no
# protocol 140 answers, and neither context nor session ends for it. An HBA set
# that is loaded later than packets come costs no more than that.

PATH_DELAY_MS=300
. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-guests.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/wire.sh"

# There and back
RTT=$((2 * PATH_DELAY_MS))
# Between two packets of the flow that never waits for an answer
PAUSE=50
# What two debug kernels take over a few packets, on a machine that does more
WORK=300

# --- at host B, in the far guest

sinks_start() {
	local tool=$SCRIPTS/traffic.py

	start B "$tool" sink tcp "${ADDRESS[B1]}" 5001 --out "$WORKDIR/tcp"
	SINK=$JOB
	start B "$tool" sink udp "${ADDRESS[B1]}" 5002 --out "$WORKDIR/udp"
	busywait $PATIENCE sinks_ready
}

sinks_ready() {
	local open

	open=$(on B ss -lntuH)
	[[ $open == *:5001* && $open == *:5002* ]]
}

# What the stream's sink knows now, and at its end
sink_look() {
	rm -f "$WORKDIR/tcp"
	kill -USR1 "$SINK" 2>/dev/null || return
	busywait 5 test -s "$WORKDIR/tcp"
	cat "$WORKDIR/tcp"
}

sink_end() {
	busywait $PATIENCE sink_gone
	cat "$WORKDIR/tcp"
}

sink_gone() {
	! kill -0 "$SINK"
}

# host_load: as an administrator would, or a service
host_load() {
	module_load || return
	read -r BACK _ </proc/uptime
	set_load
}

set_load() {
	hosts_install B
	param B send_timeout 3000
}

# When the module was back, ms of the clock that wire.py has too
back_ms() {
	echo $((10#${BACK/./} * 10))
}

# --- at host A

sources_start() {
	local tool=$SCRIPTS/traffic.py from=${ADDRESS[A1]} to=${ADDRESS[B1]}

	start A "$tool" source tcp "$to" 5001 --source "$from" --rate 20000 \
		--until "$WORKDIR/enough" --out "$WORKDIR/tcp"
	start A "$tool" source udp "$to" 5002 --source "$from" --size 100 \
		--rate $((100 * 1000 / PAUSE)) --out "$WORKDIR/udp"
}

# stream_field NAME: a figure of the stream
stream_field() {
	far sink_look >"$WORKDIR/sink"
	json_get "$WORKDIR/sink" "j['$1']"
}

stream_lives() {
	[ "$(stream_field quiet_ms)" -lt 1000 ]
}

# Both have one context, and its pair has left the link that is dead.
switched() {
	context_ready && [[ $(context_pair A) == A2* ]] &&
		[[ $(context_pair B) == A2* ]]
}

left_ulids() {
	[ "$(context_pair A) $(context_pair B)" = "A2 B2 A2 B2" ]
}

# Packets that told A of a protocol that B does not know
refusals() {
	on A awk '$1 == "Icmp6InParmProblems" { print $2 }' /proc/net/snmp6
}

context_id() {
	context_get A 'j[0]["id"]'
}

# What B said and heard beside the tagged packets
control_story() {
	far wire_story B | sed -E 's/(, )?(in|out) payload//g; s/^, //'
}

r2_seen() {
	[ -n "$(far wire_moment B out R2)" ]
}

i2bis_seen() {
	[ -n "$(far wire_moment B in I2bis)" ]
}

# unload WHAT SECONDS: B's module is gone for so long; A keeps what it has
unload() {
	local id

	id=$(context_id)
	sleep 1
	far module_unload || bail "$1: the module does not unload"
	sleep "$2"
	check_equal "$1, module gone: context of A" "$(context_id)" "$id"
	check_equal "$1, module gone: its state" "$(context_column A 2)" \
		established
}

# Nothing was tagged, so nothing is missed. A failure finds out.
reload_before_switch() {
	local what="before a switch"

	unload "$what" 3
	check "$what, module gone: the stream lives" stream_lives
	far host_load || bail "$what: the module does not come back"
	sleep 2
	check "$what, module back: the stream lives" stream_lives
	cut silent A1
	busywait $PATIENCE switched || bail "$what: no context has switched"
	check "$what: the stream lives through a failure" \
		busywait 10 stream_lives
	remark "B since then: $(control_story)"
}

# Every tagged packet is one of a protocol that B's kernel does not know.
unload_switched() {
	local refused

	refused=$(refusals)
	unload "$1" 4
	check_range "$1, module gone: refusals A was told of" \
		$(($(refusals) - refused)) 1 1000
	wire_forget A
	far wire_forget B
}

reload_after_switch() {
	local what="after a switch"

	# No probe of A finds out before a tagged packet does
	param A send_timeout 15000
	unload_switched "$what"
	far host_load || bail "$what: the module does not come back"
	if busywait 10 r2_seen; then
		in_time "$what"
	fi
	recovered "$what"
}

# in_time WHAT: within two round trips, by the clock of B
in_time() {
	local tagged r1bis i2bis r2

	tagged=$(far wire_unknown_tag B)
	r1bis=$(far wire_moment B out R1bis)
	i2bis=$(far wire_moment B in I2bis)
	r2=$(far wire_moment B out R2)
	check_range "$1: ms from the module's return to the R1bis" \
		$((r1bis - $(far back_ms))) -1000 $((PAUSE + WORK))
	check_range "$1: ms from the tagged packet to the R1bis" \
		$((r1bis - tagged)) 0 $WORK
	check_range "$1: ms from the R1bis to the I2bis" \
		$((i2bis - r1bis)) $RTT $((RTT + WORK))
	# It takes another half of a round trip until A has it
	check_range "$1: ms from the tagged packet until A has the R2" \
		$((r2 - tagged + RTT / 2)) $RTT $((2 * RTT))
}

# recovered WHAT: by the messages of RFC 5533 7.5 and nothing else
recovered() {
	check "$1: the stream lives" busywait 10 stream_lives
	check "$1: established, one at each" context_ready
	check_equal "$1: I2bis sent" "$(wire_count A out I2bis)" 1
	check_equal "$1: R2 sent" "$(far wire_count B out R2)" 1
	check_equal "$1: I1 sent by anybody" \
		$(($(wire_count A out I1) + $(far wire_count B out I1))) 0
	remark "B since then: $(control_story)"
}

# A round trip is less than what lies between loading module and set: the I2bis
# is there before the locator that it came to is known to be one. Its answer
# does not wait until it is repeated.
reload_set_late() {
	local what="set loaded late"

	# To the ULID the answer would need no set
	cut silent B1
	busywait $PATIENCE left_ulids || bail "$what: no context has switched"
	# Now A explores while the module is gone
	param A send_timeout 3000
	unload_switched "$what"
	far module_load || bail "$what: the module does not come back"
	busywait 10 i2bis_seen || bail "$what: no I2bis came"
	check_equal "$what: R2 before the set" "$(far wire_count B out R2)" 0
	far set_load
	busywait 10 r2_seen
	recovered "$what"
}

# The sink has every octet of the source.
transfer_ends() {
	touch "$WORKDIR/enough"
	busywait $PATIENCE test -s "$WORKDIR/tcp" || bail "the stream does not end"
	far sink_end >"$WORKDIR/sink"
	check_equal "octets that arrived" \
		"$(json_get "$WORKDIR/sink" 'j["octets"], j["sha256"], j["eof"]')" \
		"$(json_get "$WORKDIR/tcp" 'j["octets"], j["sha256"], j["eof"]')"
}

guests_meet
far module_load
far hosts_address B
module_load
hosts_address A
addresses_tell
topo_up
hosts_install A
far hosts_install B
on A "$SHIM6CTL" policy add always proto tcp >/dev/null
param A send_timeout 3000
param B send_timeout 3000
far sinks_start || bail "the sinks do not start"
sources_start
busywait $PATIENCE context_ready || bail "no context was established"
wire_watch A
far wire_watch B
reload_before_switch
reload_after_switch
reload_set_late
transfer_ends
