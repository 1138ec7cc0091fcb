#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 300
# Renumbering under traffic (RFC 5533 1.5). A's provider 2 gives it prefix a3
# and takes a2 away: locators come and go, sessions do not notice, and the new
# one serves when provider 1 fails. Then the prefix of the ULID itself is
# deprecated, which changes nothing, and becomes invalid, which ends the context
# and what runs on it, while the new prefix serves new ones.

. "$(dirname "$0")/../lib.sh"
. "$SCRIPTS/topo/two-isp.sh"
. "$SCRIPTS/session.sh"
. "$SCRIPTS/hosts.sh"
. "$SCRIPTS/failover.sh"

# A's set knows the prefix to come: it was made for all three
prepare_set() {
	"$SHIM6CTL" -j hba generate "$(prefix_of A1)" "$(prefix_of A2)" \
		"$(prefix_of A3)" sec 0 file "$WORKDIR/A.hba" >"$WORKDIR/A.json"
	read -r "ADDRESS[A1]" "ADDRESS[A2]" "ADDRESS[A3]" < <(
		json_get "$WORKDIR/A.json" \
			'" ".join(a["address"] for a in j["addresses"])')
}

# The tool adds every address of a set; the prefix to come is not there yet
install() {
	hosts_install B
	on A "$SHIM6CTL" hba install "$WORKDIR/A.hba" nodad \
		dev "p2=$(prefix_of A3)" >/dev/null ||
		bail "A cannot install its addresses"
	ip -n A addr del "${ADDRESS[A3]}/64" dev p2
	on A "$SHIM6CTL" policy add always proto tcp >/dev/null
}

# The provider routes the new prefix to the same cable
provider_ready() {
	ip -n R2 -6 -batch - <<-END
		addr add 2001:db8:a3::1/64 dev a nodad
		rule add iif a from $(prefix_of A3) lookup main pref 100
	END
	ip -n R1 -6 route add "$(prefix_of A3)" via 2001:db8:ff::2
	ip -n A -6 rule add from "$(prefix_of A3)" lookup 102 pref 1003
}

# locators HOST: those of A that this host counts with, "A1 A3"
locators() {
	local link known

	known=$(on "$1" cat /proc/net/shim6/locators)
	for link in A1 A2 A3; do
		[[ $known != *"${ADDRESS[$link]}"* ]] || printf '%s ' "$link"
	done
}

# both_know LINK...
both_know() {
	[ "$(locators A)" = "$* " ] && [ "$(locators B)" = "$* " ]
}

is_deprecated() {
	on A grep "${ADDRESS[$1]}" /proc/net/shim6/locators | grep -q deprecated
}

# unnoticed WHAT: by the sessions, since the last look
unnoticed() {
	local name

	check "$1: every session lives" sessions_live
	for name in "${SESSIONS[@]}"; do
		check_range "$1: gap of $name in ms" \
			"$(session_field "$name" gap_ms)" 0 300
	done
	check "$1: nothing moved" test "$(context_pair A)" = "A1 B1"
}

# A goes by provider 2 with its new address
by_new_prefix() {
	on A tail -n 1 /proc/net/shim6/contexts | grep -q "${ADDRESS[A3]} "
}

no_context() {
	[ "$(context_get A 'len(j)')" = 0 ]
}

locator_renumbered() {
	sessions_look
	ip -n A addr add "${ADDRESS[A3]}/64" dev p2 nodad
	check "a new prefix: both know its locator" \
		busywait 10 both_know A1 A2 A3
	unnoticed "a new prefix"
	ip -n A addr change "${ADDRESS[A2]}/64" dev p2 valid_lft 20 \
		preferred_lft 0
	check "the old one is deprecated" busywait 5 is_deprecated A2
	check "the old one deprecated: both still know it" both_know A1 A2 A3
	unnoticed "the old one deprecated"
	sleep 22
	check "the old one invalid: both know it no more" \
		busywait 10 both_know A1 A3
	unnoticed "the old one invalid"
	failover_check silent A1 5500
	check "provider 1 failed: the new locator serves" by_new_prefix
	repair silent A1
}

ulid_renumbered() {
	sessions_look
	ip -n A addr change "${ADDRESS[A1]}/64" dev p1 valid_lft 20 \
		preferred_lft 0
	check "the ULID deprecated" busywait 5 is_deprecated A1
	sleep 10
	check "the ULID deprecated: every session lives" sessions_live
	check_range "the ULID deprecated: gap of udp in ms" \
		"$(session_field udp gap_ms)" 0 300
	check "the ULID deprecated: the context is there" context_ready
	sleep 12
	check "the ULID invalid: the context ends" busywait $PATIENCE no_context
	sleep 10
	check "the ULID invalid: so do the sessions" sessions_quiet 9000
	check "the ULID invalid: the peer cannot bring it back" no_context
	check "the ULID invalid: it tried" \
		test "$(stat_of A rx_drop_ulid)" -gt 0
}

new_session() {
	on A ping -q -c 3 -i 0.1 -W 2 -I "${ADDRESS[A3]}" "${ADDRESS[B1]}" \
		>/dev/null &&
		on A "$SHIM6CTL" context create "${ADDRESS[A3]}" \
			"${ADDRESS[B1]}" >/dev/null &&
		busywait 10 eval '[[ $(context_column A 2) == established ]]'
}

prepare_set
hosts_address B
module_load || bail "the module does not load"
topo_up
install
provider_ready
param A send_timeout 3000
param B send_timeout 3000
sessions_start A1 B1
busywait $PATIENCE context_ready || bail "no context was established"
locator_renumbered
ulid_renumbered
check "the new prefix has a context of its own" new_session
