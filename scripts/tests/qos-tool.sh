#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# beds: uml
# timeout: 120
# Everything that "shim6ctl qos" sets, through the tool and the module that is
# loaded: shown, saved and loaded again as it was, refused without a change,
# put on the devices of the links, kept over an exchange of the module.

. "$(dirname "$0")/../lib.sh"

require ip tc

qos() {
	"$SHIM6CTL" -q -n A qos "$@"
}

configure() {
	qos init minimal &&
		qos class add call dscp ef minor 21 mark 0x40/0xf0 rank 0 &&
		qos class set be dscp keep in-dscp restore &&
		qos link add isp1 dev p1 prefix 2001:db8:a::/48 \
			2001:db8:a100::1/128 up 10mbit down 50mbit weight 2 \
			share ef=10% call=4% &&
		qos link add isp2 dev p2 prefix 2001:db8:b::/48 up 2mbit \
			overhead 8 metered on noprobe on mark 0x2/0x3 \
			share call=5% &&
		qos rule add 10 class call proto udp rport 5060-5080 \
			peer 2001:db8:c::/48 path prefer link isp1 isp2 &&
		qos rule add 20 class le proto tcp lport 873 dir out \
			path avoid link isp1 &&
		qos rule add 30 class af4 dscp cs4/0x38 uid 34 remark af43 &&
		qos rule add 65535 class none mark 0x1/0xff &&
		qos control set dscp cs6 alternate on pace 1.5% provisional on &&
		qos police set i1-in rate 200/s burst 400 per 64 per-rate 20/s &&
		qos police set ctx-out rate 50 &&
		qos share set weight idle 30s unbalanced 10m hysteresis 12.5% &&
		qos trust set dscp allow ef,af41,le
} >/dev/null

saved() {
	qos save >"$WORKDIR/$1"
}

# What is saved is what is loaded, octet for octet
round_trip() {
	saved first && qos flush >/dev/null && saved empty &&
		! cmp -s "$WORKDIR/first" "$WORKDIR/empty" &&
		qos load "$WORKDIR/first" >/dev/null && saved second &&
		diff "$WORKDIR/first" "$WORKDIR/second" &&
		qos load - <"$WORKDIR/first" >/dev/null && saved third &&
		diff "$WORKDIR/first" "$WORKDIR/third"
}

shown() {
	"$SHIM6CTL" -j -n A qos show >"$WORKDIR/json" &&
		"$PYTHON" - "$WORKDIR/json" <<-'END'
		import json, sys
		t = json.load(open(sys.argv[1]))
		assert len(t["class"]) == 8, t["class"]
		assert t["class"][7]["mark"] == "0x40/0xf0"
		one, two = t["link"]
		assert one["device"] == "p1" and one["up_kbit"] == 10000
		assert len(one["prefixes"]) == 2
		assert one["share_permille"] == {"ef": 100, "call": 40}
		assert two["metered"] and two["noprobe"] and not two["drain"]
		assert [r["pref"] for r in t["rule"]] == [10, 20, 30, 65535]
		assert t["rule"][0]["class"] == "call"
		assert t["rule"][0]["path"] == "prefer link isp1 link isp2"
		assert t["rule"][2]["match"] == "dscp cs4/0x38 uid 34"
		assert t["control"][0]["pace_permille"] == 15
		assert t["control"][0]["class"] == "ctl"
		assert [p["kind"] for p in t["police"]] == ["i1-in", "ctx-out"]
		assert t["share"][0]["unbalanced_ms"] == 600000
		assert t["trust"][0]["allow"] == ["le", "af41", "ef"]
		END
}

# refused PATTERN WORDS...: one line, and the table is as it was
refused() {
	local pattern=$1

	shift
	saved before
	! "$SHIM6CTL" -n A qos "$@" >/dev/null 2>"$WORKDIR/why" &&
		[ "$(wc -l <"$WORKDIR/why")" = 1 ] &&
		grep -qE "^shim6ctl: $pattern" "$WORKDIR/why" &&
		saved after && diff "$WORKDIR/before" "$WORKDIR/after" &&
		return
	cat "$WORKDIR/why"
	return 1
}

