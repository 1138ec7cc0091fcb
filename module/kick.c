// SPDX-License-Identifier: GPL-2.0
/*
 * After a switch: see kick.h.
 *
 * TCP waits for the end of a time-out that it doubled again and again while
 * the old path was dead, and its queue was cut for the old path. One walk over
 * the established sockets of the namespace serves all contexts that moved.
 */
#include <linux/ipv6.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>
#include <net/ip6_route.h>
#include <net/tcp.h>
#include "compat.h"
#include "ctx.h"
#include "fork.h"
#include "kick.h"
#include "net.h"
#include "table.h"
#include "xmit.h"

/* Sockets that a process holds are tried again */
#define SHIM6_KICK_BUSY		64
#define SHIM6_KICK_TRIES	20
#define SHIM6_KICK_AGAIN_MS	5

/* When a restarted timer expires */
#define SHIM6_KICK_SOON_MS	2

#define SHIM6_KICK_STATES	(TCPF_ESTABLISHED | TCPF_SYN_SENT | \
				 TCPF_FIN_WAIT1 | TCPF_CLOSE_WAIT | \
				 TCPF_LAST_ACK | TCPF_CLOSING)

/**
 * struct shim6_busy - a socket whose owner was at work
 * @sk: socket, a reference
 * @mtu: as in struct shim6_ctx_kick
 */
struct shim6_busy {
	struct sock *sk;
	u32 mtu;
};

/**
 * struct shim6_kick - of one namespace
 * @sn: namespace
 * @lock: protects @moved and what contexts have for it
 * @moved: contexts that moved since the last walk, a reference each
 * @work: the walk
 * @busy: sockets to be tried again; of @work alone
 * @nbusy: their number
 * @tries: how often they were
 */
struct shim6_kick {
	struct shim6_net *sn;
	spinlock_t lock;
	struct list_head moved;
	struct delayed_work work;
	struct shim6_busy busy[SHIM6_KICK_BUSY];
	unsigned int nbusy;
	unsigned int tries;
};

/* Its segments were cut for a longer path; as after a Packet Too Big */
static void shim6_kick_mtu(struct sock *sk, u32 mtu)
{
	if (!mtu)
		return;
	WRITE_ONCE(tcp_sk(sk)->mtu_info, mtu);
	inet_csk(sk)->icsk_af_ops->mtu_reduced(sk);
}

/* Context: the socket's lock held, its owner away */
static void shim6_kick_timer(struct shim6_net *sn, struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	u8 pending = READ_ONCE(icsk->icsk_pending);

	if (pending != ICSK_TIME_RETRANS && pending != ICSK_TIME_PROBE0)
		return;
	if (!icsk->icsk_backoff && !icsk->icsk_retransmits)
		return;
	icsk->icsk_backoff = 0;
	if (tcp_sk(sk)->srtt_us)
		icsk->icsk_rto = min_t(u32, __tcp_set_rto(tcp_sk(sk)),
				       shim6_tcp_rto_max(sk));
	inet_csk_reset_xmit_timer(sk, pending,
				  msecs_to_jiffies(SHIM6_KICK_SOON_MS),
				  shim6_tcp_rto_max(sk));
	shim6_count(sn, KICKS);
}

/* Return: false when a process holds the socket */
static bool shim6_kick_sock(struct shim6_net *sn, struct sock *sk, u32 mtu)
{
	bool done = true;

	local_bh_disable();
	bh_lock_sock(sk);
	if (sock_owned_by_user(sk)) {
		done = false;
	} else if ((1 << sk->sk_state) & SHIM6_KICK_STATES) {
		shim6_kick_mtu(sk, mtu);
		if (shim6_param(&sn->params, SHIM6_P_TCP_KICK))
			shim6_kick_timer(sn, sk);
	}
	bh_unlock_sock(sk);
	local_bh_enable();
	return done;
}

/* Takes over the caller's reference */
static void shim6_kick_try(struct shim6_kick *kick, struct sock *sk, u32 mtu)
{
	if (!shim6_kick_sock(kick->sn, sk, mtu) &&
	    kick->nbusy < SHIM6_KICK_BUSY)
		kick->busy[kick->nbusy++] = (struct shim6_busy){ sk, mtu };
	else
		sock_put(sk);
}

