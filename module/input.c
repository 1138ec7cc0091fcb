// SPDX-License-Identifier: GPL-2.0
/*
 * The handler of protocol 140: checks, decodes, finds the context, lets the
 * engine do the rest. What needs no context is answered in answer.c.
 */
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/dsfield.h>
#include <net/ipv6.h>
#include <net/protocol.h>
#include "answer.h"
#include "cga.h"
#include "drop.h"
#include "early.h"
#include "engine.h"
#include "guard.h"
#include "icmp.h"
#include "input.h"
#include "keyring.h"
#include "local.h"
#include "net.h"
#include "service.h"
#include "table.h"
#include "verify.h"
#include "wire.h"

static const u8 shim6_input_stat[] = {
	[SHIM6_MSG_I1]		= SHIM6_STAT_I1_IN,
	[SHIM6_MSG_R1]		= SHIM6_STAT_R1_IN,
	[SHIM6_MSG_I2]		= SHIM6_STAT_I2_IN,
	[SHIM6_MSG_R2]		= SHIM6_STAT_R2_IN,
	[SHIM6_MSG_R1BIS]	= SHIM6_STAT_R1BIS_IN,
	[SHIM6_MSG_I2BIS]	= SHIM6_STAT_I2BIS_IN,
	[SHIM6_MSG_UPDATE_REQ]	= SHIM6_STAT_UPDATE_REQ_IN,
	[SHIM6_MSG_UPDATE_ACK]	= SHIM6_STAT_UPDATE_ACK_IN,
	[SHIM6_MSG_KEEPALIVE]	= SHIM6_STAT_KEEPALIVE_IN,
	[SHIM6_MSG_PROBE]	= SHIM6_STAT_PROBE_IN,
	[SHIM6_MSG_ERROR]	= SHIM6_STAT_ERROR_IN,
};

static const u8 shim6_verdict_stat[SHIM6_WIRE_COUNT] = {
	[SHIM6_WIRE_TRUNCATED]	  = SHIM6_STAT_RX_BAD_TRUNCATED,
	[SHIM6_WIRE_HIP]	  = SHIM6_STAT_RX_BAD_HIP,
	[SHIM6_WIRE_PAYLOAD]	  = SHIM6_STAT_RX_BAD_PAYLOAD,
	[SHIM6_WIRE_CHECKSUM]	  = SHIM6_STAT_RX_BAD_CHECKSUM,
	[SHIM6_WIRE_TYPE]	  = SHIM6_STAT_RX_BAD_TYPE,
	[SHIM6_WIRE_SHORT]	  = SHIM6_STAT_RX_BAD_SHORT,
	[SHIM6_WIRE_OPT_BOUNDS]	  = SHIM6_STAT_RX_BAD_OPT_BOUNDS,
	[SHIM6_WIRE_OPT_LENGTH]	  = SHIM6_STAT_RX_BAD_OPT_LENGTH,
	[SHIM6_WIRE_OPT_DUP]	  = SHIM6_STAT_RX_BAD_OPT_DUP,
	[SHIM6_WIRE_OPT_CRITICAL] = SHIM6_STAT_RX_BAD_OPT_CRITICAL,
	[SHIM6_WIRE_OPT_MISSING]  = SHIM6_STAT_RX_BAD_OPT_MISSING,
	[SHIM6_WIRE_FIELD]	  = SHIM6_STAT_RX_BAD_FIELD,
};

static const u8 shim6_do_stat[SHIM6_DO_REASONS] = {
	[SHIM6_DO_STATE]	= SHIM6_STAT_RX_DROP_STATE,
	[SHIM6_DO_NONCE]	= SHIM6_STAT_RX_DROP_NONCE,
	[SHIM6_DO_PAIR]		= SHIM6_STAT_RX_DROP_PAIR,
	[SHIM6_DO_TAG]		= SHIM6_STAT_RX_DROP_TAG,
	[SHIM6_DO_AUTH]		= SHIM6_STAT_RX_DROP_AUTH,
	[SHIM6_DO_METHOD]	= SHIM6_STAT_RX_DROP_METHOD,
	[SHIM6_DO_GENERATION]	= SHIM6_STAT_RX_DROP_GENERATION,
	[SHIM6_DO_COUNT]	= SHIM6_STAT_RX_DROP_COUNT,
};