test_refused() {
	check "refused: an unknown class" refused "class call2: no such class;" \
		rule add 5 class call2 proto udp
	check "refused: a link that is not there" refused \
		"link isp3: no such link;" rule add 5 class ef path pin link isp3
	check "refused: overlapping prefixes" refused \
		"link isp3: prefix 2001:db8:b:7::/64: overlaps one of the link isp2;" \
		link add isp3 prefix 2001:db8:b:7::/64
	check "refused: more than everything" refused \
		"link isp1: share: more than 100%" link set isp1 share ef=97%
	check "refused: ports of a protocol without" refused "rule 5: rport: needs" \
		rule add 5 class ef proto icmpv6 rport 7
	check "refused: a codepoint that is none" refused "dscp af14: must be" \
		class set ef dscp af14
	check "refused: a class in use" refused "class call: rule 10 needs it" \
		class del call
	check "refused: a link in use" refused "link isp1: rule 10 needs it" \
		link del isp1
	check "refused: a name twice" refused "class ef: is there already" \
		class add ef
	printf 'flush\nqos class add x\nqos rule add 7 class y\n' |
		sed '1s/^/qos /' >"$WORKDIR/bad"
	check "refused: a file whose last line is wrong" refused \
		"$WORKDIR/bad:3: class y: no such class; there is x;" \
		load "$WORKDIR/bad"
}

# The file is opened once its transaction has begun; a command that comes after
# that and before its end is what counts. Who opens it twice or never is not
# waited for.
overtaken() {
	local job last fifo ret=0

	mkfifo "$WORKDIR/fifo"
	timeout $PATIENCE "$SHIM6CTL" -q -n A qos load "$WORKDIR/fifo" \
		>/dev/null 2>"$WORKDIR/why" &
	job=$!
	{
		sleep $PATIENCE
		exec <"$WORKDIR/fifo"
		sleep $PATIENCE
	} &
	last=$!
	exec {fifo}>"$WORKDIR/fifo"
	qos class set le rank 9 >/dev/null
	saved before
	echo "qos flush" >&"$fifo"
	exec {fifo}>&-
	wait $job || ret=$?
	kill $last
	saved after
	cat "$WORKDIR/why"
	remark "loading ended with $ret; 1 is right"
	[ $ret = 1 ] && grep -q 'another program changed the table meanwhile' \
		"$WORKDIR/why" && grep -q 'class add le .*rank 9$' \
		"$WORKDIR/after" && diff "$WORKDIR/before" "$WORKDIR/after"
}

# What is there already is no change of the table
same() {
	local before

	before=$("$SHIM6CTL" -j -n A qos show | "$PYTHON" -c \
		'import json, sys; print(json.load(sys.stdin)["generation"])')
	qos rule set 10 proto udp | grep -q 'so already' &&
		qos class set le rank 8 >/dev/null &&
		"$SHIM6CTL" -j -n A qos show | "$PYTHON" -c "import json, sys
assert json.load(sys.stdin)['generation'] == $before + 1"
}

# A class of the module, with its share of each link; no filter needs to know
applied() {
	"$SHIM6CTL" -n A qos apply core all profile minimal >/dev/null &&
		tc -n A class show dev p1 | grep -q 'htb 140:21 .*rate 400Kbit ceil 400Kbit' &&
		tc -n A class show dev p1 | grep -q 'htb 140:11 .*rate 1Mbit ceil 1Mbit' &&
		tc -n A class show dev p2 | grep -q 'htb 140:21 .*rate 100Kbit overhead 8 ceil 100Kbit' &&
		tc -n A class show dev p2 | grep -q 'htb 140:11 .*rate 300Kbit overhead 8 ceil 300Kbit' &&
		"$SHIM6CTL" -n A qos apply core all profile minimal |
		grep -c 'already there' | grep -q '^2$'
}