static void shim6_kick_again(struct shim6_kick *kick)
{
	unsigned int n = kick->nbusy;
	unsigned int i;

	kick->nbusy = 0;
	for (i = 0; i < n; i++)
		shim6_kick_try(kick, kick->busy[i].sk, kick->busy[i].mtu);
}

/* Let go of the sockets that were never free */
static void shim6_kick_give_up(struct shim6_kick *kick)
{
	while (kick->nbusy)
		sock_put(kick->busy[--kick->nbusy].sk);
	kick->tries = 0;
}

/* The context that a socket's packets take, or NULL. Context: RCU */
static struct shim6_ctx *shim6_kick_context(struct shim6_net *sn,
					    const struct sock *sk)
{
	struct shim6_fork_flow flow;
	struct shim6_ctx *ctx = NULL;

	if (shim6_fork_any(sn) && !shim6_fork_flow_of(sn, sk, &flow))
		ctx = shim6_fork_lookup(sn, &flow);
	return ctx ?: shim6_table_by_ulids(sn, &sk->sk_v6_rcv_saddr,
					   &sk->sk_v6_daddr, 0);
}

/* The context of a TCP socket if it is one of the walk. Context: RCU */
static struct shim6_ctx *shim6_kick_match(struct shim6_net *sn,
					  const struct sock *sk)
{
	struct shim6_ctx *ctx;

	if (sk->sk_family != AF_INET6 || !net_eq(sock_net(sk), sn->net) ||
	    !((1 << READ_ONCE(sk->sk_state)) & SHIM6_KICK_STATES))
		return NULL;
	ctx = shim6_kick_context(sn, sk);
	return ctx && READ_ONCE(ctx->kick.walking) ? ctx : NULL;
}

/*
 * A socket that changes its chain under our eyes is missed: it has just moved
 * on by itself. Those that match are full sockets and stay that, even when
 * reused.
 */
static void shim6_kick_chain(struct shim6_kick *kick,
			     const struct inet_ehash_bucket *bucket)
{
	const struct hlist_nulls_node *node;
	const struct shim6_ctx *ctx;
	struct sock *sk;

	rcu_read_lock();
	sk_nulls_for_each_rcu(sk, node, &bucket->chain) {
		ctx = shim6_kick_match(kick->sn, sk);
		if (ctx && refcount_inc_not_zero(&sk->sk_refcnt))
			shim6_kick_try(kick, sk, ctx->kick.mtu);
	}
	rcu_read_unlock();
}

static void shim6_kick_walk(struct shim6_kick *kick)
{
	const struct inet_hashinfo *hashinfo =
		kick->sn->net->ipv4.tcp_death_row.hashinfo;
	unsigned int i;

	for (i = 0; i <= hashinfo->ehash_mask; i++) {
		if (!hlist_nulls_empty(&hashinfo->ehash[i].chain))
			shim6_kick_chain(kick, &hashinfo->ehash[i]);
		if (!(i & 1023))
			cond_resched();
	}
}

/* The route of the ULIDs, for every socket that is not TCP's */
static void shim6_kick_route(struct shim6_net *sn, const struct shim6_pair *ulids,
			     u32 mtu)
{
	struct dst_entry *dst = shim6_xmit_route(sn, ulids, 0);
	struct sk_buff *skb;

	if (IS_ERR(dst))
		return;
	/* The stack takes the addresses from the header of a packet */
	skb = alloc_skb(sizeof(struct ipv6hdr), GFP_ATOMIC);
	if (skb && dst_mtu(dst) > mtu) {
		skb_reset_network_header(skb);
		skb_put_zero(skb, sizeof(struct ipv6hdr));
		ipv6_hdr(skb)->saddr = ulids->src;
		ipv6_hdr(skb)->daddr = ulids->dst;
		dst->ops->update_pmtu(dst, NULL, skb, mtu, false);
	}
	kfree_skb(skb);
	dst_release(dst);
}

/* What the new path leaves to the upper layer, 0: as much as ever */
static u32 shim6_kick_path_mtu(const struct shim6_ctx *ctx)
{
	const struct shim6_path *path = rcu_dereference(ctx->path);
	struct dst_entry *dst;
	u32 mtu;

	if (!path || !path->rewrite)
		return 0;
	dst = shim6_xmit_route(ctx->sn, &path->pair, 0);
	if (IS_ERR(dst))
		return 0;
	mtu = dst_mtu(dst) - SHIM6_PAYLOAD_LEN;
	dst_release(dst);
	return mtu;
}

