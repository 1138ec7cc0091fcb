// SPDX-License-Identifier: GPL-2.0
/*
 * Our Locator List when a key signs it (RFC 5533 5.15.5): it goes out as it was
 * signed, and not before.
 */
#include <linux/module.h>
#include "proto_kunit.h"

/* SubjectPublicKeyInfo of 4096 bits and what is in front of it */
#define LONGEST_PDS	575

/* A list of our addresses in the order given, signed with a made-up signature */
static struct shim6_own_list *signed_list(struct kunit *test, u32 gen,
					  unsigned int sig_len, unsigned int n,
					  const struct in6_addr *const addr[])
{
	struct shim6_own_list *own = kunit_kzalloc(test, sizeof(*own),
						   GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, own);
	own->gen = gen;
	own->n = n;
	own->sig_len = sig_len;
	memset(own->sig, gen, sig_len);
	for (i = 0; i < n; i++) {
		own->addr[i] = *addr[i];
		own->method[i] = SHIM6_METHOD_CGA;
	}
	return own;
}

/* Two locators in the order that the context has not */
static struct shim6_own_list *two(struct kunit *test, u32 gen)
{
	const struct in6_addr *const addr[] = { &A2, &A1 };

	return signed_list(test, gen, 256, 2, addr);
}

static struct shim6_own_list *one(struct kunit *test, u32 gen)
{
	const struct in6_addr *const addr[] = { &A1 };

	return signed_list(test, gen, 256, 1, addr);
}

static struct shim6_own_list *three(struct kunit *test, u32 gen)
{
	const struct in6_addr *const addr[] = { &A3, &A2, &A1 };

	return signed_list(test, gen, 256, 3, addr);
}

static struct bench *fresh(struct kunit *test, const struct shim6_own_list *own)
{
	struct bench *b = bench_new(test);

	b->p.signs = true;
	b->p.own = own;
	return b;
}

static struct bench *established(struct kunit *test,
				 const struct shim6_own_list *own)
{
	struct bench *b = fresh(test, own);

	bench_reach(test, b, SHIM6_ESTABLISHED);
	b->now += SEC;
	return b;
}

static void decode(struct kunit *test, struct bench *b, u8 type,
		   struct shim6_msg *m)
{
	const struct shim6_fx *fx = bench_sent(b, type);
	u16 off;
	int len;

	KUNIT_ASSERT_NOT_NULL(test, fx);
	len = shim6_proto_encode(&b->p, fx, &b->params, b->buf,
				 sizeof(b->buf));
	KUNIT_ASSERT_GT(test, len, 0);
	KUNIT_ASSERT_EQ(test, shim6_wire_decode(b->buf, len, m, &off),
			SHIM6_WIRE_OK);
}

/* The message has the list word for word, with its signature */
static void expect_list(struct kunit *test, const struct shim6_msg *m,
			const struct shim6_own_list *own)
{
	KUNIT_EXPECT_EQ(test, m->list_gen, own->gen);
	KUNIT_ASSERT_EQ(test, m->nlocs, own->n);
	KUNIT_EXPECT_EQ(test, memcmp(m->locs, own->addr,
				     own->n * sizeof(own->addr[0])), 0);
	KUNIT_EXPECT_EQ(test, memcmp(m->methods, own->method, own->n), 0);
	KUNIT_ASSERT_EQ(test, m->sig_len, own->sig_len);
	KUNIT_EXPECT_EQ(test, memcmp(m->sig, own->sig, own->sig_len), 0);
}

static bool has(const struct shim6_msg *m, enum shim6_opt_type option)
{
	return m->opts & SHIM6_OPT_BIT(option);
}

static u8 status_of(struct bench *b, const struct in6_addr *addr)
{
	int i = shim6_locset_find(&b->p.local, addr);

	return i < 0 ? 0 : b->p.local.loc[i].status;
}

