# SPDX-License-Identifier: GPL-2.0
# IPsec in transport mode between the ULIDs of A and B, and a tap that counts
# what leaves A for the second provider.
# shellcheck shell=bash

declare -A IPSEC_ALGORITHM=(
	[ah]="auth-trunc hmac(sha256) 0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 128"
	[esp]="aead rfc4106(gcm(aes)) 0x0102030405060708090a0b0c0d0e0f1011121314 128"
)

# ipsec_batch OWN PEER OUT-SPI IN-SPI FLOW...: lines for ip -batch
ipsec_batch() {
	local own=$1 peer=$2 out=$3 in=$4 flow kind template

	shift 4
	for kind in ah esp; do
		case " ${*//[=+]/ } " in *" $kind "*) ;; *) continue ;; esac
		echo "xfrm state add src $own dst $peer proto $kind spi $out mode transport ${IPSEC_ALGORITHM[$kind]}"
		echo "xfrm state add src $peer dst $own proto $kind spi $in mode transport ${IPSEC_ALGORITHM[$kind]}"
	done
	for flow; do
		template=
		for kind in $(tr + ' ' <<<"${flow#*=}"); do
			template+=" tmpl proto $kind mode transport"
		done
		echo "xfrm policy add src $own dst $peer proto ${flow%%=*} dir out$template"
		echo "xfrm policy add src $peer dst $own proto ${flow%%=*} dir in$template"
	done
}

# ipsec_up FLOW...: on both hosts. A flow is PROTOCOL=KIND or
# PROTOCOL=INNER+OUTER, the protocol as a number, since a small system has no
# names for them.
ipsec_up() {
	ipsec_batch "${ADDRESS[A1]}" "${ADDRESS[B1]}" 0x100 0x200 "$@" |
		ip -n A -batch - || return 1
	ipsec_batch "${ADDRESS[B1]}" "${ADDRESS[A1]}" 0x200 0x100 "$@" |
		ip -n B -batch -
}

# tap_up RULE...: a counter for each
tap_up() {
	local rule

	{
		printf "table netdev tap {\nchain out {\n"
		echo "type filter hook egress device p2 priority 0;"
		for rule; do
			echo "meta protocol ip6 $rule counter"
		done
		printf "}\n}\n"
	} | on A nft -f -
}

# tap_count N: packets of the Nth rule
tap_count() {
	on A nft list chain netdev tap out |
		sed -n 's/.*counter packets \([0-9]*\) .*/\1/p' | sed -n "${1}p"
}