/* A peer has our tag on a locator of ours, and we do not know yet that it is
 * one
 */
static void shim6_input_early(const struct shim6_rx *rx)
{
	if (rx->msg.type == SHIM6_MSG_I2BIS)
		shim6_early_keep(rx->sn, &rx->pair, rx->packet, rx->packet_len,
				 rx->packet_len - rx->len);
}

/* What became of a message in its context */
static void shim6_input_verdict(const struct shim6_rx *rx, enum shim6_do what)
{
	switch (what) {
	case SHIM6_DO_OK:
	case SHIM6_DO_REASONS:
		break;
	case SHIM6_DO_R1:
		shim6_answer_r1(rx);
		break;
	case SHIM6_DO_R1BIS:
		/* For this pair, or this state, there is no context */
		shim6_drop(rx->sn, RX_DROP_NO_CONTEXT, &rx->pair);
		shim6_answer_r1bis(rx, rx->msg.tag);
		break;
	case SHIM6_DO_PAIR:
		shim6_input_early(rx);
		fallthrough;
	default:
		shim6_drop_as(rx->sn, shim6_do_stat[what], &rx->pair);
	}
}

/* Parameters of the peer known from before, for a list that comes without
 * any; a copy to be freed, NULL when there are none
 */
static u8 *shim6_input_known_pds(struct shim6_ctx *ctx, u16 *len)
{
	const struct shim6_proto *p = &ctx->proto;
	u8 *pds = kmalloc(SHIM6_MAX_PDS, GFP_ATOMIC);

	*len = 0;
	if (!pds)
		return NULL;
	spin_lock_bh(&ctx->lock);
	memcpy(pds, p->peer_pds, p->peer_pds_len);
	*len = p->peer_pds_len;
	spin_unlock_bh(&ctx->lock);
	return pds;
}

/* The signature over the list, by the key in the parameters */
static bool shim6_input_signature(const struct shim6_msg *m, const u8 *pds,
				  u16 len)
{
	u8 digest[SHIM6_SHA1_LEN];
	struct shim6_rsa_key key;
	struct shim6_pds p;

	if (m->opts & SHIM6_OPT_BIT(SHIM6_OPT_PDS)) {
		pds = m->pds;
		len = m->pds_len;
	}
	return !shim6_pds_parse(pds, len, &p) && !shim6_cga_key(&p, &key) &&
	       !shim6_cga_digest(m->list_gen, m->locs, m->methods, m->nlocs,
				 digest) &&
	       !shim6_key_verify(&key, digest, m->sig, m->sig_len);
}

static void shim6_input_signed(const struct shim6_rx *rx, const u8 *pds,
			       u16 len, struct shim6_auth *auth)
{
	bool good;

	if (auth->verdict != SHIM6_AUTH_SIGNED || !rx->slow)
		return;
	good = shim6_input_signature(&rx->msg, pds, len);
	if (good)
		shim6_count(rx->sn, VERIFIED);
	else
		shim6_drop(rx->sn, RX_DROP_SIGNATURE, &rx->pair);
	shim6_auth_signed(&rx->msg, good, auth);
}

/* Hashing is done without the lock of the context, and so are signatures,
 * where they can be; else SHIM6_AUTH_SIGNED is what comes out.
 */
static void shim6_input_auth(const struct shim6_rx *rx, struct shim6_ctx *ctx,
			     const struct in6_addr *ulid,
			     struct shim6_auth *auth)
{
	const struct shim6_msg *m = &rx->msg;
	u8 *pds = NULL;
	u16 len = 0;

	if (!(m->opts & (SHIM6_OPT_BIT(SHIM6_OPT_LOC_LIST) |
			 SHIM6_OPT_BIT(SHIM6_OPT_PDS)))) {
		memset(auth, 0, sizeof(*auth));
		auth->verdict = SHIM6_AUTH_NONE;
		return;
	}
	if (ctx && !(m->opts & SHIM6_OPT_BIT(SHIM6_OPT_PDS)))
		pds = shim6_input_known_pds(ctx, &len);
	shim6_auth_check(m, ulid, pds, len,
			 shim6_param(&rx->sn->params, SHIM6_P_VERIFY_RELAXED),
			 auth);
	shim6_input_signed(rx, pds, len, auth);
	kfree(pds);
}