/* What is up now: bit 0 A1, bit 1 A2, bit 2 A3; and what was signed last */
static void local(struct kunit *test, struct bench *b, unsigned int mask,
		  bool signs, const struct shim6_own_list *own)
{
	const struct in6_addr *const all[] = { &A1, &A2, &A3 };
	struct shim6_locset set = { .n = 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (mask & BIT(i))
			shim6_locset_add(&set, all[i], SHIM6_METHOD_CGA,
					 SHIM6_LOC_UP);
	b->ev.local = &set;
	b->ev.signs = signs;
	b->ev.own = own;
	bench_step(test, b, SHIM6_EV_LOCAL);
	b->ev.local = NULL;
}

/* RFC 5533 5.6, 5.7, 5.9: with parameters and signature; C-11 */
static void verbatim(struct kunit *test)
{
	struct shim6_own_list *own = two(test, 5);
	struct bench *b = fresh(test, own);
	struct shim6_msg m;

	bench_reach(test, b, SHIM6_I2_SENT);
	decode(test, b, SHIM6_MSG_I2, &m);
	expect_list(test, &m, own);
	KUNIT_EXPECT_TRUE(test, has(&m, SHIM6_OPT_PDS));
	b = established(test, own);
	KUNIT_EXPECT_TRUE(test, status_of(b, &A2) & SHIM6_LOC_ACKED);
	bench_recv(test, b, SHIM6_MSG_I1);
	decode(test, b, SHIM6_MSG_R2, &m);
	expect_list(test, &m, own);
	KUNIT_EXPECT_TRUE(test, has(&m, SHIM6_OPT_PDS));
	bench_recv(test, b, SHIM6_MSG_R1BIS);
	decode(test, b, SHIM6_MSG_I2BIS, &m);
	expect_list(test, &m, own);
	KUNIT_EXPECT_TRUE(test, has(&m, SHIM6_OPT_PDS));
}

/* Not signed yet: no list, then an Update Request (RFC 5533 10.1) */
static void not_signed_yet(struct kunit *test)
{
	struct shim6_own_list *own = two(test, 5);
	struct bench *b = fresh(test, NULL);
	struct shim6_msg m;

	bench_reach(test, b, SHIM6_I2_SENT);
	decode(test, b, SHIM6_MSG_I2, &m);
	KUNIT_EXPECT_FALSE(test, has(&m, SHIM6_OPT_LOC_LIST));
	KUNIT_EXPECT_FALSE(test, has(&m, SHIM6_OPT_SIGNATURE));
	b = established(test, NULL);
	KUNIT_EXPECT_TRUE(test, status_of(b, &A1) & SHIM6_LOC_ACKED);
	KUNIT_EXPECT_FALSE(test, status_of(b, &A2) & SHIM6_LOC_ACKED);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	local(test, b, 3, true, own);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	expect_list(test, &m, own);
	KUNIT_EXPECT_TRUE(test, has(&m, SHIM6_OPT_PDS));
	KUNIT_EXPECT_FALSE(test, status_of(b, &A2) & SHIM6_LOC_ACKED);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_TRUE(test, status_of(b, &A2) & SHIM6_LOC_ACKED);
}

/* The old list stays until the new one is signed; each is told once */
static void grows(struct kunit *test)
{
	struct shim6_own_list *old = two(test, 5), *own = three(test, 6);
	struct bench *b = established(test, old);
	struct shim6_msg m;

	local(test, b, 7, true, old);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	KUNIT_EXPECT_FALSE(test, b->p.up.outstanding);
	local(test, b, 7, true, own);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	expect_list(test, &m, own);
	KUNIT_EXPECT_FALSE(test, status_of(b, &A3) & SHIM6_LOC_ACKED);
	bench_timer(test, b);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	expect_list(test, &m, own);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_TRUE(test, status_of(b, &A3) & SHIM6_LOC_ACKED);
	local(test, b, 7, true, own);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
}

/* What is lost is received on until the peer knows (B-46) */
static void shrinks(struct kunit *test)
{
	struct shim6_own_list *old = two(test, 5), *own = one(test, 6);
	struct bench *b = established(test, old);
	struct shim6_msg m;

	local(test, b, 1, true, old);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	KUNIT_EXPECT_EQ(test, b->p.local.n, 2);
	local(test, b, 1, true, own);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	expect_list(test, &m, own);
	KUNIT_EXPECT_EQ(test, b->p.local.n, 2);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_EQ(test, b->p.local.n, 1);
}

/* Lost and back before anybody signed without it: nothing to tell, still known */
static void comes_back(struct kunit *test)
{
	struct shim6_own_list *own = two(test, 5);
	struct bench *b = established(test, own);

	local(test, b, 1, true, own);
	local(test, b, 3, true, own);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	KUNIT_EXPECT_EQ(test, status_of(b, &A2),
			SHIM6_LOC_UP | SHIM6_LOC_ACKED);
}

/* Lost while the list with it is under way: the peer has it, so it stays */
static void lost_under_way(struct kunit *test)
{
	struct shim6_own_list *own = three(test, 6);
	struct bench *b = established(test, two(test, 5));

	local(test, b, 7, true, own);
	local(test, b, 3, true, own);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_EQ(test, b->p.local.n, 3);
	KUNIT_EXPECT_EQ(test, status_of(b, &A3), 0);
}

/* Nothing is signed for a while: the list is what it was */
static void no_news(struct kunit *test)
{
	struct shim6_own_list *own = two(test, 5);
	struct bench *b = established(test, own);
	struct shim6_msg m;

	local(test, b, 7, true, NULL);
	bench_recv(test, b, SHIM6_MSG_I1);
	decode(test, b, SHIM6_MSG_R2, &m);
	expect_list(test, &m, own);
}

/* A source is only what the list in force names */
static void not_in_the_list(struct kunit *test)
{
	struct shim6_own_list *own = one(test, 6);
	struct bench *b = established(test, two(test, 5));

	local(test, b, 3, true, own);
	bench_recv(test, b, SHIM6_MSG_UPDATE_ACK);
	KUNIT_EXPECT_EQ(test, status_of(b, &A2) & SHIM6_LOC_ACKED, 0);
	KUNIT_EXPECT_EQ(test, status_of(b, &A1) & SHIM6_LOC_ACKED,
			SHIM6_LOC_ACKED);
}

/* Signed anew while I2 is under way: what the peer has is not known */
static void signed_in_handshake(struct kunit *test)
{
	struct shim6_own_list *old = two(test, 5), *own = three(test, 6);
	struct bench *b = fresh(test, old);
	struct shim6_msg m;

	bench_reach(test, b, SHIM6_I2_SENT);
	local(test, b, 7, true, old);
	local(test, b, 7, true, own);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	bench_msg(b, SHIM6_MSG_R2);
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_EXPECT_FALSE(test, status_of(b, &A3) & SHIM6_LOC_ACKED);
	KUNIT_EXPECT_TRUE(test, status_of(b, &A2) & SHIM6_LOC_ACKED);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	expect_list(test, &m, own);
}

/* The identity was taken away: nobody can sign, what was signed stays */
static void key_gone(struct kunit *test)
{
	struct shim6_own_list *own = two(test, 5);
	struct bench *b = established(test, own);
	struct shim6_msg m;

	local(test, b, 1, false, NULL);
	KUNIT_EXPECT_NULL(test, bench_sent(b, SHIM6_MSG_UPDATE_REQ));
	bench_recv(test, b, SHIM6_MSG_I1);
	decode(test, b, SHIM6_MSG_R2, &m);
	expect_list(test, &m, own);
}

/* A1, then A2 and so on in its prefix */
static struct shim6_own_list *longest(struct kunit *test, unsigned int n)
{
	const struct in6_addr *const addr[] = { &A1 };
	struct shim6_own_list *own = signed_list(test, 7, SHIM6_MAX_SIGNATURE,
						 1, addr);

	for (; own->n < n; own->n++) {
		own->addr[own->n] = A2;
		own->addr[own->n].s6_addr[15] = own->n;
		own->method[own->n] = SHIM6_METHOD_CGA;
	}
	return own;
}

/*
 * RFC 5533 5.1: key and signature of 4096 bits. What the smallest MTU does not
 * let through follows in an Update Request, whatever the list.
 */
static void longest_key(struct kunit *test)
{
	struct shim6_own_list *own;
	struct shim6_msg m;
	struct bench *b;
	unsigned int n;
	bool in_i2;

	for (n = 2; n <= SHIM6_MAX_LOCS; n++) {
		own = longest(test, n);
		b = fresh(test, own);
		b->p.local_pds_len = LONGEST_PDS;
		bench_reach(test, b, SHIM6_I2_SENT);
		decode(test, b, SHIM6_MSG_I2, &m);
		in_i2 = has(&m, SHIM6_OPT_LOC_LIST);
		/* 24 + 24 + 16 N and up + 584 + 520 of 1240 */
		KUNIT_EXPECT_EQ_MSG(test, in_i2, n <= 4, "%u locators", n);
		KUNIT_EXPECT_EQ(test, has(&m, SHIM6_OPT_SIGNATURE), in_i2);
		KUNIT_EXPECT_EQ(test, m.pds_len, LONGEST_PDS);
		bench_msg(b, SHIM6_MSG_R2);
		bench_list(b);
		bench_step(test, b, SHIM6_EV_MSG);
		KUNIT_EXPECT_EQ(test, !bench_sent(b, SHIM6_MSG_UPDATE_REQ),
				in_i2);
		KUNIT_EXPECT_EQ(test, !(status_of(b, &A2) & SHIM6_LOC_ACKED),
				!in_i2);
		if (in_i2)
			continue;
		decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
		expect_list(test, &m, own);
		/* 16 + 16 N and up + 584 + 520 of 1240 */
		KUNIT_EXPECT_EQ_MSG(test, has(&m, SHIM6_OPT_PDS), n <= 6,
				    "%u locators", n);
	}
}

/* The same as a responder: parameters in the R2, then the list */
static void longest_key_in_r2(struct kunit *test)
{
	struct shim6_own_list *own = longest(test, 9);
	struct bench *b = fresh(test, own);
	struct shim6_msg m;

	b->p.local_pds_len = LONGEST_PDS;
	bench_msg(b, SHIM6_MSG_I2);
	bench_list(b);
	bench_step(test, b, SHIM6_EV_MSG);
	KUNIT_ASSERT_EQ(test, b->p.state, SHIM6_ESTABLISHED);
	decode(test, b, SHIM6_MSG_R2, &m);
	KUNIT_EXPECT_FALSE(test, has(&m, SHIM6_OPT_LOC_LIST));
	KUNIT_EXPECT_EQ(test, m.pds_len, LONGEST_PDS);
	decode(test, b, SHIM6_MSG_UPDATE_REQ, &m);
	expect_list(test, &m, own);
	KUNIT_EXPECT_FALSE(test, has(&m, SHIM6_OPT_PDS));
}

/* RFC 5533 5.15.4: what hashes prove needs no signature */
static void members_only(struct kunit *test)
{
	struct shim6_own_list *own = two(test, 5);
	struct shim6_msg m;
	struct bench *b;

	KUNIT_EXPECT_TRUE(test, shim6_own_needs_signature(own));
	own->method[0] = SHIM6_METHOD_HBA;
	KUNIT_EXPECT_TRUE(test, shim6_own_needs_signature(own));
	own->method[1] = SHIM6_METHOD_HBA;
	KUNIT_EXPECT_FALSE(test, shim6_own_needs_signature(own));
	own->sig_len = 0;
	b = fresh(test, own);
	bench_reach(test, b, SHIM6_I2_SENT);
	decode(test, b, SHIM6_MSG_I2, &m);
	KUNIT_EXPECT_EQ(test, m.nlocs, 2);
	KUNIT_EXPECT_FALSE(test, has(&m, SHIM6_OPT_SIGNATURE));
}

/* What makes a new signature due */
static void same(struct kunit *test)
{
	struct shim6_own_list *a = two(test, 5), *b = two(test, 6);

	KUNIT_EXPECT_TRUE(test, shim6_own_same(a, b));
	b->method[1] = SHIM6_METHOD_HBA;
	KUNIT_EXPECT_FALSE(test, shim6_own_same(a, b));
	b = two(test, 6);
	swap(b->addr[0], b->addr[1]);
	KUNIT_EXPECT_FALSE(test, shim6_own_same(a, b));
	KUNIT_EXPECT_FALSE(test, shim6_own_same(a, one(test, 5)));
	KUNIT_EXPECT_TRUE(test, shim6_own_has(a, &A2));
	KUNIT_EXPECT_FALSE(test, shim6_own_has(a, &A3));
}

static struct kunit_case own_cases[] = {
	KUNIT_CASE(verbatim),
	KUNIT_CASE(not_signed_yet),
	KUNIT_CASE(grows),
	KUNIT_CASE(shrinks),
	KUNIT_CASE(comes_back),
	KUNIT_CASE(lost_under_way),
	KUNIT_CASE(no_news),
	KUNIT_CASE(not_in_the_list),
	KUNIT_CASE(signed_in_handshake),
	KUNIT_CASE(key_gone),
	KUNIT_CASE(longest_key),
	KUNIT_CASE(longest_key_in_r2),
	KUNIT_CASE(members_only),
	KUNIT_CASE(same),
	{}
};

static struct kunit_suite own_suite = {
	.name = "shim6_own",
	.test_cases = own_cases,
};

kunit_test_suite(own_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 lists signed by a key of ours");
MODULE_LICENSE("GPL");
