# SPDX-License-Identifier: GPL-2.0
# What happens in the lab. Sourced by lab.sh.
# shellcheck shell=bash

# How many commands an administrator needed, by host
declare -A TYPED

# admin WHAT COMMAND: what somebody types at both hosts
admin() {
	local host

	for host in A B; do
		TYPED[$host]=$((${TYPED[$host]:-0} + 1))
		tell $host "cd /root && $2"
	done
	remark "command ${TYPED[A]}: $2"
	for host in A B; do
		check "$host: $1" hear $host
	done
}

boots() {
	local name

	for name in R A B; do
		wait_file "$OUT/$name/ready" || die "$name does not boot"
	done
	for name in A B; do
		check "$name: the system runs, nothing failed" \
			ask "$name" "systemctl is-system-running --wait"
	done
	remark "booted in $((SECONDS - BOOTED)) s"
	check "A: systemd-networkd has addresses of both providers by DHCPv6" \
		until_is A 60 "$(has_leases a)"
	check "B: NetworkManager has, too" until_is B 120 "$(has_leases b)"
}

# has_leases LETTER: DHCPv6 gives single addresses
has_leases() {
	echo "ip -6 -o addr | grep -q '2001:db8:${1}1::1...*/128 ' &&" \
		"ip -6 -o addr | grep -q '2001:db8:${1}2::1...*/128 '"
}

# Addresses of the set of a host into ADDRESS, as in topo/two-isp.sh
declare -A ADDRESS

set_read() {
	local host=$1 n

	for n in 1 2; do
		ADDRESS[$host$n]=$(grep -o "2001:db8:${host,,}$n:0:[0-9a-f:]*" \
			<<<"$SAID" | head -n1)
		[ -n "${ADDRESS[$host$n]}" ] || return 1
	done
}

# chosen HOST N PEER: the source that the kernel takes there by itself
chosen() {
	local want=${ADDRESS[$1$2]}

	until_is "$1" 15 "dev=\$(ip -6 -o addr show to $want | cut -d' ' -f2)
		ip -6 route get $3 oif \$dev | tee /dev/stderr | grep -q 'src $want '"
}

ready() {
	local host=$1

	check "$host: a set of two prefixes is loaded, with its addresses" \
		until_is "$host" 60 \
		"[ \$(shim6ctl -j hba list | grep -c '\"address\": \"2001:db8:') = 2 ]"
	ask "$host" "shim6ctl -j hba list"
	check "$host: with an address by each provider" set_read "$host"
	check "$host: both services are active" ask "$host" \
		"systemctl is-active shim6 shim6-auto"
	check "$host: nothing failed" \
		ask "$host" "systemctl is-system-running"
}

sources() {
	local host peer=B

	for host in A B; do
		check "$host: the set's addresses are chosen, provider 1" \
			chosen $host 1 "${ADDRESS[${peer}1]}"
		check "$host: and provider 2" chosen $host 2 "${ADDRESS[${peer}2]}"
		check "$host: doctor has nothing to mend" \
			ask $host "shim6ctl doctor ${ADDRESS[${peer}1]}"
		peer=A
	done
}

# A program that knows nothing of all this: it takes the source it is given
session() {
	local host

	# What doctor began at the peer
	for host in A B A; do
		ask $host "shim6ctl context flush"
	done
	check "no context is left" \
		ask A "! shim6ctl context list | grep established"
	ask B "socat TCP6-LISTEN:5000,fork EXEC:cat >/dev/null 2>&1 &"
	ask A "(while :; do date +%s; sleep 0.5; done |
		socat - TCP6:[${ADDRESS[B1]}]:5000 >/tmp/echo 2>/tmp/socat) \
		>/dev/null 2>&1 &"
	check "a session of an ordinary program gets a context by itself" \
		until_is A 90 "shim6ctl context list | grep established"
	remark "$SAID"
	local at=${ADDRESS[A1]}

	ask A "ss -tnH dst [${ADDRESS[B1]}]"
	remark "$SAID"
	grep -q "${ADDRESS[A2]}" <<<"$SAID" && at=${ADDRESS[A2]}
	check "it is on an address of the set" grep -qF "$at" <<<"$SAID"
	LINK=A1
	[ "$at" = "${ADDRESS[A1]}" ] || LINK=A2
	ask R "cut silent $LINK" || die "$SAID"
	check "its provider lets nothing through: it goes on by the other" \
		until_is A 60 "n=\$(wc -l </tmp/echo); sleep 3
			[ \$(wc -l </tmp/echo) -gt \$((n + 3)) ] &&
			! tail -n +2 /proc/net/shim6/contexts | grep -q '$at .*$at'"
	ask A "shim6ctl context list"
	remark "$SAID"
	ask R "repair silent $LINK"
}

# networkd throws away what it did not make itself when it starts again
restarts() {
	check "A: systemd-networkd starts again" \
		ask A "systemctl restart systemd-networkd; sleep 5"
	check "A: all that belongs to the set is there again" until_is A 30 \
		"ip -6 rule | grep -q 'from 2001:db8:a1::/64 lookup 14' &&
		 ip -6 rule | grep -q 'from 2001:db8:a2::/64 lookup 14' &&
		 ip -6 route show table all proto 140 | grep -c default | grep -qx 2 &&
		 ip -6 addr | grep -q '${ADDRESS[A1]}' &&
		 ip -6 addr | grep -q '${ADDRESS[A2]}'"
	check "B: a connection is taken down and up again" \
		ask B "c=\$(nmcli -t -f UUID connection show --active | head -n1)
			nmcli connection down \$c && nmcli connection up \$c"
	check "B: all that belongs to the set is there again" until_is B 60 \
		"ip -6 rule | grep -q 'from 2001:db8:b1::/64 lookup 14' &&
		 ip -6 rule | grep -q 'from 2001:db8:b2::/64 lookup 14' &&
		 ip -6 route show table all proto 140 | grep -c default | grep -qx 2 &&
		 ip -6 addr | grep -q '${ADDRESS[B1]}' &&
		 ip -6 addr | grep -q '${ADDRESS[B2]}'"
	check "A: the session is still there" until_is A 60 \
		"n=\$(wc -l </tmp/echo); sleep 3; [ \$(wc -l </tmp/echo) -gt \$n ]"
}

story() {
	boots
	admin "packages are installed" "apt install ./shim6-*.deb"
	admin "the service is enabled and starts" \
		"systemctl enable --now shim6-auto"
	ready A
	ready B
	sources
	session
	restarts
	check "commands at each host: ${TYPED[A]} and ${TYPED[B]}, 3 at most" \
		test "${TYPED[A]}" -le 3 -a "${TYPED[B]}" -le 3
}