static void shim6_input_wait(const struct shim6_rx *rx)
{
	shim6_verify_queue(rx->sn, &rx->pair, rx->packet, rx->packet_len,
			   rx->packet_len - rx->len);
}

/* What the context refuses anyway is not worth a signature (C-9) */
static bool shim6_input_expected(const struct shim6_rx *rx,
				 struct shim6_ctx *ctx)
{
	bool expected;

	spin_lock_bh(&ctx->lock);
	expected = shim6_proto_expects(&ctx->proto, &rx->msg, &rx->pair);
	spin_unlock_bh(&ctx->lock);
	return expected;
}

static void shim6_input_refuse(const struct shim6_rx *rx,
			       const struct shim6_refusal *refusal)
{
	if (refusal->error)
		shim6_answer_error(rx, refusal->code, refusal->off);
}

static void shim6_input_step(const struct shim6_rx *rx, struct shim6_ctx *ctx)
{
	struct shim6_refusal refusal;
	struct shim6_auth auth;
	enum shim6_do what;

	shim6_input_auth(rx, ctx, &ctx->key.peer, &auth);
	if (auth.verdict == SHIM6_AUTH_SIGNED &&
	    shim6_input_expected(rx, ctx)) {
		shim6_input_wait(rx);
		return;
	}
	what = shim6_engine_msg(ctx, &rx->pair, &rx->msg, &auth, &refusal);
	shim6_input_verdict(rx, what);
	shim6_input_refuse(rx, &refusal);
}

/*
 * Whoever asks for state in the name of a ULID must send from it, or prove
 * that the locator it sends from belongs to it: a validator alone proves the
 * locator only (B-3). A list that waits for its signature may still do so.
 */
static bool shim6_input_owns(const struct shim6_rx *rx,
			     const struct shim6_key *key,
			     const struct shim6_auth *auth)
{
	const struct shim6_msg *m = &rx->msg;
	u32 proven = auth->verified;
	unsigned int i;

	if (ipv6_addr_equal(&rx->pair.src, &key->peer))
		return true;
	if (auth->verdict == SHIM6_AUTH_SIGNED)
		proven = U32_MAX;
	for (i = 0; i < m->nlocs; i++)
		if (proven & BIT(i) &&
		    ipv6_addr_equal(&m->locs[i], &rx->pair.src))
			return true;
	return false;
}

/* No context is made for a list that no context would take */
static bool shim6_input_list_ok(const struct shim6_rx *rx,
				const struct shim6_auth *auth)
{
	switch (auth->verdict) {
	case SHIM6_AUTH_NONE:
	case SHIM6_AUTH_OK:
	case SHIM6_AUTH_SIGNED:
		return true;
	case SHIM6_AUTH_METHOD:
		shim6_drop(rx->sn, RX_DROP_METHOD, &rx->pair);
		shim6_answer_error(rx, SHIM6_ERR_METHOD,
				   rx->msg.off_methods + auth->bad);
		return false;
	default:
		shim6_drop(rx->sn, RX_DROP_AUTH, &rx->pair);
		return false;
	}
}

static void shim6_input_accept(const struct shim6_rx *rx,
			       const struct shim6_key *key)
{
	struct shim6_refusal refusal;
	struct shim6_auth auth;
	int what;

	shim6_input_auth(rx, NULL, &key->peer, &auth);
	if (!shim6_input_list_ok(rx, &auth))
		return;
	if (!shim6_input_owns(rx, key, &auth)) {
		shim6_drop(rx->sn, RX_DROP_AUTH, &rx->pair);
		return;
	}
	if (auth.verdict == SHIM6_AUTH_SIGNED) {
		shim6_input_wait(rx);
		return;
	}
	what = shim6_engine_accept(rx->sn, key, &rx->pair, &rx->msg, &auth,
				   &refusal);
	if (what >= 0) {
		shim6_input_verdict(rx, what);
		shim6_input_refuse(rx, &refusal);
		return;
	}
	if (what == -EADDRNOTAVAIL)
		shim6_drop(rx->sn, RX_DROP_ULID, &rx->pair);
	else if (what == -ENOMEM)
		shim6_drop(rx->sn, RX_DROP_NOMEM, &rx->pair);
	else
		shim6_drop(rx->sn, RX_DROP_LIMIT, &rx->pair);
}

