#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# ICMPv6 errors: a peer without Shim6 is recognised by its answer to I1 and not
# by a forged one; an unreachable on the locators' path starts a look around; an
# error of the peer's upper layer finds the socket.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/pair.sh"
. "$SCRIPTS/exact.sh"

require ip nft

# The peer's kernel does not see protocol 140; whoever sniffs does.
deafen() {
	on B nft -f - <<-'END'
		table netdev deaf {
			chain in {
				type filter hook ingress device p1 priority 0;
				meta protocol ip6 ip6 nexthdr 140 drop
			}
		}
	END
}

# answer_i1 OPTION...: B answers A's I1 like that
answer_i1() {
	local job

	on A "$SHIM6CTL" context flush >/dev/null
	start B "$SCRIPTS/icmp.py" p1 "$@" >"$WORKDIR/icmp"
	job=$JOB
	busywait $PATIENCE grep -q ready "$WORKDIR/icmp" ||
		bail "nobody listens to I1"
	on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" \
		>/dev/null
	wait "$job" || bail "nobody answered I1"
}

# unmatched N: so many errors that answer nothing
unmatched() {
	[ "$(counter A icmp_unmatched)" -ge "$1" ]
}

has_state() {
	[ "$(pair_field A state)" = "$1" ]
}

# A forwarder that refuses what goes to B, and says so. (A firewall's "reject"
# is silent about a protocol whose checksum it does not find.)
refuse() {
	ip -n F -6 route replace prohibit 2001:db8:b2::/64
}

# What a connected UDP socket of A hears when nobody listens at B
nobody_listens() {
	on A "$PYTHON" - "${ADDRESS[A1]}" "${ADDRESS[B1]}" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		s.bind((sys.argv[1], 0))
		s.settimeout(5)
		s.connect((sys.argv[2], 9999))
		s.send(b"x")
		try:
		    s.recv(1)
		except ConnectionRefusedError:
		    sys.exit(0)
		sys.exit(1)
	END
}

# With a packet every 100 ms: is A's source that of the cable
uses_cable() {
	on A ping -q -c1 -W1 -I "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null
	[ "$(pair_field A loc_local)" = "${ADDRESS[A$1]}" ]
}

module_load || bail "the module does not load"
pair_up forwarder
pair_context

deafen
answer_i1 --forge
busywait $PATIENCE unmatched 1
check "a forged answer to I1 is counted" [ "$(counter A icmp_unmatched)" -eq 1 ]
check "it is not believed" has_state i1_sent
answer_i1
check "a peer without Shim6 is recognised" \
	busywait $PATIENCE has_state no_support
on B nft delete table netdev deaf
on A "$SHIM6CTL" context flush >/dev/null
on B "$SHIM6CTL" context flush >/dev/null
sleep 0.3
on A "$SHIM6CTL" context create "${ADDRESS[A1]}" "${ADDRESS[B1]}" >/dev/null
busywait $PATIENCE pair_established || bail "no second context"

pair_switch 2
check "a port that nobody listens on" nobody_listens
refuse
check "refused by a router: another pair within seconds" \
	busywait 6 uses_cable 1
check "it was a router's word, not silence" [ "$(counter A explorations)" -ge 2 ]
