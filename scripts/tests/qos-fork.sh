#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml qemu
# timeout: 300
# when: named qemu
# EF and best effort of one pair of ULIDs on different links (RFC 5533 4.2): a
# rule has the flow forked, each has a context and a link of its own, and when
# the link of EF fails both share the other one, EF marked as before and in the
# class of that link's queues that it had on its own.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/qos-pair.sh"

service_set() {
	local qos=("$SHIM6CTL" -q qos)

	on A "${qos[@]}" class add ef id 1 dscp ef rank 10 minor 11
	on A "${qos[@]}" class add be id 2 dscp 0 rank 60 minor 16
	on A "${qos[@]}" link add one id 1 prefix "$(prefix_of A1)" \
		up 10mbit prio 10 weight 1
	on A "${qos[@]}" link add two id 2 prefix "$(prefix_of A2)" \
		up 10mbit prio 10 weight 1
	on A "${qos[@]}" rule add 20 class be proto udp
	[ "${1:-}" = without ] ||
		on A "${qos[@]}" rule add 10 class ef proto udp rport 5004 \
			path fork link two
}

# sends SECONDS: EF on the first link, on the second, its traffic classes; the
# same of best effort, in SEEN
sends() {
	echo "$1" >&"$ORDERS"
	read -r -a SEEN -u "$ANSWERS" || bail "nothing was measured"
	remark "EF ${SEEN[0]} ${SEEN[1]} ${SEEN[2]}, best effort ${SEEN[3]} ${SEEN[4]} ${SEEN[5]}"
}

# forked: two contexts, with and without an instance, at both ends
forked() {
	local host

	for host in A B; do
		[ "$(on "$host" awk 'NR > 1 && $2 == "established" { n[$10 != 0]++ }
			END { print n[0] + 0, n[1] + 0 }' \
			/proc/net/shim6/contexts)" = "1 1" ] || return 1
	done
}

# on_links EF BEST-EFFORT: where their contexts are
on_links() {
	[ "$(on A awk 'NR > 1 { print ($10 != 0) " " $6 }' \
		/proc/net/shim6/contexts | sort -r | awk '{ print $2 }' |
		tr '\n' ' ')" = "${ADDRESS[$1]} ${ADDRESS[$2]} " ]
}

# queues_set: classes for both on every link (140: by 11 and 16)
queues_set() {
	local dev

	for dev in p1 p2; do
		cat <<-EOF
			qdisc replace dev $dev root handle 140: htb default 1
			class add dev $dev parent 140: classid 140:1 htb rate 1gbit
			class add dev $dev parent 140: classid 140:11 htb rate 1gbit
			class add dev $dev parent 140: classid 140:16 htb rate 1gbit
		EOF
	done | tc -n A -batch -
}

# queued LINK MINOR: packets of a class, as its queue counts them
queued() {
	tc -n A -s class show dev "p${1:1}" | awk -v id="140:$2" '
		$1 == "class" { is = $3 == id }
		is && $1 == "Sent" { print $4; exit }'
}

require tc

hosts_up
on A "$SHIM6CTL" policy add always proto udp >/dev/null
addresses_export
coproc FLOWS { "$PYTHON" "$SCRIPTS/tests/qos-fork.py"; }
ANSWERS=${FLOWS[0]} ORDERS=${FLOWS[1]}

queues_set || bail "no queues"
service_set without
sends 3
check_range "without the rule: EF on the first link" "${SEEN[0]}" 990 1000
on A "$SHIM6CTL" -q qos rule add 10 class ef proto udp rport 5004 \
	path fork link two
sends 6
check "the flow has a context of its own" busywait $PATIENCE forked
check "it is on the link of the rule, the other is not" \
	busywait $PATIENCE on_links A2 A1
ef=$(queued A2 11) other=$(queued A1 11) be=$(queued A1 16)
sends 5
check_range "EF on its link: permille" "${SEEN[1]}" 990 1000
check_range "best effort on the other one: permille" "${SEEN[3]}" 990 1000
check_equal "EF in 140:11 there, on the other one none" \
	"$(($(queued A2 11) - ef)) $(($(queued A1 11) - other))" "250 0"
check_equal "best effort in 140:16" $(($(queued A1 16) - be)) 250
check "one flow was forked" test "$(stat_of A forked)" = 1

cut silent A2
sends 40
check "the link of EF fails: both are on the other one" \
	busywait 10 on_links A1 A1
ef=$(queued A1 11) be=$(queued A1 16)
sends 5
check_range "EF there: permille" "${SEEN[0]}" 990 1000
check "EF marked as before" test "${SEEN[2]}" = b8
check_equal "EF in 140:11 of that link" $(($(queued A1 11) - ef)) 250
check_equal "best effort in its 140:16" $(($(queued A1 16) - be)) 250
check_range "best effort there: permille" "${SEEN[3]}" 990 1000
check "nothing else was forked" test "$(stat_of A forked)" = 1
exec {ORDERS}>&-