static void shim6_input_orphan(const struct shim6_rx *rx,
			       const struct shim6_key *key)
{
	switch (shim6_orphan_action(&rx->msg)) {
	case SHIM6_ORPHAN_R1:
		shim6_answer_r1(rx);
		break;
	case SHIM6_ORPHAN_R1BIS:
		shim6_drop(rx->sn, RX_DROP_NO_CONTEXT, &rx->pair);
		shim6_answer_r1bis(rx, rx->msg.tag);
		break;
	case SHIM6_ORPHAN_CREATE:
		shim6_input_accept(rx, key);
		break;
	case SHIM6_ORPHAN_DROP:
		shim6_drop(rx->sn, RX_DROP_NO_CONTEXT, &rx->pair);
		break;
	}
}

/* I1, I2, I2bis: the validator comes before everything that costs */
static bool shim6_input_admits(const struct shim6_rx *rx,
			       const struct shim6_key *key)
{
	int err;

	/* Is it one that we answer for (B-39) */
	if (!shim6_addr_usable(&key->local) ||
	    !shim6_addr_usable(&key->peer) ||
	    !shim6_local_is_ulid(rx->sn, &key->local)) {
		shim6_drop(rx->sn, RX_DROP_ULID, &rx->pair);
		return false;
	}
	if (rx->msg.type == SHIM6_MSG_I1)
		return true;
	err = shim6_answer_check(rx, key);
	if (err == -ESTALE)
		shim6_drop(rx->sn, RX_DROP_STALE, &rx->pair);
	else if (err)
		shim6_drop(rx->sn, RX_DROP_VALIDATOR, &rx->pair);
	return !err;
}

/* Context of the message that an Error quotes: a message of ours has our tag
 * while a context is set up, the peer's later (B-5, B-6)
 */
static struct shim6_ctx *shim6_input_quoted(const struct shim6_rx *rx)
{
	const struct shim6_msg *m = &rx->msg;
	const u8 *q = m->quoted + sizeof(struct ipv6hdr);
	const struct ipv6hdr *hdr = (const struct ipv6hdr *)m->quoted;
	struct shim6_pair pair;
	struct shim6_ctx *ctx;
	u64 tag;

	if (m->quoted_len < sizeof(*hdr) + 16 || hdr->version != 6 ||
	    hdr->nexthdr != SHIM6_PROTO || q[2] & 0x80)
		return NULL;
	pair.src = hdr->saddr;
	pair.dst = hdr->daddr;
	tag = shim6_wire_payload_tag(q + 4);
	if (q[2] >= SHIM6_MSG_UPDATE_REQ)
		return shim6_table_quoted(rx->sn, &pair, tag);
	ctx = shim6_table_get_tag(rx->sn, tag);
	if (!ctx || ipv6_addr_equal(&ctx->key.local, &pair.src))
		return ctx;
	shim6_ctx_put(ctx);
	return NULL;
}

static struct shim6_ctx *shim6_input_find(const struct shim6_rx *rx,
					  const struct shim6_key *key)
{
	switch (key->type) {
	case SHIM6_KEY_ULIDS:
		return shim6_table_get_ulids(rx->sn, &key->local, &key->peer,
					     key->fii);
	case SHIM6_KEY_NONCE:
	case SHIM6_KEY_PEER_TAG:
		return shim6_table_match(rx->sn, key, &rx->pair);
	case SHIM6_KEY_TAG:
		return shim6_table_get_tag(rx->sn, key->tag);
	case SHIM6_KEY_QUOTE:
		return shim6_input_quoted(rx);
	case SHIM6_KEY_NONE:
		break;
	}
	return NULL;
}

