// SPDX-License-Identifier: GPL-2.0
/*
 * The figures of the survey "QoS Implementation over Linux" (Electronics and
 * Telecommunications Trends 18(1), 2003), of Linux 2.4. Those with commands
 * stand here with the survey's own ones and are translated; the others are
 * drawings, or one sentence, and have their commands here.
 */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "qos.h"

/*
 * Printed differently: "indices B4" in (1), which must be a power of two;
 * "eht0" in (4); "1:u32" and "2:u32" in (5) and (6); "10.0.0/24" in (8); and
 * "value 0x4B" in (4), which would set both bits of ECN in every packet.
 */
static const char figure7[] =
	"# Figure 7, a DiffServ edge router: EF up to a rate, the rest AF31; telnet AF21.\n"
	"# Printed with mistakes that are mended here: indices B4 is 64, eht0 is eth0,\n"
	"# 1:u32 is 1: u32, 10.0.0/24 is 10.0.0.0/24, and value 0x4B, which would say\n"
	"# \"congestion experienced\" in every packet, is 0x48. The text has other names\n"
	"# for the codepoints than the commands, and the prefixes of (9) the other way\n"
	"# round; the commands are what counts. The lines of IPv6 are not in the survey.\n"
	"tc qdisc add dev eth0 handle 1:0 root dsmark indices 64\n"
	"tc class change dev eth0 classid 1:1 dsmark mask 0x3 value 0xb8\n"
	"tc class change dev eth0 classid 1:2 dsmark mask 0x3 value 0x68\n"
	"tc class change dev eth0 classid 1:3 dsmark mask 0x3 value 0x48\n"
	"tc filter add dev eth0 parent 1:0 protocol ip prio 4 handle 1: u32 divisor 1\n"
	"tc filter add dev eth0 parent 1:0 protocol ip prio 5 handle 2: u32 divisor 1\n"
	"tc filter add dev eth0 parent 1:0 prio 4 u32 match ip dst 10.0.0.0/24 police rate 1Mbit burst 2K continue flowid 1:1\n"
	"tc filter add dev eth0 parent 1:0 prio 5 u32 match ip dst 10.0.0.0/24 flowid 1:2\n"
	"tc filter add dev eth0 parent 1:0 prio 4 u32 match ip dst 10.1.0.0/16 match ip src 192.1.0.0/16 match ip protocol 6 0xff match ip dport 0x17 0xffff flowid 1:3\n"
	"tc filter add dev eth0 parent 1:0 protocol ipv6 prio 14 u32 match ip6 dst 2001:db8:2::/64 police rate 1Mbit burst 2K continue flowid 1:1\n"
	"tc filter add dev eth0 parent 1:0 protocol ipv6 prio 15 u32 match ip6 dst 2001:db8:2::/64 flowid 1:2\n"
	"tc filter add dev eth0 parent 1:0 protocol ipv6 prio 14 u32 match ip6 dst 2001:db8:3::/64 match ip6 src 2001:db8:1::/64 match ip6 protocol 6 0xff match ip6 dport 0x17 0xffff flowid 1:3\n";

static const char figure8[] =
	"# Figure 8, a DiffServ core router: EF has 1.5 Mbit/s of 10, no more and no less;\n"
	"# the rest has 5 and may borrow what is left, 10 - 1.5 - 5 = 3.5 Mbit/s (the text\n"
	"# says 3.3). The text of (9) sends what is not EF to 2:1, the command to 2:2.\n"
	"tc qdisc add dev eth0 handle 1:0 root dsmark indices 64 set_tc_index\n"
	"tc filter add dev eth0 parent 1:0 protocol ip prio 1 tcindex mask 0xfc shift 2\n"
	"tc qdisc add dev eth0 parent 1:0 handle 2:0 cbq bandwidth 10Mbit allot 1514 cell 8 avpkt 1000 mpu 64\n"
	"tc class add dev eth0 parent 2:0 classid 2:1 cbq bandwidth 10Mbit rate 1500Kbit avpkt 1000 prio 1 bounded isolated allot 1514 weight 1 maxburst 10 defmap 1\n"
	"tc qdisc add dev eth0 parent 2:1 pfifo limit 5\n"
	"tc filter add dev eth0 parent 2:0 protocol ip prio 1 handle 0x2e tcindex classid 2:1 pass_on\n"
	"tc class add dev eth0 parent 2:0 classid 2:2 cbq bandwidth 10Mbit rate 5Mbit avpkt 1000 prio 7 allot 1514 weight 1 maxburst 21 borrow\n"
	"tc qdisc add dev eth0 parent 2:2 red limit 60KB min 15KB max 45KB burst 20 avpkt 1000 bandwidth 10Mbit probability 0.4\n"
	"tc filter add dev eth0 parent 2:0 protocol ip prio 2 handle 0 tcindex mask 0 classid 2:2 pass_on\n";

