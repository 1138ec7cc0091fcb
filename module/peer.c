// SPDX-License-Identifier: GPL-2.0
/*
 * Token buckets for stateless answers.
 *
 * A bucket is one time stamp: until when it is paid for in advance (the
 * "theoretical arrival time" of ATM's generic cell rate algorithm). A fresh
 * one is zero, an answer moves it on by the price of one answer, and an answer
 * that would move it further than one second's worth ahead of now is refused.
 * So a changed rate holds at once and no lock is needed.
 *
 * Sources share a bucket when their prefixes fall together in the keyed hash;
 * that costs them some answers, never us memory.
 */
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include "net.h"
#include "peer.h"

#define BUCKETS		1024
#define SHARES		4096
#define KNOWN_BITS	65536
#define KNOWN_LIFE_NS	(60 * SHIM6_NS_PER_SEC)
#define BURST_NS	SHIM6_NS_PER_SEC

/**
 * struct shim6_peers - the buckets of a namespace
 * @key: of the hash
 * @all: bucket of all sources together, by kind
 * @since: when the current generation of @known began, ns
 * @cur: its index
 * @bucket: by hash of prefix and kind
 * @contexts: contexts by hash of prefix; under table_lock
 * @known: two generations of marks for addresses we send to ourselves
 */
struct shim6_peers {
	siphash_key_t key;
	atomic64_t all[SHIM6_RATE_COUNT];
	atomic64_t since;
	u8 cur;
	atomic64_t bucket[BUCKETS];
	u32 contexts[SHARES];
	DECLARE_BITMAP(known[2], KNOWN_BITS);
};

static const struct {
	enum shim6_param rate;
	enum shim6_param rate_all;
	enum shim6_stat refused;
} kinds[SHIM6_RATE_COUNT] = {
	[SHIM6_RATE_R1] = {
		SHIM6_P_RATE_R1, SHIM6_P_RATE_R1_ALL, SHIM6_STAT_RATE_R1
	},
	[SHIM6_RATE_R1BIS] = {
		SHIM6_P_RATE_R1BIS, SHIM6_P_RATE_R1BIS_ALL,
		SHIM6_STAT_RATE_R1BIS
	},
	[SHIM6_RATE_ERROR] = {
		SHIM6_P_RATE_ERROR, SHIM6_P_RATE_ERROR_ALL,
		SHIM6_STAT_RATE_ERROR
	},
};

void shim6_peer_exit(struct shim6_net *sn)
{
	kvfree(sn->peers);
	sn->peers = NULL;
}

int shim6_peer_init(struct shim6_net *sn)
{
	struct shim6_peers *p = kvzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	get_random_bytes(&p->key, sizeof(p->key));
	sn->peers = p;
	return 0;
}

/* One answer out of a bucket that holds @burst ns worth of them */
static bool take(atomic64_t *bucket, u64 now, u64 rate, u64 burst)
{
	s64 price = div64_u64(SHIM6_NS_PER_SEC, rate);
	s64 old = atomic64_read(bucket);
	s64 new;

	/* The first answer is always within the burst, whatever the rate */
	burst = max_t(u64, burst, price);
	do {
		new = max_t(s64, old, now) + price;
		if (new - (s64)now > (s64)burst)
			return false;
	} while (!atomic64_try_cmpxchg(bucket, &old, new));
	return true;
}

static u64 prefix_of(const struct in6_addr *addr)
{
	return (u64)ntohl(addr->s6_addr32[0]) << 16 |
	       ntohs(addr->s6_addr16[2]);
}

static u32 bucket_of(const struct shim6_peers *p, const struct in6_addr *src,
		     enum shim6_rate kind)
{
	return siphash_2u64(prefix_of(src), kind, &p->key) % BUCKETS;
}

u16 shim6_peer_share(const struct shim6_net *sn, const struct in6_addr *addr)
{
	return siphash_1u64(prefix_of(addr), &sn->peers->key) % SHARES;
}

u32 *shim6_peer_contexts(struct shim6_net *sn, u16 share)
{
	lockdep_assert_held(&sn->table_lock);
	return &sn->peers->contexts[share];
}

static u32 mark_of(const struct shim6_peers *p, const struct in6_addr *addr)
{
	return siphash(addr, sizeof(*addr), &p->key) % KNOWN_BITS;
}

static bool is_known(const struct shim6_peers *p, const struct in6_addr *addr)
{
	u32 bit = mark_of(p, addr);

	return test_bit(bit, p->known[0]) || test_bit(bit, p->known[1]);
}

/* Who wins the exchange of the stamp opens the next generation */
static void rotate(struct shim6_peers *p, u64 now)
{
	s64 since = atomic64_read(&p->since);
	u8 next;

	if (now - since < KNOWN_LIFE_NS ||
	    !atomic64_try_cmpxchg(&p->since, &since, now))
		return;
	next = !p->cur;
	bitmap_zero(p->known[next], KNOWN_BITS);
	WRITE_ONCE(p->cur, next);
}

void shim6_peer_mark(struct shim6_net *sn, const struct in6_addr *peer)
{
	struct shim6_peers *p = sn->peers;
	unsigned long *map;
	u32 bit;

	rotate(p, ktime_get_ns());
	map = p->known[READ_ONCE(p->cur)];
	bit = mark_of(p, peer);
	if (!test_bit(bit, map))
		set_bit(bit, map);
}

/*
 * Strangers leave half of the common bucket to those we talk with anyhow: a
 * flood of random sources then cannot keep a real peer from its handshake, nor
 * from the recovery of its context.
 */
static bool take_common(struct shim6_net *sn, const struct in6_addr *src,
			enum shim6_rate kind, u64 now)
{
	struct shim6_peers *p = sn->peers;
	u64 rate = shim6_param(&sn->params, kinds[kind].rate_all);
	u64 burst = is_known(p, src) ? BURST_NS : BURST_NS / 2;

	return take(&p->all[kind], now, rate, burst);
}

bool shim6_peer_allow(struct shim6_net *sn, const struct in6_addr *src,
		      enum shim6_rate kind)
{
	struct shim6_peers *p = sn->peers;
	u64 rate = shim6_param(&sn->params, kinds[kind].rate);
	u64 now = ktime_get_ns();

	if (take(&p->bucket[bucket_of(p, src, kind)], now, rate, BURST_NS) &&
	    take_common(sn, src, kind, now))
		return true;
	shim6_stat_inc(sn->stats, kinds[kind].refused);
	return false;
}
