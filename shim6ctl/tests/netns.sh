#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "hba install" on real interfaces, in a network namespace of its own; only the
# module is a fake. Prints TAP lines without numbers.

cd "$(dirname "$0")/.." || exit 1

A=2001:db8:a:1:fb:5b98:575f:692d
B=2001:db8:b:2:4d9:f16b:c092:dce7
ROUTE='^ip -6 route add default via fe80::99 dev eth0 metric 2048$'

if [ -z "${SHIM6_IN_NETNS:-}" ]; then
	why="needs root, unshare and ip"
	if [ "$(id -u)" = 0 ] && command -v ip >/dev/null &&
	   unshare -n true 2>/dev/null; then
		SHIM6_IN_NETNS=1 exec unshare -n "$0"
	fi
	echo "ok - hba install on real interfaces # SKIP $why"
	exit 0
fi

export SHIM6_FAKE=nosets SHIM6_FAKE_KERNEL=1

check() {
	local name=$1

	shift
	if "$@"; then echo "ok - $name"; else echo "not ok - $name"; fi
}

# has COUNT INTERFACE PATTERN: addresses of an interface
has() {
	[ "$(ip -6 addr show dev "$2" | grep -c "$3")" = "$1" ] ||
		{ ip -6 addr show dev "$2"; return 1; }
}

ctl() {
	${WRAP:-} tests/fake-shim6ctl "$@" 2>&1
}

fallback() {
	ctl -j status | grep -c no_fallback_route
}

setup() {
	ip link set lo up
	ip link add eth0 type veth peer name peer0
	ip link add eth1 type veth peer name peer1
	for dev in eth0 peer0 eth1 peer1; do ip link set $dev up; done
	ip -6 addr add 2001:db8:a:1::1/64 dev eth0 nodad
	ip -6 route add 2001:db8:b:2::/64 dev eth1
}

test_fallback() {
	check "no default route" [ "$(fallback)" = 1 ]
	ip -6 route add default via fe80::99 dev eth0 table 100
	check "one in a table nobody looks at" [ "$(fallback)" = 1 ]
	ip -6 rule add from 2001:db8:a:1::/64 lookup 100
	check "one in a table for one source" [ "$(fallback)" = 1 ]
	check "the command that would add one" grep -q "$ROUTE" \
		<(ctl hba install tests/sets/good.hba nodad |
		  sed -n 's/.*add it: //p')
	ip -6 rule add pref 40000 lookup 100
	check "one in a table for all" [ "$(fallback)" = 0 ]
	ip -6 rule del pref 40000
	ip -6 route add default from 2001:db8:a:1::/64 via fe80::99 dev eth0
	check "one with a source in the main table" [ "$(fallback)" = 1 ]
	ip -6 route add unreachable default metric 9999
	check "an unreachable one" [ "$(fallback)" = 1 ]
	ip -6 route add default via fe80::99 dev eth0 metric 2048
	check "one for all" [ "$(fallback)" = 0 ]
	ip -6 addr flush dev eth1 scope global
	ip -6 addr del $A/64 dev eth0
	ip -6 route replace 2001:db8:b:2::/64 dev eth1
}

test_install() {
	check "install with duplicate address detection" grep -q "AAAA $B" \
		<(ctl hba install tests/sets/good.hba)
	check "first address" has 1 eth0 "$A/64 scope global"
	check "second address" has 1 eth1 "$B/64 scope global"
	check "nothing tentative is left" has 0 eth1 'global tentative'
	check "the command that deprecates a rival" eval "$(
		ctl hba install tests/sets/good.hba | grep preferred_lft)"
	check "after which there is none" grep -q '"rivals": \[\]' \
		<(ctl -j hba install tests/sets/good.hba)
	check "again: nothing to add" grep -q '"added": false' \
		<(ctl -j hba install tests/sets/good.hba)
	check "pin" grep -q '"pinned": true' \
		<(ctl -j hba install tests/sets/good.hba pin)
	check "first copy" has 1 lo "$A/128 scope global"
	check "second copy" has 1 lo "$B/128 scope global"
}

test_undo() {
	ip -6 addr del $A/64 dev eth0
	ip -6 addr del $B/64 dev eth1
	ip -6 addr flush dev lo scope global
	# Another host has the second one: its peer across the link
	ip -6 addr add $B/128 dev peer1 nodad
	check "a duplicate is refused" grep -q "another host on eth1 has it" \
		<(ctl hba install tests/sets/good.hba)
	check "and the first one is gone" has 0 eth0 "$A"
	check "and the second one is gone" has 0 eth1 "$B"
	ip -6 addr del $B/128 dev peer1
}