static const u8 shim6_police_stat[SHIM6_QOS_POLICE_COUNT] = {
	[SHIM6_QOS_POLICE_I1_IN]	= SHIM6_STAT_POLICE_I1,
	[SHIM6_QOS_POLICE_I2_IN]	= SHIM6_STAT_POLICE_I2,
	[SHIM6_QOS_POLICE_BIS_IN]	= SHIM6_STAT_POLICE_BIS,
	[SHIM6_QOS_POLICE_UR_IN]	= SHIM6_STAT_POLICE_UPDATE,
	[SHIM6_QOS_POLICE_PROBE_IN]	= SHIM6_STAT_POLICE_PROBE,
};

/* Is the message within the limits of its kind; once for each, not again when
 * its signature was checked
 */
static bool shim6_input_served(const struct shim6_rx *rx)
{
	int kind = shim6_guard_kind(rx->msg.type);

	if (kind < 0 || rx->slow ||
	    shim6_guard_admits(rx->sn, kind, &rx->pair.src))
		return true;
	shim6_drop_as(rx->sn, shim6_police_stat[kind], &rx->pair);
	return false;
}

/* By its marking, and as what its class has received */
static void shim6_input_count(const struct shim6_rx *rx)
{
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)rx->packet;
	const struct shim6_service *sv = shim6_service(rx->sn);

	shim6_stat_inc(rx->sn->stats, shim6_input_stat[rx->msg.type]);
	if (sv)
		shim6_service_count_control(sv, false,
					    shim6_service_link_id(sv,
							       &rx->pair.dst),
					    ipv6_get_dsfield(ip6),
					    rx->packet_len);
}

static void shim6_input_msg(struct shim6_rx *rx)
{
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)rx->packet;
	struct shim6_key key = {};
	struct shim6_ctx *ctx;

	rx->msg.dscp = ipv6_get_dsfield(ip6) >> 2;
	shim6_dispatch(&rx->msg, &rx->pair, &key);
	if (key.type == SHIM6_KEY_ULIDS && !shim6_input_admits(rx, &key))
		return;
	ctx = shim6_input_find(rx, &key);
	if (!ctx) {
		shim6_input_orphan(rx, &key);
		return;
	}
	shim6_input_step(rx, ctx);
	shim6_ctx_put(ctx);
}

static void shim6_input_control(struct shim6_rx *rx)
{
	enum shim6_wire_verdict verdict;
	u16 off = 0;

	verdict = shim6_wire_decode(rx->buf, rx->len, &rx->msg, &off);
	if (verdict == SHIM6_WIRE_OK) {
		shim6_input_count(rx);
		if (shim6_input_served(rx))
			shim6_input_msg(rx);
		return;
	}
	if (verdict < SHIM6_WIRE_COUNT)
		shim6_drop_as(rx->sn, shim6_verdict_stat[verdict], &rx->pair);
	if (verdict == SHIM6_WIRE_TYPE)
		shim6_answer_error(rx, SHIM6_ERR_TYPE, off);
	else if (verdict == SHIM6_WIRE_OPT_CRITICAL)
		shim6_answer_error(rx, SHIM6_ERR_OPTION, off);
}

/*
 * The hooks restore payload with a known tag before it comes here. With one
 * that is known nevertheless they are not registered yet: the packet is lost,
 * which is no worse than any other loss.
 */
static void shim6_input_payload(const struct shim6_rx *rx)
{
	struct shim6_ctx *ctx;
	u64 tag;

	if (rx->buf[1]) {
		shim6_drop(rx->sn, RX_BAD_PAYLOAD_HDR, &rx->pair);
		return;
	}
	tag = shim6_wire_payload_tag(rx->buf);
	ctx = shim6_table_get_tag(rx->sn, tag);
	if (ctx) {
		shim6_drop(rx->sn, RX_DROP_PAYLOAD_STATE, &rx->pair);
		shim6_ctx_put(ctx);
		return;
	}
	shim6_drop(rx->sn, RX_DROP_PAYLOAD_TAG, &rx->pair);
	shim6_answer_r1bis(rx, tag);
}