# What a file of settings says at each start: what leaves and what arrives, of
# which neither takes the other one away, and nothing is done twice
started() {
	local ifb

	ifb=shim6ifb$(ip -n A -o link show p1 | cut -d: -f1)
	saved settings
	printf '%s\n' "qos load $WORKDIR/settings" \
		"qos apply core all profile minimal" \
		"qos apply ingress link isp1 profile minimal" >"$WORKDIR/conf"
	"$SHIM6CTL" -n A qos remove all >/dev/null &&
		! tc -n A qdisc show | grep -q 'htb 140:' &&
		"$SHIM6CTL" config check file "$WORKDIR/conf" >/dev/null &&
		"$SHIM6CTL" -n A state restore "$WORKDIR/conf" >/dev/null &&
		tc -n A class show dev p1 | grep -q 'htb 140:21 .*rate 400Kbit' &&
		tc -n A class show dev "$ifb" | grep -q 'htb 140:1 root rate 50Mbit' &&
		printf 'qos apply core %s profile minimal\n' "link isp1" \
			"link isp2" | "$SHIM6CTL" -n A -b - |
		grep -c 'already there' | grep -q '^2$'
}

snapshot() {
	local dev

	for dev in p1 "$1"; do
		tc -n A qdisc show dev "$dev"
		tc -n A class show dev "$dev"
		tc -n A filter show dev "$dev"
	done 2>/dev/null
	tc -n A filter show dev p1 ingress
}

# comes_back ROLE WORDS...: what WORDS make is there again when another tree of
# that role fails half-way: classes with the shares of a link, filters of flower
comes_back() {
	local dir=$WORKDIR/half ifb

	ifb=shim6ifb$(ip -n A -o link show p1 | cut -d: -f1)
	"$SHIM6CTL" -n A qos apply "${@:2}" >/dev/null || return
	snapshot "$ifb" >"$WORKDIR/had"
	rm -rf "$dir"
	mkdir "$dir" && cp "$TOP/shim6ctl/tests/qos/slow-tc" "$dir/tc" || return
	! HALF=fail HALF_DIR=$dir REAL_TC=$(command -v tc) PATH=$dir:$PATH \
		HALF_NS=$(on A readlink /proc/self/ns/net) \
		"$SHIM6CTL" -n A qos apply "$1" profile minimal rate 5mbit \
		dev p1 2>"$WORKDIR/why" || return
	cat "$WORKDIR/why"
	grep -q 'made up.*; dev p1 is as it was before$' "$WORKDIR/why" &&
		snapshot "$ifb" | diff "$WORKDIR/had" -
}

# What the module gave to a class is what the queue of the class had, and what
# another rule or none is for is elsewhere
SENT=25

send() {
	on A "$PYTHON" - "$1" $SENT <<-'END'
	import socket, sys
	sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
	sock.bind(("2001:db8:a:1::1", 0))
	for _ in range(int(sys.argv[2])):
	    sock.sendto(bytes(100), ("2001:db8:c::1", int(sys.argv[1])))
	END
}

queue_empty() {
	tc -n A -s class show dev p1 classid 140:21 | grep -q 'backlog 0b'
}

joined() {
	ip -n A -6 -batch - <<-END
		addr add 2001:db8:a:1::1/64 dev p1 nodad
		route add 2001:db8:c::/48 dev p1
		neigh replace 2001:db8:c::1 lladdr 02:00:00:00:00:01 dev p1
	END
	send 5060 && send 9
	busywait $PATIENCE queue_empty
	"$SHIM6CTL" -j -n A qos show traffic >"$WORKDIR/json"
	"$PYTHON" - "$WORKDIR/json" $SENT <<-'END'
	import json, sys
	rows = {(r["link"], r["class"]): r for r in json.load(open(sys.argv[1]))}
	row, sent = rows["isp1", "call"], int(sys.argv[2])
	assert row["tx_packets"] == sent, row
	assert row["tc_class"] == "140:21" and row["tc_packets"] == sent, row
	assert row["tc_drops"] == row["tc_backlog_bytes"] == 0, row
	assert ("isp2", "call") not in rows or \
	    not rows["isp2", "call"]["tx_packets"], rows
	END
}

