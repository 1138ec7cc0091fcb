#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "qos": the scripts it writes, what it translates, and its way with a device
# when something goes wrong. Prints TAP lines without numbers.

cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
SCRIPTS=../scripts/qos
DIR=tests/qos
PYTHON=/usr/bin/python3
CTL="${WRAP:-} ./shim6ctl"

check() {
	local name=$1

	shift
	if "$@" >"$TMP/why" 2>&1; then
		echo "ok - $name"
	else
		sed 's/^/# /' "$TMP/why"
		echo "not ok - $name"
	fi
}

rows() {
	sed -e '/^#/d' -e '/^$/d' "$DIR/$1"
}

# says STATUS PATTERN WORDS...: one line on stderr, nothing on stdout
says() {
	local status=$1 pattern=$2 got=0

	shift 2
	# shellcheck disable=SC2086
	$CTL "$@" >"$TMP/out" 2>"$TMP/err" || got=$?
	cat "$TMP/out" "$TMP/err"
	[ $got = "$status" ] || { echo "status is $got"; return 1; }
	[ ! -s "$TMP/out" ] && [ "$(wc -l <"$TMP/err")" = 1 ] || return 1
	grep -qxE "shim6ctl: $pattern" "$TMP/err" ||
		{ echo "is not: $pattern"; return 1; }
}

# --- what is written

script() {
	# shellcheck disable=SC2086
	$CTL $2 >"$TMP/script" || return
	[ -z "${UPDATE:-}" ] ||
		install -m 755 "$TMP/script" "$SCRIPTS/$1"
	diff -u "$SCRIPTS/$1" "$TMP/script" && bash -n "$TMP/script"
}

test_scripts() {
	local name words

	while IFS='|' read -r name words; do
		read -r name <<<"$name"
		check "script $name" script "$name" "$words"
	done < <(rows scripts.tbl)
	check "every test of rows.tsv exists" rows_exist
	check "the manual's figures are the scripts" manual_lines
	check "every script belongs to a row" diff \
		<(rows scripts.tbl | cut -d'|' -f1 | tr -d '\t ' | sort) \
		<(cd $SCRIPTS && printf '%s\n' *.sh | sort)
}

# What the table of the survey's systems names is there
rows_exist() {
	local name

	for name in $(sed '/^#/d' $SCRIPTS/rows.tsv | grep -oE \
		'(scenario|script|tool):[a-z0-9.-]+' | sort -u); do
		case $name in
		scenario:*) [ -r "../scripts/tests/${name#*:}.sh" ] ;;
		script:*) [ -x "$SCRIPTS/${name#*:}.sh" ] ;;
		tool:*) [ -x "tests/${name#*:}" ] ;;
		esac || echo "no $name"
	done | diff /dev/null -
}