/* Its only use of figures without commands: fixed lines */
static void add_lines(struct qos_batch *b, const char *const *lines)
{
	for (; *lines; lines++)
		if (**lines == '#')
			qos_comment(b, "%s", *lines + 2);
		else
			qos_tc(b, "%s", *lines);
}

static const char *const figure3[] = {
	"# Figure 3, two delay priorities: what a filter picks goes first, but never",
	"# beyond the rate of its token bucket, so that the rest does not starve.",
	"qdisc add dev $D root handle 151: prio bands 2 priomap 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
	"qdisc add dev $D parent 151:1 handle 158: tbf rate 1mbit burst 5k latency 50ms",
	"qdisc add dev $D parent 151:2 handle 159: pfifo limit 1000",
	"filter add dev $D parent 151: protocol ip pref 14010 flower ip_tos 0xb8/0xfc classid 151:1",
	"filter add dev $D parent 151: protocol ipv6 pref 14011 flower ip_tos 0xb8/0xfc classid 151:1",
	NULL,
};

static const char *const figure1[] = {
	"# Figure 1, policing what arrives: from these prefixes no more than 1 Mbit/s.",
	"qdisc replace dev $D clsact",
	"filter add dev $D ingress protocol ip pref 14010 flower src_ip 192.1.0.0/16 action police rate 1mbit burst 10k conform-exceed drop/pipe",
	"filter add dev $D ingress protocol ipv6 pref 14020 flower src_ip 2001:db8:1::/64 action police rate 1mbit burst 10k conform-exceed drop/pipe",
	NULL,
};

static const char *const af_gred[] = {
	"# Assured forwarding with GRED, as the survey says of sch_gred: one queue, three",
	"# drop precedences. dsmark told GRED which by skb->tc_index; today a filter of",
	"# clsact does, by giving a class whose number is the virtual queue.",
	"qdisc add dev $D root handle 151: htb default 1",
	"class add dev $D parent 151: classid 151:1 htb rate 4mbit ceil 4mbit quantum 1514",
	"qdisc add dev $D parent 151:1 handle 158: gred setup vqs 4 default 0 grio",
	"qdisc change dev $D parent 151:1 handle 158: gred limit 120000 min 60000 max 90000 burst 71 avpkt 1000 bandwidth 4mbit vq 0 probability 0.02 prio 1",
	"qdisc change dev $D parent 151:1 handle 158: gred limit 120000 min 60000 max 90000 burst 71 avpkt 1000 bandwidth 4mbit vq 1 probability 0.02 prio 1",
	"qdisc change dev $D parent 151:1 handle 158: gred limit 120000 min 30000 max 60000 burst 41 avpkt 1000 bandwidth 4mbit vq 2 probability 0.06 prio 1",
	"qdisc change dev $D parent 151:1 handle 158: gred limit 120000 min 15000 max 30000 burst 21 avpkt 1000 bandwidth 4mbit vq 3 probability 0.12 prio 1",
	"qdisc replace dev $D clsact",
	"filter add dev $D egress protocol ip pref 14010 flower ip_tos 0x28/0xfc classid :1 action ok",
	"filter add dev $D egress protocol ip pref 14020 flower ip_tos 0x30/0xfc classid :2 action ok",
	"filter add dev $D egress protocol ip pref 14030 flower ip_tos 0x38/0xfc classid :3 action ok",
	"filter add dev $D egress protocol ipv6 pref 14011 flower ip_tos 0x28/0xfc classid :1 action ok",
	"filter add dev $D egress protocol ipv6 pref 14021 flower ip_tos 0x30/0xfc classid :2 action ok",
	"filter add dev $D egress protocol ipv6 pref 14031 flower ip_tos 0x38/0xfc classid :3 action ok",
	NULL,
};

static int translate(const char *text, const struct qos_want *want,
		     struct qos_batch *b)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	int ret;

	if (!file)
		return err_failed("out of memory");
	ret = qos_translate(file, "figure", want->u32, want->router, b);
	fclose(file);
	return ret;
}

int qos_survey(const struct qos_want *want, struct qos_batch *b)
{
	switch (want->role) {
	case QOS_EDGE:
		return translate(figure7, want, b);
	case QOS_CORE:
		return translate(figure8, want, b);
	case QOS_PRIO:
		add_lines(b, figure3);
		return CTL_OK;
	case QOS_INGRESS:
		add_lines(b, figure1);
		return CTL_OK;
	default:
		add_lines(b, af_gred);
		return CTL_OK;
	}
}