# A device whose carrier is lost keeps its addresses tentative
test_carrier() {
	ip link set peer1 down
	check "install without a carrier" grep -q "AAAA $B" \
		<(ctl hba install tests/sets/good.hba)
	check "the address is there" has 1 eth1 "$B"
}

# caps EXPECTED WORDS...: the effective set while the tool waits for its file
caps() {
	local want=$1 dir pid now

	shift
	dir=$(mktemp -d)
	mkfifo "$dir/fifo"
	${WRAP:-} tests/fake-shim6ctl "$@" "$dir/fifo" 2>/dev/null &
	pid=$!
	for _ in $(seq 100); do
		now=$(sed -n 's/^CapPrm:\t0*//p' "/proc/$pid/status")
		[ "$now" = "$want" ] && break
		sleep 0.05
	done
	# Nobody may be there to read it
	# shellcheck disable=SC2016
	timeout 5 bash -c 'echo >"$1"' - "$dir/fifo"
	kill $pid 2>/dev/null
	wait $pid 2>/dev/null
	rm -r "$dir"
	[ "$now" = "$want" ] || { echo "CapPrm is $now"; return 1; }
}

# A batch that waits for its next line has nothing in effect
caps_of_batch() {
	local dir pid now

	dir=$(mktemp -d)
	mkfifo "$dir/fifo"
	${WRAP:-} tests/fake-shim6ctl -b "$dir/fifo" >/dev/null 2>&1 &
	pid=$!
	exec 9>"$dir/fifo"
	for _ in $(seq 100); do
		now=$(sed -n 's/^Cap\(Prm\|Eff\):\t0*//p' "/proc/$pid/status")
		[ "$now" = 201002 ] && break
		sleep 0.05
	done
	echo exit >&9
	exec 9>&-
	wait $pid
	rm -r "$dir"
	# $() takes the last newline
	[ "$now" = 201002 ] || { echo "CapPrm and CapEff are $now"; return 1; }
}

test_capabilities() {
	# shellcheck disable=SC2086
	check "no capability, and it says which" grep -q \
		"needs CAP_NET_ADMIN" \
		<(${WRAP:-} setpriv --bounding-set=-net_admin \
		  --inh-caps=-net_admin tests/fake-shim6ctl stats reset 2>&1)
	check "reading a file keeps CAP_DAC_OVERRIDE only" caps 2 hba show
	check "a change keeps CAP_NET_ADMIN too" caps 1002 hba install
	check "a batch has nothing in effect between its commands" caps_of_batch
	check "entering a namespace leaves nothing behind" \
		caps 1002 -n /proc/self/ns/net hba install
}

test_other_namespace() {
	local pid busy=50

	unshare -n sleep 100 &
	pid=$!
	until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/self/ns/net)" ] ||
	      [ $((busy--)) = 0 ]; do sleep 0.1; done
	check "another namespace has other interfaces" grep -q \
		"dev eth0: no such interface" \
		<(ctl -n /proc/$pid/ns/net hba install tests/sets/good.hba \
		  dev eth0=2001:db8:a:1::/64)
	check "a file that is no namespace" grep -q "not a network namespace" \
		<(ctl -n ./Makefile status)
	kill $pid
	wait $pid 2>/dev/null || true
}

# has_table INTERFACE GATEWAY: its routers are in the table of "hba auto"
has_table() {
	ip -6 route show table all proto 140 |
		grep -q "^default via $2 dev $1 table 14"
}

# systemd-networkd makes one route of routers that are as good
test_auto() {
	local dir

	dir=$(mktemp -d)
	ip -6 rule del from 2001:db8:a:1::/64 lookup 100
	ip -6 route flush proto boot
	ip link set peer1 up
	ip -6 addr flush scope global
	ip -6 addr add 2001:db8:a:1::1/64 dev eth0 nodad
	ip -6 addr add 2001:db8:b:2::1/64 dev eth1 nodad
	ip -6 route add default proto ra metric 1024 \
		nexthop via fe80::1 dev eth0 nexthop via fe80::2 dev eth1
	ctl hba auto once sec 0 state "$dir" >"$dir/said"
	check "auto: several routers in one route, that of the first" \
		has_table eth0 fe80::1
	check "auto: and that of the second" has_table eth1 fe80::2
	rm -r "$dir"
}

setup
test_fallback
test_install
test_undo
test_carrier
test_capabilities
test_other_namespace
test_auto