# The figures in the manual are those of the scripts
manual_lines() {
	sed -n '/^\.Ss The figures/,/^\.Ss Named/p' ../man/shim6-qos.7 |
		sed -e ':a' -e '/\\$/N; s/\\\n */ /; ta' | grep '^tc ' \
		>"$TMP/manual"
	[ "$(wc -l <"$TMP/manual")" -ge 18 ] &&
		grep -vxFf <(cat $SCRIPTS/*.sh | tr -s ' ') \
			<(tr -s ' ' <"$TMP/manual") | diff /dev/null -
}

translated() {
	local script=$1

	shift
	# shellcheck disable=SC2086
	$CTL qos translate "$@" | diff -u "$SCRIPTS/$script" -
}

# The survey's lines alone: what is said of IPv6 is not theirs
without_ipv6() {
	# shellcheck disable=SC2086
	$CTL qos translate file $DIR/figure7.txt |
		diff -u <(sed -n '1,/pref 14050/p' $SCRIPTS/edge.sh) -
}

# named VALUE NAME: what a class of dsmark with that value marks as
named() {
	# shellcheck disable=SC2086
	sed "s/0xb8/$1/" $DIR/figure7.txt | $CTL qos translate |
		grep -x "# $2 up to 1mbit, .*"
}

# printed SED-SCRIPT LINE PATTERN: the figure with some mistakes mended
printed() {
	says 1 "standard input: line $2: $3" qos translate \
		< <(sed "$1" $DIR/figure7-printed.txt)
}

test_translate() {
	check "figure 7" translated edge.sh \
		< <(cat $DIR/figure7.txt $DIR/figure7-ipv6.txt)
	check "figure 7 with u32" translated edge-u32.sh u32 \
		< <(cat $DIR/figure7.txt $DIR/figure7-ipv6.txt)
	check "figure 7 through Shim6" translated edge-router.sh router \
		< <(cat $DIR/figure7.txt $DIR/figure7-ipv6.txt)
	check "figure 7, nothing but it" without_ipv6
	check "a codepoint of AF" named 0x98 AF43
	check "a codepoint without a name" named 0x08 "DSCP 2"
	check "figure 8" translated core.sh file $DIR/figure8.txt
	check "figure 8 with u32" translated core-u32.sh file $DIR/figure8.txt u32
	check "figure 7 as printed: indices" printed "" 3 "B4: .*"
	check "figure 7 as printed: eht0" printed "s/B4/64/" 6 \
		"dev eht0: the lines before are about eth0; .*"
	check "figure 7 as printed: 0x4B" printed "s/B4/64/;s/eht0/eth0/" 6 \
		"value 0x4b: would set bits of ECN .*; 0x48 is meant"
	check "figure 7 as printed: 1:u32" printed \
		"s/B4/64/;s/eht0/eth0/;s/0x4B/0x48/" 7 "1:u32: .*"
}

test_refused() {
	local input line

	while IFS= read -r line; do
		input=${line%% | *}
		line=${line#* | }
		[ "$input" != "$line" ] || input=
		check "translate refuses: ${input//;/ ; }" says 1 \
			"standard input: ${line#| }" qos translate \
			< <(tr ';' '\n' <<<"$input")
	done < <(sed -e '/^# [A-Z;S"]/d' $DIR/refused.tbl)
	check "translate: no such file" says 1 \
		"file /nowhere: No such file or directory" \
		qos translate file /nowhere
	check "translate: a line without an end" says 1 \
		"standard input: line 1: too long, 2046 octets at most" \
		qos translate < <(head -c 5000 /dev/zero | tr '\0' x)
}

without_tools() {
	local CTL="env PATH=/nowhere/sbin $CTL"

	says 1 "ip: not found in the path; install iproute2" \
		qos apply core rate 10mbit dev lo
}

test_words() {
	check "no such role" says 2 "role bridge: must be one of edge, .*" \
		qos apply bridge dev x rate 10mbit
	check "no such profile" says 2 "profile gold: must be one of diffserv, .*" \
		qos apply core profile gold dev x rate 10mbit
	check "a role the profile has not" says 2 \
		"edge: the profile cake has no such role; it has core, ingress" \
		qos apply edge profile cake dev x rate 10mbit
	check "no rate" says 2 "rate is missing: .*" qos apply core dev x
	check "a rate of nothing" says 2 \
		"rate 0mbit: must be a rate of whole kbit from 100kbit to 100gbit, such as 50mbit" \
		qos apply core dev x rate 0mbit
	check "a rate that is none" says 2 "rate fast: must be .*" \
		qos apply core dev x rate fast
	check "a rate too large to be one" says 2 "rate 99999999999gbit: .*" \
		qos apply core dev x rate 99999999999gbit
	check "a rate where the figures have theirs" says 2 "rate: the profile .*" \
		qos apply core profile survey dev x rate 10mbit
	check "router where it makes no difference" says 2 "router: makes no .*" \
		qos apply core profile cake rate 10mbit router print
	check "u32 where it is no choice" says 2 "u32: is no choice .*" \
		qos apply prio profile survey u32 print
	check "no device" says 2 "qos apply: dev is missing: .*" \
		qos apply core rate 10mbit
	check "no device to remove from" says 2 "qos remove: dev is missing: .*" \
		qos remove
	check "a device that would be two words" says 2 "dev x y: must be an interface, .*" \
		qos apply core rate 10mbit dev "x y"
	check "no tc" without_tools
}

# --- on devices

device_dump() {
	tc -j qdisc show dev "$1"
	tc -j class show dev "$1"
	tc -j filter show dev "$1"
	tc -j filter show dev "$1" ingress 2>/dev/null
}

# /sys shows those of another namespace
there() {
	ip link show dev "$1" >/dev/null 2>&1
}

apply() {
	# shellcheck disable=SC2086
	$CTL qos apply core profile minimal rate 10mbit dev q0 "$@"
}

is_default() {
	tc qdisc show dev q0
	[ "$(tc qdisc show dev q0 | wc -l)" = 1 ] &&
		tc qdisc show dev q0 | grep -q '^qdisc noqueue 0: root'
}

remove() {
	# shellcheck disable=SC2086
	$CTL qos remove dev q0 && is_default
}

twice() {
	apply || return
	device_dump q0 >"$TMP/first"
	apply | grep -q "already there" || return
	device_dump q0 | diff "$TMP/first" -
}

another_rate() {
	# shellcheck disable=SC2086
	$CTL qos apply core profile minimal rate 20mbit dev q0 || return
	tc class show dev q0 | grep -q 'classid\|140:1 root.*rate 20Mbit' &&
		! tc class show dev q0 | grep -q '140:1 root.*rate 10Mbit'
}

foreign() {
	says 1 "dev q0: has a root queueing discipline of somebody else, tbf 1:; .*" \
		qos apply core profile minimal rate 10mbit dev q0 &&
		tc qdisc show dev q0 | grep -q '^qdisc tbf 1: root'
}

# Filters and clsact of somebody else stay where they are
neighbours() {
	tc qdisc add dev q0 clsact
	tc filter add dev q0 egress protocol ip pref 5 u32 match u32 0 0 \
		classid :7
	tc filter add dev q0 egress protocol ip pref 14500 u32 \
		match u32 0 0 classid :8
	# shellcheck disable=SC2086
	$CTL qos remove dev q0
	tc filter show dev q0 egress
	tc filter show dev q0 egress | grep -q 'pref 5 ' &&
		! tc filter show dev q0 egress | grep -q 'pref 14500 '
	local ret=$?

	tc qdisc del dev q0 clsact
	return $ret
}

# What leaves and what arrives: each stays when the other one changes
leaving() {
	tc qdisc show dev q0
	tc class show dev q0
	tc filter show dev q0
}

arriving() {
	tc qdisc show dev shim6ifb2
	tc class show dev shim6ifb2
	tc filter show dev q0 ingress
}

both_ways() {
	apply || return
	leaving | grep -v clsact >"$TMP/leaving"
	# shellcheck disable=SC2086
	$CTL qos apply ingress profile minimal rate 20mbit dev q0 || return
	leaving | grep -v clsact | diff "$TMP/leaving" - || return
	arriving >"$TMP/arriving"
	grep -q 'htb 140:1 root.*rate 20Mbit' "$TMP/arriving" &&
		grep -q 'mirred (Egress Redirect to device shim6ifb2)' \
			"$TMP/arriving" || return
	apply | grep -q "already there" || return
	# One clsact for both: it stays for the other one
	tc filter add dev q0 egress protocol ip pref 14500 u32 \
		match u32 0 0 classid :8
	# shellcheck disable=SC2086
	$CTL qos apply ingress profile minimal rate 30mbit dev q0 &&
		$CTL qos apply ingress profile minimal rate 20mbit dev q0 &&
		tc filter show dev q0 egress | grep -q 'pref 14500 ' || return
	arriving >"$TMP/arriving"
	another_rate && arriving | diff "$TMP/arriving" - || return
	! tc filter show dev q0 egress | grep 'pref 14500 ' || return
	# shellcheck disable=SC2086
	$CTL qos apply ingress profile minimal rate 20mbit dev q0 |
		grep -q "already there" || return
	half fail rate 30mbit && ended ".*$BEFORE" || return
	arriving | diff "$TMP/arriving" - || return
	remove && ! there shim6ifb2
}

# One that every namespace has: the trial is on that of its own
loopback() {
	# shellcheck disable=SC2086
	$CTL qos apply core profile minimal rate 10mbit dev lo &&
		tc qdisc show dev lo | grep -q '^qdisc htb 140: root' &&
		$CTL qos remove dev lo &&
		tc qdisc show dev lo | grep -q '^qdisc noqueue 0: root'
}

# stands_behind PID: until it has come to the lock, which is behind the point
# from where it minds its signals
stands_behind() {
	for _ in $(seq 200); do
		! ls -l "/proc/$1/fd" | grep -q '/run/shim6ctl.lock$' || return 0
		sleep 0.05
	done
	return 1
}

# The one that comes second waits, and does its own when the first one is done
one_behind_the_other() {
	local second

	half hang && is_half || return
	# shellcheck disable=SC2086
	$CTL qos apply core profile minimal rate 20mbit dev q0 \
		>"$TMP/second" 2>&1 &
	second=$!
	stands_behind $second || return
	# Time enough for one that does not wait
	sleep 0.5
	kill -0 $second && is_half || return
	kill -TERM $JOB
	wait $JOB
	[ $? = 1 ] && wait $second || { cat "$TMP/second"; return 1; }
	tc class show dev q0 | grep -q '140:1 root.*rate 20Mbit' && remove
}

# Whoever waits can be told to stop
waits_no_longer() {
	local second

	half hang || return
	# shellcheck disable=SC2086
	$CTL qos apply core profile minimal rate 20mbit dev q1 \
		>"$TMP/second" 2>&1 &
	second=$!
	stands_behind $second || return
	kill -INT $second
	wait $second
	[ $? = 1 ] || return
	cat "$TMP/second"
	kill -TERM $JOB
	wait $JOB
	grep -qx 'shim6ctl: interrupted while another shim6ctl .*; nothing was changed' \
		"$TMP/second" && is_default
}

# A batch tries beforehand, too: nothing had to be undone
lacks_in_batch() {
	tc qdisc show dev q0 >"$TMP/before"
	says 1 "stdin:1: tc qdisc add dev q0 .*; this kernel lacks it; see \"qos check\", or take the profile minimal" \
		-b - <<<"qos apply core profile cake rate 10mbit dev q0" &&
		tc qdisc show dev q0 | diff "$TMP/before" -
}

# No CAP_SYS_ADMIN, no trial: it works all the same
no_trial() {
	# shellcheck disable=SC2086
	setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin \
		$CTL qos apply core profile minimal rate 10mbit dev q0 && remove
}

# What the kernel does not have is found on trial, the device is not touched
lacks() {
	tc qdisc show dev q0 >"$TMP/before"
	says 1 "tc qdisc add dev q0 .*: Error: .*unknown; this kernel lacks it; .*" \
		qos apply core profile cake rate 10mbit dev q0 &&
		tc qdisc show dev q0 | diff "$TMP/before" -
}

STATES='import json, sys
for link in json.load(sys.stdin):
    print(link["link"], (link["device"] or "null") + ":", link["state"])'

# all STATE...: of the links of the fake module, whose numbers of interfaces are
# those of q0 and q1, and one that is not there
all() {
	local got=0

	SHIM6_FAKE_KERNEL=1 ${WRAP:-} tests/fake-shim6ctl -j \
		qos apply core all profile "${PROFILE:-minimal}" \
		>"$TMP/out" 2>"$TMP/err" || got=$?
	cat "$TMP/out" "$TMP/err"
	[ $got = 1 ] && grep -q 'link spare: has no interface' "$TMP/err" &&
		diff <(printf '%s\n' "$@" "spare null: not applied") \
			<($PYTHON -c "$STATES" <"$TMP/out")
}

is_ours() {
	tc qdisc show dev "$1" | grep -q '^qdisc htb 140: root'
}

# Each link is done or as it was before, whatever becomes of the others
all_but_one() {
	all "isp1 q0: applied" "isp2 q1: applied" &&
		[ "$(wc -l <"$TMP/err")" = 1 ] && is_ours q0 && is_ours q1
}

all_again() {
	all "isp1 q0: already there, not touched" \
		"isp2 q1: already there, not touched"
}

remove_all() {
	SHIM6_FAKE_KERNEL=1 ${WRAP:-} tests/fake-shim6ctl qos remove all \
		>"$TMP/out" || return
	cat "$TMP/out"
	[ "$(grep -cE '^q[01] +removed +noqueue$' "$TMP/out")" = 2 ] &&
		! is_ours q0 && ! is_ours q1
}

all_but_the_first() {
	tc qdisc add dev q0 root handle 1: tbf rate 1mbit burst 10k latency 1s
	all "isp1 q0: not applied" "isp2 q1: applied" &&
		grep -q 'dev q0: has a root queueing discipline' "$TMP/err" &&
		tc qdisc show dev q0 | grep -q '^qdisc tbf 1: root' &&
		is_ours q1
	local ret=$?

	tc qdisc del dev q0 root
	tc qdisc del dev q1 root
	return $ret
}

# Those of the survey's are not the ones that packets are for
all_of_another_number() {
	PROFILE=survey all "isp1 q0: not applied" "isp2 q1: not applied" &&
		[ "$(grep -c "its packets are for 140:" "$TMP/err")" = 2 ] &&
		! is_ours q1
}

plug() {
	ip link add q0 index 2 type veth peer name q1 index 3
	ip link set q0 up
	ip link set q1 up
}

test_devices() {
	plug
	check "apply twice: the same dump" twice
	check "apply with another rate" another_rate
	check "remove: the default is back" remove
	check "remove again: nothing to do" remove
	tc qdisc add dev q0 root handle 1: tbf rate 1mbit burst 10k latency 1s
	check "somebody else's root: refused" foreign
	check "somebody else's root: by force" apply force
	check "and removed" remove
	check "somebody else's filters stay" neighbours
	check "all links: one has no interface" all_but_one
	check "all links again: nothing to do" all_again
	check "all links: removed" remove_all
	check "all links: the first fails" all_but_the_first
	check "all links: queues of another number" all_of_another_number
	check "a rate beyond the link" says 1 \
		"rate 11gbit: the link q0 does 10gbit at most; .*" \
		qos apply core profile minimal rate 11gbit dev q0
	check "a device that is not there" says 1 \
		'dev q7: no such interface; see "ip link"' \
		qos apply core profile minimal rate 10mbit dev q7
	check "tc fails half-way: undone" fails_half_way
	check "what tc may do" tool_caps
	check "SIGTERM half-way: undone" signalled TERM
	check "SIGINT half-way: undone" signalled INT
	check "SIGKILL half-way: remove cleans" killed
	test_former
	check "without CAP_SYS_ADMIN: no trial" no_trial
	check "what leaves and what arrives, apart" both_ways
	ip link set lo up
	check "a device that the trial has already" loopback
	check "two at once: one behind the other" one_behind_the_other
	check "two at once: the second one is interrupted" waits_no_longer
	if tc qdisc add dev q1 root cake 2>/dev/null; then
		echo "ok - a kernel without cake # SKIP it has it"
		echo "ok - the same in a batch # SKIP it has it"
	else
		check "a kernel without cake" lacks
		check "the same in a batch" lacks_in_batch
	fi
	check "check: links and devices without classes" no_tree
	check "check: a link with classes" has_tree
	test_full_devices
	check "check: queues that packets do not find" other_numbers
	check "check: control messages without a class" control_exposed
	check "apply for check" apply
	check "check: GSO holds up the line" checked 1 "hold up a line of 10Mbit" \
		dev q0
	ip link set q0 gso_max_segs 1
	check "check: mended" bash -c "! ./shim6ctl qos check dev q0 |
		grep 'hold up'"
	ip link set q0 txqueuelen 0
	check "check: txqueuelen" checked 1 "txqueuelen is 0" dev q0
}

# shellcheck source=shim6ctl/tests/qos/check.sh
. $DIR/check.sh
# shellcheck source=shim6ctl/tests/qos/half.sh
. $DIR/half.sh

if [ -z "${SHIM6_QOS_DIR:-}" ]; then
	SHIM6_QOS_DIR=$(mktemp -d)
	export SHIM6_QOS_DIR
	trap 'rm -rf "$SHIM6_QOS_DIR"' EXIT
	TMP=$SHIM6_QOS_DIR
	test_scripts
	test_translate
	test_refused
	test_words
	test_check_file
	test_full
	if [ "$(id -u)" = 0 ] && command -v tc >/dev/null &&
	   unshare -nm true 2>/dev/null; then
		# A lock of its own, too: nobody else has to wait
		# shellcheck disable=SC2016
		unshare -nm sh -c 'mount -t tmpfs none /run && exec "$0"' \
			"$PWD/tests/qos.sh"
	else
		echo "ok - qos on devices # SKIP needs root, unshare and tc"
	fi
	exit 0
fi
TMP=$SHIM6_QOS_DIR
test_devices
