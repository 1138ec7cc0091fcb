// SPDX-License-Identifier: GPL-2.0
/* Responder validators (RFC 5533 7.10.1, 7.17.1) */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <asm/barrier.h>
#include "cookie.h"

/* What is hashed; no padding, so no octet is left undefined */
struct cookie_text {
	u64 tag;
	struct shim6_pair pair;
	struct in6_addr ulid_sender;
	struct in6_addr ulid_receiver;
	u32 kind;
	u32 nonce;
	u32 fii;
	u32 zero;
};

bool shim6_cookie_rotate(struct shim6_cookie_secret *s, u64 now, u64 lifetime,
			 const siphash_key_t fresh[2])
{
	bool first = !s->since;
	u8 next = !s->cur;

	if (!first && now - s->since < lifetime)
		return false;
	memcpy(s->key[next], fresh, sizeof(s->key[next]));
	/* Before the first one there is no previous: never accept zeroes */
	if (first)
		memcpy(s->key[s->cur], fresh, sizeof(s->key[s->cur]));
	/* Pairs with the acquire in shim6_cookie_make(): key before index */
	smp_store_release(&s->cur, next);
	WRITE_ONCE(s->since, now ? now : 1);
	return true;
}

u32 shim6_cookie_nonce(u64 now)
{
	return div_u64(now, SHIM6_COOKIE_TICK_NS);
}

static void hash_under(const siphash_key_t key[2],
		       const struct shim6_cookie_in *in, u64 out[2])
{
	struct cookie_text t = {
		.kind = in->kind,
		.nonce = in->nonce,
		.tag = in->tag,
		.pair = in->pair,
	};

	BUILD_BUG_ON(sizeof(t) != 88);
	BUILD_BUG_ON(2 * sizeof(u64) != SHIM6_COOKIE_LEN);
	if (in->kind == SHIM6_COOKIE_R1) {
		t.ulid_sender = in->ulid_sender;
		t.ulid_receiver = in->ulid_receiver;
		t.fii = in->fii;
	}
	out[0] = siphash(&t, sizeof(t), &key[0]);
	out[1] = siphash(&t, sizeof(t), &key[1]);
}

void shim6_cookie_make(const struct shim6_cookie_secret *s,
		       const struct shim6_cookie_in *in, u8 *out)
{
	u64 h[2];

	/* Pairs with the release in shim6_cookie_rotate() */
	hash_under(s->key[smp_load_acquire(&s->cur)], in, h);
	memcpy(out, h, sizeof(h));
}

/* No early exit: the time taken must not tell how much was right (B-38) */
static bool is_made_by(const siphash_key_t key[2],
		       const struct shim6_cookie_in *in, const u64 got[2])
{
	u64 h[2];

	hash_under(key, in, h);
	return !((h[0] ^ got[0]) | (h[1] ^ got[1]));
}

static bool is_recent(u32 nonce, u64 now, u64 lifetime)
{
	u32 age = shim6_cookie_nonce(now) - nonce;

	return age <= shim6_cookie_nonce(lifetime) + 1;
}

int shim6_cookie_check(const struct shim6_cookie_secret *s,
		       const struct shim6_cookie_in *in, const u8 *val,
		       u16 len, u64 now, u64 lifetime)
{
	u64 got[2];

	if (len != SHIM6_COOKIE_LEN || !READ_ONCE(s->since))
		return -EBADMSG;
	if (!is_recent(in->nonce, now, lifetime))
		return -ESTALE;
	memcpy(got, val, sizeof(got));
	if (is_made_by(s->key[0], in, got) | is_made_by(s->key[1], in, got))
		return 0;
	return -EBADMSG;
}
