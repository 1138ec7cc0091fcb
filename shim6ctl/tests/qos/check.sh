# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Part of qos.sh: "qos check", and output that nobody gets.

# advised FINDING COMMAND [WORDS...]: what mends it is that command
advised() {
	SHIM6_FAKE_KERNEL=1 ${WRAP:-} tests/fake-shim6ctl qos check "${@:3}" \
		>"$TMP/out"
	[ $? = 1 ] || return
	cat "$TMP/out"
	grep -qE "^warning +$1 +$2\$" "$TMP/out"
}

NONE="has no classes yet"

no_tree() {
	local apply="shim6ctl qos apply core"

	advised "link isp1: its interface q0 $NONE" "$apply link isp1" &&
		advised "link isp2: its interface q1 $NONE" "$apply link isp2" &&
		advised "link isp2: its interface q1 $NONE" "$apply link isp2" \
			dev q1 &&
		advised "dev lo: $NONE" "$apply dev lo rate RATE" dev lo ||
		return
	tc qdisc add dev q0 root handle 1: tbf rate 1mbit burst 10k latency 1s
	advised "link isp1: its interface q0 $NONE" "$apply link isp1 force"
	local ret=$?

	tc qdisc del dev q0 root
	return $ret
}

# What the advice says, for a kernel with little
has_tree() {
	SHIM6_FAKE_KERNEL=1 ${WRAP:-} tests/fake-shim6ctl \
		qos apply core link isp1 profile minimal >/dev/null &&
		advised "link isp2: its interface q1 $NONE" ".*" &&
		! grep "isp1" "$TMP/out" || return
	! advised "link isp1: .*" ".*" dev q0 && ! grep "$NONE" "$TMP/out" ||
		return
	remove
}

checked() {
	local status=$1 pattern=$2 got=0

	shift 2
	# shellcheck disable=SC2086
	$CTL -j qos check "$@" >"$TMP/out" || got=$?
	cat "$TMP/out"
	$PYTHON -m json.tool <"$TMP/out" >/dev/null &&
		[ $got = "$status" ] && grep -qE "$pattern" "$TMP/out"
}

# linked PATTERN: a finding about q0 as the device of a link of the fake module
linked() {
	local got=0

	SHIM6_FAKE_KERNEL=1 ${WRAP:-} tests/fake-shim6ctl qos check dev q0 \
		>"$TMP/out" || got=$?
	cat "$TMP/out"
	[ $got = 1 ] && grep -qE "$1" "$TMP/out"
}

# Without a class of their own control messages wait with the rest
control_exposed() {
	apply || return
	linked 'have no queue of their own' && return 1
	SHIM6_FAKE_KERNEL=1 ${WRAP:-} tests/fake-shim6ctl -b - >"$TMP/out" <<-END
		qos control set class none
		qos check dev q0
	END
	cat "$TMP/out"
	grep -q 'have no queue of their own.*qos control set class' "$TMP/out" &&
		remove
}

# Queues that packets of the link do not find, by the one half of their number
# or by the other; those of a profile they do
other_numbers() {
	tc qdisc add dev q0 root handle 1: htb
	linked 'below 1:, those of .* the link isp1 below 140:.*apply core link isp1 force' &&
		tc qdisc replace dev q0 root handle 152: htb &&
		linked 'are below 152:.*shim6ctl qos link set isp1 major 152' &&
		tc qdisc replace dev q0 root handle 140: htb &&
		linked 'q0 has no class 140:11, .* of the class ef .*share ef=5%'
	local ret=$?

	tc qdisc del dev q0 root
	[ $ret = 0 ] && apply && ! linked 'has no class|are below' && remove
}

test_check_file() {
	check "check: what Linux has no more" checked 2 "line 8: dsmark" \
		file $DIR/figure7.txt
	check "check: meta(tcindex)" checked 2 "meta.tc_index" \
		file <(echo "basic match 'meta(tcindex eq 1)'")
	check "check: nothing wrong" checked 0 '\[' file $SCRIPTS/core.sh
	check "check: no such file" says 2 "file /nowhere: No such file or directory" \
		qos check file /nowhere
}

# A full disk behind ">" is a failure, and not what a check found
full() {
	local status=0

	# shellcheck disable=SC2086
	SHIM6_FAKE_KERNEL=1 ${WRAP:-} "$@" >/dev/full 2>"$TMP/err" || status=$?
	cat "$TMP/err"
	[ $status = 1 ] && diff "$TMP/err" \
		<(echo "shim6ctl: standard output: No space left on device")
}

test_full() {
	local words

	while IFS= read -r words; do
		# shellcheck disable=SC2086
		check "a full disk is a failure for $words" \
			full tests/fake-shim6ctl $words
	done <<-END
		qos check file $DIR/figure7.txt
		-j qos check file $SCRIPTS/core.sh
		qos translate file $DIR/figure8.txt
		qos apply core rate 10mbit print
		qos remove print
		qos show
		-j qos show
		qos show marking
		qos rule list
		qos save
		qos init diffserv
		qos class add x
		qos flush
		qos check --help
	END
}

test_full_devices() {
	local words

	while IFS= read -r words; do
		# shellcheck disable=SC2086
		check "a full disk is a failure for $words" full ./shim6ctl $words
	done <<-END
		qos check
		qos check dev q0
		-j qos check dev q0
		qos apply core profile minimal rate 10mbit dev q0
		qos remove dev q0
	END
}