/* RFC 5533 12.3, with more than it demands: nothing that no locator can be */
static bool shim6_input_addrs(const struct shim6_rx *rx,
			      const struct net_device *dev)
{
	return shim6_addr_usable(&rx->pair.src) &&
	       shim6_addr_usable(&rx->pair.dst) &&
	       shim6_local_takes(rx->sn, dev, &rx->pair.dst);
}

/* Addresses and nonces in a message are read as they stand: wherever loads
 * must be aligned, work on a copy that is
 */
static const u8 *shim6_input_align(const struct shim6_rx *rx)
{
	if (IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) ||
	    IS_ALIGNED((unsigned long)rx->buf, 4))
		return rx->buf;
	return kmemdup(rx->buf, rx->len, GFP_ATOMIC);
}

static void shim6_input_linear(struct shim6_rx *rx)
{
	const u8 *buf = rx->buf;

	if (rx->buf[2] & 0x80) {
		shim6_input_payload(rx);
		return;
	}
	rx->buf = shim6_input_align(rx);
	if (!rx->buf) {
		shim6_drop(rx->sn, RX_DROP_NOMEM, &rx->pair);
		return;
	}
	shim6_input_control(rx);
	if (rx->buf != buf)
		kfree(rx->buf);
}

static void shim6_input_packet(struct shim6_net *sn, struct sk_buff *skb)
{
	struct shim6_rx rx = { .sn = sn };
	unsigned int len;

	if (!pskb_may_pull(skb, SHIM6_PAYLOAD_LEN)) {
		shim6_drop_skb(sn, RX_BAD_TRUNCATED, skb);
		return;
	}
	/* No more than the message is pulled; decoding sees if it is cut */
	len = min_t(unsigned int, (skb->data[1] + 1) * 8, skb->len);
	if (!pskb_may_pull(skb, len)) {
		shim6_drop_skb(sn, RX_DROP_NOMEM, skb);
		return;
	}
	rx.pair.src = ipv6_hdr(skb)->saddr;
	rx.pair.dst = ipv6_hdr(skb)->daddr;
	rx.buf = skb->data;
	rx.len = len;
	rx.packet = skb_network_header(skb);
	rx.packet_len = skb->data + len - rx.packet;
	if (!shim6_input_addrs(&rx, skb->dev)) {
		shim6_drop_skb(sn, RX_BAD_ADDR, skb);
		return;
	}
	shim6_input_linear(&rx);
}

/* Context: softirq, RCU. Consumes the packet */
static int shim6_input(struct sk_buff *skb)
{
	struct shim6_net *sn = shim6_net(dev_net(skb->dev));

	if (READ_ONCE(sn->dying)) {
		shim6_drop_skb(sn, RX_DROP_OWN, skb);
		kfree_skb(skb);
		return 0;
	}
	shim6_input_packet(sn, skb);
	consume_skb(skb);
	return 0;
}

/* No INET6_PROTO_FINAL: it would forbid TCP and UDP behind us (L-5). No policy
 * check either: the shim sits below IPsec.
 */
static const struct inet6_protocol shim6_protocol = {
	.handler = shim6_input,
	.err_handler = shim6_icmp_err,
	.flags = INET6_PROTO_NOPOLICY,
};

/* A message that waited; what it was decoded to is gone. Context: process */
static void shim6_input_again(struct shim6_net *sn,
			      const struct shim6_waiting *w)
{
	struct shim6_rx rx = {
		.sn = sn,
		.pair = w->pair,
		.buf = w->packet + w->offset,
		.len = w->len - w->offset,
		.packet = w->packet,
		.packet_len = w->len,
		.slow = true,
	};
	u16 off;

	if (shim6_wire_decode(rx.buf, rx.len, &rx.msg, &off) == SHIM6_WIRE_OK)
		shim6_input_msg(&rx);
}

int shim6_input_setup(void)
{
	shim6_verify_setup(shim6_input_again);
	return inet6_add_protocol(&shim6_protocol, SHIM6_PROTO);
}

void shim6_input_teardown(void)
{
	inet6_del_protocol(&shim6_protocol, SHIM6_PROTO);
}