static void shim6_kick_measure(struct shim6_ctx *ctx)
{
	const struct shim6_pair ulids = {
		.src = ctx->key.local, .dst = ctx->key.peer,
	};

	rcu_read_lock();
	ctx->kick.mtu = shim6_kick_path_mtu(ctx);
	if (ctx->kick.mtu)
		shim6_kick_route(ctx->sn, &ulids, ctx->kick.mtu);
	rcu_read_unlock();
}

/* What moved so far is of this walk */
static void shim6_kick_take(struct shim6_kick *kick, struct list_head *moved)
{
	struct shim6_ctx *ctx;

	spin_lock_bh(&kick->lock);
	list_splice_init(&kick->moved, moved);
	list_for_each_entry(ctx, moved, kick.list)
		WRITE_ONCE(ctx->kick.walking, true);
	spin_unlock_bh(&kick->lock);
}

/* What moved again meanwhile waits for the next walk */
static void shim6_kick_leave(struct shim6_kick *kick, struct shim6_ctx *ctx)
{
	bool again;

	spin_lock_bh(&kick->lock);
	again = ctx->kick.again;
	ctx->kick.again = false;
	WRITE_ONCE(ctx->kick.walking, false);
	list_del_init(&ctx->kick.list);
	if (again)
		list_add_tail(&ctx->kick.list, &kick->moved);
	spin_unlock_bh(&kick->lock);
	if (!again)
		shim6_ctx_put(ctx);
}

static void shim6_kick_forget(struct shim6_kick *kick, struct list_head *moved)
{
	struct shim6_ctx *ctx, *next;

	list_for_each_entry_safe(ctx, next, moved, kick.list)
		shim6_kick_leave(kick, ctx);
}

static void shim6_kick_moved(struct shim6_kick *kick, struct list_head *moved)
{
	struct shim6_ctx *ctx;

	/* The path MTU first: the first retransmission must fit */
	list_for_each_entry(ctx, moved, kick.list) {
		shim6_kick_measure(ctx);
		cond_resched();
	}
	shim6_kick_walk(kick);
	shim6_kick_forget(kick, moved);
	kick->tries = 0;
}

static void shim6_kick_work(struct work_struct *work)
{
	struct shim6_kick *kick = container_of(to_delayed_work(work),
					       struct shim6_kick, work);
	LIST_HEAD(moved);

	shim6_kick_take(kick, &moved);
	shim6_kick_again(kick);
	if (!list_empty(&moved))
		shim6_kick_moved(kick, &moved);
	if (kick->nbusy && ++kick->tries < SHIM6_KICK_TRIES)
		queue_delayed_work(kick->sn->wq, &kick->work,
				   msecs_to_jiffies(SHIM6_KICK_AGAIN_MS));
	else
		shim6_kick_give_up(kick);
}

void shim6_kick_ctx(struct shim6_ctx *ctx)
{
	struct shim6_net *sn = ctx->sn;
	struct shim6_kick *kick = sn->kick;

	if (READ_ONCE(sn->dying))
		return;
	spin_lock_bh(&kick->lock);
	if (list_empty(&ctx->kick.list))
		list_add_tail(&shim6_ctx_get(ctx)->kick.list, &kick->moved);
	else if (ctx->kick.walking)
		ctx->kick.again = true;
	spin_unlock_bh(&kick->lock);
	mod_delayed_work(sn->wq, &kick->work, 0);
}

int shim6_kick_init(struct shim6_net *sn)
{
	struct shim6_kick *kick = kzalloc(sizeof(*kick), GFP_KERNEL);

	if (!kick)
		return -ENOMEM;
	kick->sn = sn;
	spin_lock_init(&kick->lock);
	INIT_LIST_HEAD(&kick->moved);
	INIT_DELAYED_WORK(&kick->work, shim6_kick_work);
	sn->kick = kick;
	return 0;
}

void shim6_kick_exit(struct shim6_net *sn)
{
	struct shim6_kick *kick = sn->kick;

	cancel_delayed_work_sync(&kick->work);
	shim6_kick_forget(kick, &kick->moved);
	shim6_kick_give_up(kick);
	kfree(kick);
}
