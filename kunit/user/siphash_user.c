// SPDX-License-Identifier: GPL-2.0
/*
 * SipHash-2-4 behind the kernel's interface, for tests in user space only.
 * The cookie suite checks it against the vectors of its authors, there and in
 * the kernel.
 */
#include <linux/siphash.h>
#include <linux/string.h>

struct sip {
	u64 v[4];
};

static u64 rotl(u64 x, unsigned int b)
{
	return (x << b) | (x >> (64 - b));
}

static void half_round(u64 *a, u64 *b, u64 *c, u64 *d, unsigned int s,
		       unsigned int t)
{
	*a += *b;
	*c += *d;
	*b = rotl(*b, s) ^ *a;
	*d = rotl(*d, t) ^ *c;
	*a = rotl(*a, 32);
}

static void rounds(struct sip *s, unsigned int n)
{
	for (; n; n--) {
		half_round(&s->v[0], &s->v[1], &s->v[2], &s->v[3], 13, 16);
		half_round(&s->v[2], &s->v[1], &s->v[0], &s->v[3], 17, 21);
	}
}

static void absorb(struct sip *s, u64 m)
{
	s->v[3] ^= m;
	rounds(s, 2);
	s->v[0] ^= m;
}

u64 siphash(const void *data, size_t len, const siphash_key_t *key)
{
	struct sip s = { {
		key->key[0] ^ 0x736f6d6570736575ULL,
		key->key[1] ^ 0x646f72616e646f6dULL,
		key->key[0] ^ 0x6c7967656e657261ULL,
		key->key[1] ^ 0x7465646279746573ULL,
	} };
	const u8 *p = data;
	u64 last = (u64)len << 56;
	size_t left = len;
	__le64 word;

	for (; left >= 8; left -= 8, p += 8) {
		memcpy(&word, p, 8);
		absorb(&s, le64_to_cpu(word));
	}
	word = 0;
	memcpy(&word, p, left);
	absorb(&s, last | le64_to_cpu(word));
	s.v[2] ^= 0xff;
	rounds(&s, 4);
	return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}
