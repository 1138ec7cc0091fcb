# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Part of qos.sh: what becomes of q0 when tc goes wrong half-way.

RECORD=/run/shim6ctl/$(stat -Lc %i /proc/self/ns/net)-2-leaving
BEFORE='; dev q0 is as it was before'
DEFAULT="; dev q0 has the kernel's default now"

# half HOW [WORDS...]: apply with a tc that goes wrong, see slow-tc, in the
# background; waits until it has
half() {
	rm -rf "$TMP/bin"
	mkdir -p "$TMP/bin"
	cp "$DIR/slow-tc" "$TMP/bin/tc"
	# shellcheck disable=SC2086,SC2154
	HALF=$1 HALF_DIR=$TMP/bin HALF_NS=$(readlink /proc/self/ns/net) \
		REAL_TC=$(command -v tc) PATH=$TMP/bin:$PATH \
		$CTL qos apply "${ROLE:-core}" profile minimal dev q0 "${@:2}" \
		$([ $# -gt 1 ] || echo rate 10mbit) \
		>"$TMP/out" 2>"$TMP/err" &
	JOB=$!
	appears half
}

appears() {
	for _ in $(seq 200); do
		[ ! -e "$TMP/bin/$1" ] || return 0
		sleep 0.05
	done
	return 1
}

# ended PATTERN: with one line, and status 1
ended() {
	wait $JOB
	[ $? = 1 ] || return
	cat "$TMP/out" "$TMP/err"
	[ ! -s "$TMP/out" ] && [ "$(wc -l <"$TMP/err")" = 1 ] &&
		grep -qxE "shim6ctl: $1" "$TMP/err"
}

# What a batch did so far is there: otherwise the next ones prove nothing
fails_half_way() {
	half fail && ended "tc class add dev q0 .*: Error: made up; .*$BEFORE" &&
		is_default
}

is_half() {
	tc qdisc show dev q0 | grep -q '^qdisc htb 140: root' &&
		! tc class show dev q0 | grep -q 'htb 140:17'
}

signalled() {
	half hang && is_half || return
	kill -"$1" $JOB
	ended "interrupted$BEFORE" && is_default
}

killed() {
	half hang && is_half || return
	kill -KILL $JOB
	wait $JOB 2>/dev/null
	is_half && remove
}

# What tc may do: nothing but change the network
tool_caps() {
	cat "$TMP/bin/caps"
	[ "$(tr -s '\t' ' ' <"$TMP/bin/caps")" = "CapPrm: 0000000000001000" ]
}

# --- a tree of ours was there

# All of the device, and nothing that counts
snapshot() {
	local dev

	for dev in q0 shim6ifb2; do
		there $dev || continue
		tc qdisc show dev $dev
		tc class show dev $dev
		tc filter show dev $dev
	done
	# Without clsact they are no question
	tc filter show dev q0 egress 2>/dev/null
	tc filter show dev q0 ingress 2>/dev/null || true
}

# had WORDS...: a tree, made by a program that is gone by now
had() {
	$CTL qos apply "${ROLE:-core}" profile minimal dev q0 "$@" \
		>/dev/null && snapshot >"$TMP/had" && grep -q 140:17 "$TMP/had"
}

has_it_still() {
	snapshot | diff "$TMP/had" -
}

comes_back() {
	had rate 10mbit && half fail rate 20mbit && ended ".*made up; .*$BEFORE" &&
		has_it_still && remove
}

comes_back_after() {
	had rate 10mbit && half hang rate 20mbit && is_half || return
	kill -"$1" $JOB
	ended "interrupted$BEFORE" && has_it_still && remove
}

# In its own words, such as octets of a link and a class of the module
comes_back_router() {
	had rate 10mbit router && half fail rate 20mbit && ended ".*$BEFORE" &&
		has_it_still && remove
}

# The part that changes comes back, the other one stays
comes_back_ingress() {
	apply >/dev/null && ROLE=ingress had rate 10mbit || return
	ROLE=ingress half fail rate 20mbit && ended ".*$BEFORE" &&
		has_it_still || return
	half fail rate 20mbit && ended ".*$BEFORE" && has_it_still || return
	ROLE=ingress half hang rate 20mbit || return
	kill -TERM $JOB
	ended "interrupted$BEFORE" && has_it_still && remove
}

# What an edge has beside its classes: filters of clsact, which leave with them
comes_back_edge() {
	had rate 10mbit || return
	sed 's/^\t*//' >"$TMP/edge" <<-'END'
		tc qdisc replace dev $D clsact
		tc filter add dev $D egress protocol ip pref 14110 u32 match ip tos 0xb8 0xfc classid :1
		tc filter add dev $D egress protocol ipv6 pref 14111 u32 match ip6 priority 0xb8 0xfc classid :1
	END
	cat "$TMP/edge" >>"$RECORD"
	D=q0 bash -e "$TMP/edge" && snapshot >"$TMP/had" &&
		grep -q "pref 14111" "$TMP/had" && half fail rate 20mbit &&
		ended ".*$BEFORE" && has_it_still && beside_others && remove
}

# Beside those of others u32 has other numbers for its tables
beside_others() {
	tc filter add dev q0 egress protocol ip pref 5 u32 match u32 0 0 \
		classid :7
	snapshot | sed 's/80[0-9]//g' >"$TMP/had"
	half fail rate 20mbit && ended ".*$BEFORE" &&
		snapshot | sed 's/80[0-9]//g' | diff "$TMP/had" -
	local ret=$?

	tc filter del dev q0 egress pref 5
	return $ret
}

# What is interrupted twice comes back nevertheless
comes_back_undisturbed() {
	had rate 10mbit && half slow rate 20mbit || return
	kill -INT $JOB
	appears again || return
	kill -INT $JOB
	kill -TERM $JOB
	ended "interrupted$BEFORE" && has_it_still && remove
}

# Taking away the former one is half of the way, too
comes_back_taken() {
	had rate 10mbit && half remove rate 20mbit && ended "tc: .*$BEFORE" &&
		has_it_still && remove
}

# What is not taken away is not made again
stays() {
	had rate 10mbit && rm "$RECORD" && half refuse rate 20mbit &&
		ended "tc: .*$BEFORE" && has_it_still && remove
}

# One that a script made is known once it was found there
comes_back_found() {
	$CTL qos apply core profile minimal rate 10mbit print | bash -s q0 &&
		had rate 10mbit && half fail rate 20mbit && ended ".*$BEFORE" &&
		has_it_still && remove
}

# A device of the same number in another namespace is another one
comes_back_here() {
	had rate 10mbit || return
	# shellcheck disable=SC2016
	unshare -n bash -c 'ip link add q0 index 2 type veth \
		peer name q1 index 3 &&
		"$@"' - $CTL qos apply core profile minimal rate 30mbit dev q0 \
		>/dev/null || return
	[ "$(find /run/shim6ctl -name '*-2-leaving' | wc -l)" = 2 ] || return
	half fail rate 20mbit && ended ".*$BEFORE" && has_it_still && remove
}

# clsact of somebody else that has no filters yet
comes_back_empty() {
	had rate 10mbit && tc qdisc add dev q0 clsact || return
	snapshot >"$TMP/had"
	half fail rate 20mbit && ended ".*$BEFORE" && has_it_still || return
	tc qdisc del dev q0 clsact
	remove
}

# --- what cannot come back is said

# lost COMMAND...: after it, what was there does not come back
lost() {
	had rate 10mbit && [ -s "$RECORD" ] && "$@" || return
	half fail rate 20mbit && ended ".*made up; .*$DEFAULT" && is_default &&
		[ ! -e "$RECORD" ]
}

of_another() {
	sed -i 's/rate 10mbit/rate 11mbit/' "$RECORD"
}

# Others could have written it
by_others() {
	chmod 622 "$RECORD"
}

by_somebody() {
	chmod 644 "$RECORD" && chown 65534 "$RECORD"
}

by_name() {
	mv "$RECORD" "$TMP/record" && ln -s "$TMP/record" "$RECORD"
}

lost_folder() {
	had rate 10mbit && chmod 755 /run/shim6ctl &&
		chown 65534 /run/shim6ctl || return
	half fail rate 20mbit && ended ".*$DEFAULT" && is_default
	local ret=$?

	rm -r /run/shim6ctl
	return $ret
}

# By hand: what made it is not all there is
changed() {
	tc class change dev q0 parent 140:1 classid 140:17 htb rate 77kbit
}

lost_twice() {
	had rate 10mbit && half twice rate 20mbit &&
		ended ".*made up; .*$DEFAULT" && is_default
}

lost_foreign() {
	tc qdisc add dev q0 root handle 1: tbf rate 1mbit burst 10k latency 1s
	half fail rate 10mbit force && ended ".*$DEFAULT" && is_default
}

# When nothing helps, what is left is for "remove"
left_half() {
	had rate 10mbit && half broken rate 20mbit &&
		ended '.*made up; .*; dev q0 is set up by half now; "qos remove" cleans it' &&
		is_half && remove
}

unplugged() {
	had rate 10mbit && half unplug rate 20mbit &&
		ended '.*made up; .*; dev q0 is gone'
	local ret=$?

	plug
	return $ret
}

# --- what is kept

kept() {
	had rate 10mbit && ls -lR /run/shim6ctl && [ "$(stat -c %a-%u /run/shim6ctl)" = 700-0 ] &&
		[ "$(stat -c %a-%u "$RECORD")" = 600-0 ] || return
	ROLE=ingress had rate 10mbit && [ -s "${RECORD/leav/arriv}" ] &&
		remove && ! ls "${RECORD%leaving}"*
}

# Of devices that are gone, and of namespaces, which nobody sees end
tidied() {
	local ns=${RECORD##*/} i

	rm -f /run/shim6ctl/*
	touch "/run/shim6ctl/${ns%%-*}-77-arriving"
	for i in $(seq 300); do
		echo "/run/shim6ctl/1-$i-leaving"
	done | xargs touch -d yesterday
	touch -d "2 days ago" /run/shim6ctl/1-300-leaving
	had rate 10mbit && [ ! -e "/run/shim6ctl/${ns%%-*}-77-arriving" ] &&
		[ ! -e /run/shim6ctl/1-300-leaving ] && [ -s "$RECORD" ] &&
		[ "$(find /run/shim6ctl -type f | wc -l)" = 300 ] || return
	rm /run/shim6ctl/1-*
	remove
}

# A full disk is no reason to fail, and half a script is none
unrecorded() {
	had rate 10mbit && mount -t tmpfs -o size=4k,mode=700 none /run/shim6ctl || return
	another_rate && [ -z "$(ls -A /run/shim6ctl)" ]
	local ret=$?

	umount /run/shim6ctl
	remove
	return $ret
}

test_former() {
	check "another tree fails: the former one is there" comes_back
	check "another tree, SIGTERM: the former one" comes_back_after TERM
	check "another tree, SIGINT: the former one" comes_back_after INT
	check "another tree: one with filters of its own" comes_back_router
	check "another tree: of what arrives" comes_back_ingress
	check "another tree: of an edge" comes_back_edge
	check "another tree: interrupted twice" comes_back_undisturbed
	check "another tree: the former one is taken away, and that fails" \
		comes_back_taken
	check "another tree: the former one cannot be taken away" stays
	check "another tree: one that a script made" comes_back_found
	check "another tree: another namespace" comes_back_here
	check "another tree: clsact without filters" comes_back_empty
	check "not known what made it" lost rm "$RECORD"
	check "known is what made another one" lost of_another
	check "others could write what made it" lost by_others
	check "somebody wrote what made it" lost by_somebody
	check "elsewhere is what made it" lost by_name
	check "somebody's folder has what made it" lost_folder
	check "somebody changed it" lost changed
	check "tc fails again" lost_twice
	check "somebody else's root does not come back" lost_foreign
	check "tc fails always" left_half
	check "the device is gone" unplugged
	check "what is kept, and how long" kept
	check "what is kept is tidied" tidied
	check "what cannot be kept" unrecorded
}
