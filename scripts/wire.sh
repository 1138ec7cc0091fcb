# SPDX-License-Identifier: GPL-2.0
# What the hosts of a topology say to each other in protocol 140, and how to
# take single messages away. Sourced after lib.sh and a topology.
# shellcheck shell=bash

declare -A WIRE_TYPE=([I1]=1 [R1]=2 [I2]=3 [R2]=4 [UpdateRequest]=64
	[UpdateAck]=65 [Keepalive]=66 [Probe]=67 [Error]=68)
declare -A WIRE_MARK WIRE_WATCH

# wire_watch NS...: from now on every message of these namespaces is known
wire_watch() {
	local ns

	for ns; do
		rm -f "$WORKDIR/wire.$ns"
		WIRE_MARK[$ns]=1
		start "$ns" "$SCRIPTS/wire.py" watch "$WORKDIR/wire.$ns"
		WIRE_WATCH[$ns]=$JOB
		busywait $PATIENCE test -s "$WORKDIR/wire.$ns" ||
			bail "nobody listens in $ns"
	done
}

# wire_seen NS: until all is in the file that came by now. Who watches is not
# quicker than the hosts: what they know may still wait to be written.
wire_seen() {
	local file=$WORKDIR/wire.$1.seen

	rm -f "$file"
	kill -USR1 "${WIRE_WATCH[$1]}" && busywait $PATIENCE test -e "$file" ||
		remark "nobody listens in $1 any more" >&2
}

# wire_forget NS...: what was seen so far does not count
wire_forget() {
	local ns

	for ns; do
		wire_seen "$ns"
		WIRE_MARK[$ns]=$(wc -l <"$WORKDIR/wire.$ns")
	done
}

# wire_count NS [out|in [TYPE]]: messages seen
wire_count() {
	wire_seen "$1"
	awk -v mark="${WIRE_MARK[$1]:-1}" -v way="${2:-}" -v type="${3:-}" '
		NR > mark && (!way || $2 == way) && (!type || $6 == type) { n++ }
		END { print n + 0 }' "$WORKDIR/wire.$1"
}

# wire_story NS: types in the order of time, "out I1, in R1"
wire_story() {
	wire_seen "$1"
	awk -v mark="${WIRE_MARK[$1]:-1}" '
		NR > mark { printf "%s%s %s", n++ ? ", " : "", $2, $6 }' \
		"$WORKDIR/wire.$1"
}

# wire_moment NS WAY TYPE: when the first such packet was seen, ms
wire_moment() {
	wire_seen "$1"
	awk -v mark="${WIRE_MARK[$1]}" -v way="$2" -v type="$3" '
		NR > mark && $2 == way && $6 == type {
			printf "%d\n", $1 * 1000; exit }' "$WORKDIR/wire.$1"
}

# wire_last NS WAY TYPE: when the last such packet was seen, ms
wire_last() {
	wire_seen "$1"
	awk -v mark="${WIRE_MARK[$1]}" -v way="$2" -v type="$3" '
		NR > mark && $2 == way && $6 == type { at = $1 }
		END { printf "%d\n", at * 1000 }' "$WORKDIR/wire.$1"
}

# wire_unknown_tag NS: when the packet came whose unknown tag was answered by the
# first R1bis, ms
wire_unknown_tag() {
	wire_seen "$1"
	awk -v mark="${WIRE_MARK[$1]}" '
		NR <= mark { next }
		$2 == "in" && $6 ~ /^(payload|Probe)$/ { at = $1 }
		$2 == "out" && $6 == "R1bis" {
			printf "%d\n", at * 1000; exit }' "$WORKDIR/wire.$1"
}

# wire_lose HOST TYPE N: the first N messages of a type do not reach the host;
# a negative N: all. Replaces what was said before about this host.
wire_lose() {
	local some="numgen inc mod 1000000 < $3"

	[ "$3" -ge 0 ] || some=
	wire_lose_none "$1"
	on "$1" nft -f - <<-EOF
		table ip6 lose {
			chain in {
				type filter hook prerouting priority -450;
				meta l4proto 140 @nh,336,8 ${WIRE_TYPE[$2]} $some counter drop
			}
		}
	EOF
}

# wire_lose_all HOST: nothing of the protocol reaches it
wire_lose_all() {
	wire_lose_none "$1"
	on "$1" nft -f - <<-EOF
		table ip6 lose {
			chain in {
				type filter hook prerouting priority -450;
				meta l4proto 140 counter drop
			}
		}
	EOF
}

wire_lose_none() {
	on "$1" nft delete table ip6 lose 2>/dev/null || true
}

# wire_refuse HOST LINK: answers to this address like a host without Shim6,
# whose filter must drop what comes there
wire_refuse() {
	rm -f "$WORKDIR/refuse.$2"
	start "$1" "$SCRIPTS/wire.py" refuse "${ADDRESS[$2]}" \
		"$WORKDIR/refuse.$2"
	busywait $PATIENCE test -e "$WORKDIR/refuse.$2" ||
		bail "nobody refuses at $2"
}

# wire_lost HOST: how many were lost by the rules there
wire_lost() {
	on "$1" nft list table ip6 lose |
		sed -n 's/.*counter packets \([0-9]*\) .*/\1/p'
}
