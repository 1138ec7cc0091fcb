// SPDX-License-Identifier: GPL-2.0
/*
 * Stateless answers and the validators in them, see answer.h.
 */
#include <linux/ktime.h>
#include <linux/random.h>
#include "answer.h"
#include "cookie.h"
#include "event.h"
#include "net.h"
#include "peer.h"
#include "precedence.h"
#include "trace.h"
#include "xmit.h"

/* RFC 5533 5.1: 1280 octets less two fixed headers, a multiple of 8 */
#define SHIM6_QUOTE_MAX		(SHIM6_CTRL_ROOM - 8)

static struct shim6_pair shim6_answer_pair(const struct shim6_rx *rx)
{
	return (struct shim6_pair){
		.src = rx->pair.dst,
		.dst = rx->pair.src,
	};
}

static void shim6_answer_xmit(const struct shim6_rx *rx,
			      const struct shim6_msg *m)
{
	struct shim6_pair pair = shim6_answer_pair(rx);

	shim6_xmit_msg(rx->sn, &pair, m,
		       shim6_precedence_reply(rx->sn, &pair.src,
					      rx->msg.dscp));
}

/* Before a validator is made: the secret must be young enough to be known
 * when it comes back
 */
static void shim6_answer_rotate(struct shim6_net *sn, u64 now)
{
	u64 life = shim6_param_ns(&sn->params, SHIM6_P_SECRET_LIFETIME);
	siphash_key_t fresh[2];

	if (now - READ_ONCE(sn->secret.since) < life)
		return;
	get_random_bytes(fresh, sizeof(fresh));
	spin_lock_bh(&sn->secret_lock);
	shim6_cookie_rotate(&sn->secret, now, life, fresh);
	spin_unlock_bh(&sn->secret_lock);
	memzero_explicit(fresh, sizeof(fresh));
}

static void shim6_answer_send(const struct shim6_rx *rx, struct shim6_msg *m,
			      struct shim6_cookie_in *in)
{
	u8 validator[SHIM6_COOKIE_LEN];
	u64 now = ktime_get_ns();

	shim6_answer_rotate(rx->sn, now);
	in->nonce = shim6_cookie_nonce(now);
	in->pair = rx->pair;
	shim6_cookie_make(&rx->sn->secret, in, validator);
	m->opts = SHIM6_OPT_BIT(SHIM6_OPT_VALIDATOR);
	m->resp_nonce = in->nonce;
	m->validator = validator;
	m->validator_len = sizeof(validator);
	shim6_answer_xmit(rx, m);
}

/* What an R1's validator binds besides the pair and the nonce */
static void shim6_answer_bind(const struct shim6_rx *rx,
			      const struct shim6_key *key,
			      struct shim6_cookie_in *in)
{
	in->kind = SHIM6_COOKIE_R1;
	in->tag = rx->msg.tag;
	in->ulid_sender = key->peer;
	in->ulid_receiver = key->local;
	in->fii = key->fii;
}

/* Is an answer within its rate; if not, that is told */
static bool shim6_answer_allowed(const struct shim6_rx *rx,
				 enum shim6_rate kind, enum shim6_stat limit)
{
	if (shim6_peer_allow(rx->sn, &rx->pair.src, kind))
		return true;
	trace_shim6_drop(rx->sn, limit, &rx->pair);
	shim6_event_limit(rx->sn, limit);
	return false;
}

void shim6_answer_r1(const struct shim6_rx *rx)
{
	struct shim6_cookie_in in = {};
	struct shim6_key key = {};
	struct shim6_msg m = {
		.type = SHIM6_MSG_R1,
		.init_nonce = rx->msg.init_nonce,
	};

	if (!shim6_answer_allowed(rx, SHIM6_RATE_R1, SHIM6_STAT_RATE_R1))
		return;
	shim6_dispatch(&rx->msg, &rx->pair, &key);
	shim6_answer_bind(rx, &key, &in);
	shim6_answer_send(rx, &m, &in);
}

void shim6_answer_r1bis(const struct shim6_rx *rx, u64 tag)
{
	struct shim6_cookie_in in = { .kind = SHIM6_COOKIE_R1BIS, .tag = tag };
	struct shim6_msg m = { .type = SHIM6_MSG_R1BIS, .tag = tag };

	if (shim6_answer_allowed(rx, SHIM6_RATE_R1BIS, SHIM6_STAT_RATE_R1BIS))
		shim6_answer_send(rx, &m, &in);
}

void shim6_answer_error(const struct shim6_rx *rx, u8 code, u16 off)
{
	struct shim6_msg m = {
		.type = SHIM6_MSG_ERROR,
		.err_code = code,
		.err_ptr = rx->packet_len - rx->len + off,
		.quoted = rx->packet,
		.quoted_len = min_t(unsigned int, rx->packet_len,
				    SHIM6_QUOTE_MAX),
	};

	if (rx->msg.type == SHIM6_MSG_ERROR)
		return;
	if (shim6_answer_allowed(rx, SHIM6_RATE_ERROR, SHIM6_STAT_RATE_ERROR))
		shim6_answer_xmit(rx, &m);
}

int shim6_answer_check(const struct shim6_rx *rx, const struct shim6_key *key)
{
	const struct shim6_msg *m = &rx->msg;
	struct shim6_cookie_in in = {
		.kind = SHIM6_COOKIE_R1BIS,
		.tag = m->packet_tag,
	};
	u64 life;

	if (m->type == SHIM6_MSG_I2)
		shim6_answer_bind(rx, key, &in);
	in.nonce = m->resp_nonce;
	in.pair = rx->pair;
	life = shim6_param_ns(&rx->sn->params, SHIM6_P_VALIDATOR_LIFETIME);
	return shim6_cookie_check(&rx->sn->secret, &in, m->validator,
				  m->validator_len, ktime_get_ns(), life);
}
