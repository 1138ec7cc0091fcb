#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 600
# A long transfer through many failures of mixed kinds, drawn at random: both
# ends agree on every octet. SHIM6_SEED=N draws the same ones again.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"

OCTETS=$((1024 * 1024 * 1024))
FAILURES=20
# So slow that the failures find it running, if each takes some five seconds
RATE=10000000
KINDS=(carrier down silent from toward)
SEED=${SHIM6_SEED:-$((EPOCHSECONDS % 32768))}

moved() {
	[ "$(context_pair "$1")" != "$2" ]
}

# octets LINK FIELD: 2 received, 10 sent, by the host's interface
octets() {
	on "${1:0:1}" awk -v name="p${1:1}:" -v field="$2" \
		'$1 == name { print $field }' /proc/net/dev
}

# payload_moves PAIR SENT RECEIVED: so much more than that went by the pair, or it
# is not in use any more
payload_moves() {
	[ "$(context_pair A)" != "$1" ] || {
		[ $(($(octets "${1% *}" 10) - $2)) -gt 1000000 ] &&
			[ $(($(octets "${1#* }" 2) - $3)) -gt 1000000 ]
	}
}

# payload_seen: on the pair that the data takes now, and it is still in use
payload_seen() {
	local pair sent received

	pair=$(context_pair A)
	sent=$(octets "${pair% *}" 10)
	received=$(octets "${pair#* }" 2)
	busywait 10 payload_moves "$pair" "$sent" "$received" &&
		[ "$(context_pair A)" = "$pair" ]
}

# draw: a kind, a link in use that it breaks, and whose packets take that link
draw() {
	local host pair

	KIND=${KINDS[RANDOM % ${#KINDS[@]}]}
	host=$([ $((RANDOM % 2)) = 0 ] && echo A || echo B)
	SENDER=A
	case $KIND-$host in
	toward-A | from-B) SENDER=B ;;
	esac
	pair=$(context_pair $SENDER)
	[ $host = A ] && LINK=${pair% *} || LINK=${pair#* }
	PAIR=$pair
}

failure() {
	draw
	remark "failure $1: $KIND at $LINK, the pair was $PAIR"
	cut "$KIND" "$LINK"
	busywait 60 moved $SENDER "$PAIR" || return 1
	busywait 60 payload_seen || return 1
	repair "$KIND" "$LINK"
	busywait 60 payload_seen
}

remark "SHIM6_SEED=$SEED"
RANDOM=$SEED
hosts_up
for host in A B; do
	param $host send_timeout 1000
done
start B "$SCRIPTS/traffic.py" sink tcp "${ADDRESS[B1]}" 5001 \
	--out "$WORKDIR/sink"
sink=$JOB
busywait $PATIENCE eval 'on B ss -lntH | grep -q :5001'
start A "$SCRIPTS/traffic.py" source tcp "${ADDRESS[B1]}" 5001 \
	--source "${ADDRESS[A1]}" --octets $OCTETS --rate $RATE --size 65536 \
	--out "$WORKDIR/source"
busywait $PATIENCE context_ready || bail "no context was established"
busywait $PATIENCE payload_seen || bail "no payload"
survived=0
for ((i = 1; i <= FAILURES; i++)); do
	failure $i || break
	survived=$((survived + 1))
	kill -0 "$sink" 2>/dev/null || break
done
check_range "failures survived, with payload between them" $survived \
	$FAILURES $FAILURES
check "the transfer went on to the last one" kill -0 "$sink"
[ $survived -eq $FAILURES ] || {
	hosts_show
	exit 1
}
wait "$sink"
check "octets received" \
	test "$(json_get "$WORKDIR/sink" 'j["octets"], j["eof"]')" = \
	"($OCTETS, True)"
check "they are what was sent" \
	test "$(json_get "$WORKDIR/sink" 'j["sha256"], j["error"]')" = \
	"$(json_get "$WORKDIR/source" 'j["sha256"], j["error"]')"
check "the context is the one of the beginning" context_ready