# How u32 says that a filter has no class differs from tc to tc. What ends so by
# default is named, too
takes_away() {
	local set="action pedit ex munge ip6 traffic_class set 0 retain 0xfc"

	tc -n B -batch - <<-END
		qdisc add dev p1 clsact
		filter add dev p1 egress protocol ip pref 5 u32 match u32 0 0 classid :7 action ok
		filter add dev p1 egress protocol ip pref 6 u32 match u32 0 0 action ok
		filter add dev p1 egress protocol ipv6 pref 7 matchall $set
		filter add dev p1 egress protocol ipv6 pref 8 matchall $set pipe
	END
	"$SHIM6CTL" -n B qos check dev p1 >"$WORKDIR/check"
	[ $? = 1 ] && grep -q 'pref 6 ends in "ok" without a class' \
		"$WORKDIR/check" &&
		grep -q 'pref 7 ends in "ok" without a class' "$WORKDIR/check" &&
		! grep -q 'pref [58]' "$WORKDIR/check"
}

# Only where the module has a link, once for all of them, and not those of a
# profile
looks_for_ports() {
	local ns

	tc -n B qdisc add dev p1 root handle 140: htb
	for ns in A B; do
		tc -n $ns filter add dev p1 parent 140: protocol ipv6 pref 9 \
			flower ip_proto udp dst_port 5060 classid 140:21
	done
	"$SHIM6CTL" -n A qos check dev p1 >"$WORKDIR/check"
	[ $? = 1 ] && grep -q 'the filter with pref 9 of p1 looks for ports' \
		"$WORKDIR/check" && ! grep -q 'has no class' "$WORKDIR/check" &&
		"$SHIM6CTL" -n A -q qos link add beside dev p1 \
			prefix 2001:db8:c::/48 || return
	"$SHIM6CTL" -n A qos check dev p1 >"$WORKDIR/check"
	[ "$(grep -c 'looks for ports' "$WORKDIR/check")" = 1 ] &&
		"$SHIM6CTL" -n A -q qos link del beside &&
		! "$SHIM6CTL" -n B qos check dev p1 | grep 'looks for ports' &&
		tc -n A filter del dev p1 parent 140: pref 9 &&
		! "$SHIM6CTL" -n A qos check dev p1 | grep 'looks for ports'
}

elsewhere_empty() {
	[ -z "$("$SHIM6CTL" -n B qos rule list)" ] &&
		"$SHIM6CTL" -n B qos class list | wc -l | grep -q '^0$'
}

exchanged() {
	saved before
	"$SHIM6CTL" -q -n A state save "$WORKDIR/state" >/dev/null &&
		module_unload && module_load &&
		qos rule list | wc -l | grep -q '^0$' &&
		"$SHIM6CTL" -q -n A state restore "$WORKDIR/state" >/dev/null &&
		saved after && diff "$WORKDIR/before" "$WORKDIR/after"
}

gone() {
	ip -n A link del p2
	"$SHIM6CTL" -n A qos link list | grep -q '^2 *isp2 *gone' &&
		refused 'link isp2: has no interface; "qos link set isp2 dev' \
			apply core all profile minimal
}

ns_add A B
link_add A p1 B p1
link_add A p2 B p2
module_load
check "everything is set" configure
check "saved and loaded, the same" round_trip
check "shown" shown
test_refused
check "a file that another program overtakes" overtaken
check "what is so already is no change" same
check "put on the devices of the links" applied
check "made at each start by a file of settings" started
check "comes back when another one fails: a figure" \
	comes_back core prio profile survey dev p1
check "comes back when another one fails: what arrives" \
	comes_back ingress ingress link isp1 profile minimal
check "comes back when another one fails: with its shares" \
	comes_back core core link isp1 profile minimal
check "traffic and the queues of tc" joined
check "a filter that takes tc_index away is named" takes_away
check "a filter that a switch would blind is named" looks_for_ports
check "another namespace has nothing" elsewhere_empty
check "kept over an exchange of the module" exchanged
check "a device that is gone" gone
