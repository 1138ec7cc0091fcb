// SPDX-License-Identifier: GPL-2.0
/*
 * The socket options of RFC 6316.
 *
 * The stack asks us for what it does not know itself at level IPPROTO_IPV6. A
 * module can have no level of its own, see <linux/shim6_socket.h>.
 */
#include <linux/compat.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/netfilter.h>
#include <linux/shim6.h>
#include <linux/slab.h>
#include <linux/sockptr.h>
#include <linux/uaccess.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>
#include "engine.h"
#include "fork.h"
#include "local.h"
#include "own.h"
#include "policy.h"
#include "sockets.h"
#include "sockopt.h"
#include "sockval.h"
#include "table.h"
#include "trigger.h"

static_assert(SOL_SHIM == IPPROTO_IPV6);
static_assert(SHIM_MAX_LOCATORS == SHIM6_MAX_LOCS);
static_assert(sizeof(struct shim_locator) == 32);
static_assert(sizeof(struct shim_pathexplore) == 12);
static_assert(sizeof(struct shim_feedback) == 4);

/**
 * struct shim6_ask - an option asked for
 * @sn: namespace
 * @sk: socket, its lock held
 * @local: its address, when it is connected
 * @peer: that of its peer
 * @connected: connect() or accept() gave it a peer
 * @ctx: context that serves it, a reference; NULL: none
 * @fork: context of its own, a reference of its entry; its handshake may still
 *	be under way; NULL: none
 */
struct shim6_ask {
	struct shim6_net *sn;
	struct sock *sk;
	struct in6_addr local;
	struct in6_addr peer;
	bool connected;
	struct shim6_ctx *ctx;
	struct shim6_ctx *fork;
};

/* Where the value of getsockopt() goes */
struct shim6_answer {
	void __user *to;
	int *len;
};

/* What an option needs of its socket */
enum shim6_need {
	SHIM6_NEED_NOTHING,
	SHIM6_NEED_PEER,	/* else EOPNOTSUPP */
	SHIM6_NEED_CONTEXT,	/* else ENOENT */
};

/**
 * struct shim6_option - how to serve an option
 * @need: enum shim6_need
 * @get: for getsockopt()
 * @set: for setsockopt()
 */
struct shim6_option {
	enum shim6_need need;
	int (*get)(struct shim6_ask *a, const struct shim6_answer *to);
	int (*set)(struct shim6_ask *a, sockptr_t from, unsigned int len);
};

/* RFC 5533 4.3: who does not want the shim has no context */
static bool shim6_ask_dontshim(const struct shim6_ask *a)
{
	const struct shim6_socket *s;
	bool dontshim;

	rcu_read_lock();
	s = shim6_socket_find(a->sn, a->sk);
	dontshim = s && s->dontshim;
	rcu_read_unlock();
	return dontshim;
}

/* Are its locator sets those of both ends */
static bool shim6_ask_serves(struct shim6_ctx *ctx)
{
	u8 state = READ_ONCE(ctx->proto.state);

	return state == SHIM6_ESTABLISHED || state == SHIM6_I2BIS_SENT;
}

/* Is it of no use any more, or of the peer before this one */
static bool shim6_ask_stale(const struct shim6_ask *a,
			    const struct shim6_ctx *fork)
{
	u8 state = READ_ONCE(fork->proto.state);

	return READ_ONCE(fork->dead) || state == SHIM6_E_FAILED ||
	       state == SHIM6_NO_SUPPORT ||
	       !ipv6_addr_equal(&fork->key.local, &a->local) ||
	       !ipv6_addr_equal(&fork->key.peer, &a->peer);
}

static struct shim6_ctx *shim6_ask_fork(const struct shim6_ask *a)
{
	struct shim6_socket *s;

	rcu_read_lock();
	s = shim6_socket_find(a->sn, a->sk);
	rcu_read_unlock();
	/* Our lock keeps the entry: its socket is not closed */
	if (s && s->fork && shim6_ask_stale(a, s->fork))
		shim6_socket_unfork(s);
	return s ? s->fork : NULL;
}

static struct shim6_ctx *shim6_ask_context(const struct shim6_ask *a)
{
	struct shim6_ctx *ctx;

	if (shim6_ask_dontshim(a))
		return NULL;
	if (a->fork && shim6_ask_serves(a->fork))
		return shim6_ctx_get(a->fork);
	ctx = shim6_table_get_ulids(a->sn, &a->local, &a->peer, 0);
	if (!ctx || shim6_ask_serves(ctx))
		return ctx;
	shim6_ctx_put(ctx);
	return NULL;
}

/* A socket is connected from the time it knows its peer */
static void shim6_ask_ends(struct shim6_ask *a)
{
	const struct sock *sk = a->sk;

	a->connected = sk->sk_state != TCP_CLOSE && sk->sk_state != TCP_LISTEN;
	if (!a->connected)
		return;
	a->local = sk->sk_v6_rcv_saddr;
	a->peer = sk->sk_v6_daddr;
}

static void shim6_ask_begin(struct shim6_ask *a, struct sock *sk)
{
	*a = (struct shim6_ask) {
		.sn = shim6_net(sock_net(sk)),
		.sk = sk,
	};
	lock_sock(sk);
	shim6_ask_ends(a);
	if (!a->connected)
		return;
	a->fork = shim6_ask_fork(a);
	a->ctx = shim6_ask_context(a);
}

static void shim6_ask_end(struct shim6_ask *a)
{
	release_sock(a->sk);
	shim6_ctx_put(a->ctx);
}

static int shim6_ask_check(const struct shim6_ask *a, enum shim6_need need)
{
	if (need >= SHIM6_NEED_PEER && !a->connected)
		return -EOPNOTSUPP;
	if (need >= SHIM6_NEED_CONTEXT && !a->ctx)
		return -ENOENT;
	return 0;
}

static int shim6_get_octets(const struct shim6_answer *to, const void *from,
			    unsigned int size)
{
	if (*to->len < (int)size)
		return -EINVAL;
	if (copy_to_user(to->to, from, size))
		return -EFAULT;
	*to->len = size;
	return 0;
}

static int shim6_get_int(const struct shim6_answer *to, int value)
{
	return shim6_get_octets(to, &value, sizeof(value));
}

static int shim6_set_octets(void *to, unsigned int size, sockptr_t from,
			    unsigned int len)
{
	if (len < size)
		return -EINVAL;
	return copy_from_sockptr(to, from, size) ? -EFAULT : 0;
}

/* Return: 0 or 1, -EINVAL for any other value */
static int shim6_set_bool(sockptr_t from, unsigned int len)
{
	int value;
	int err = shim6_set_octets(&value, sizeof(value), from, len);

	if (err)
		return err;
	return value == 0 || value == 1 ? value : -EINVAL;
}

/* RFC 6316 6.1; A-31: 2 and not an error when there is no peer */
static int shim6_get_associated(struct shim6_ask *a,
				const struct shim6_answer *to)
{
	return shim6_get_int(to, a->connected ? !!a->ctx : 2);
}

static int shim6_get_dontshim(struct shim6_ask *a,
			      const struct shim6_answer *to)
{
	return shim6_get_int(to, shim6_ask_dontshim(a));
}

static int shim6_set_dontshim(struct shim6_ask *a, sockptr_t from,
			      unsigned int len)
{
	int on = shim6_set_bool(from, len);
	struct shim6_socket *s;

	if (on < 0)
		return on;
	if (a->connected)
		return -EOPNOTSUPP;
	s = shim6_socket_get(a->sn, a->sk);
	if (IS_ERR(s))
		return PTR_ERR(s);
	WRITE_ONCE(s->dontshim, on);
	return 0;
}

/* RFC 6316 6.3: probes of a second pair before the first one fails; not done */
static int shim6_get_standby(struct shim6_ask *a,
			     const struct shim6_answer *to)
{
	return shim6_get_int(to, 0);
}

static int shim6_set_standby(struct shim6_ask *a, sockptr_t from,
			     unsigned int len)
{
	int on = shim6_set_bool(from, len);

	return on > 0 ? -EOPNOTSUPP : on;
}

/* RFC 6316 6.14: Shim6 does */
static int shim6_get_deferred(struct shim6_ask *a,
			      const struct shim6_answer *to)
{
	return shim6_get_int(to, 1);
}

/* The flags of RFC 6316 6.6 and 6.7 */
struct shim6_recv {
	bool local;
	bool peer;
};

static struct shim6_recv shim6_ask_recv(const struct shim6_ask *a)
{
	struct shim6_recv recv = { };
	const struct shim6_socket *s;

	rcu_read_lock();
	s = shim6_socket_find(a->sn, a->sk);
	if (s)
		recv = (struct shim6_recv) { s->recv_local, s->recv_peer };
	rcu_read_unlock();
	return recv;
}

static int shim6_get_local_recv(struct shim6_ask *a,
				const struct shim6_answer *to)
{
	return shim6_get_int(to, shim6_ask_recv(a).local);
}

static int shim6_get_peer_recv(struct shim6_ask *a,
			       const struct shim6_answer *to)
{
	return shim6_get_int(to, shim6_ask_recv(a).peer);
}

/* The entry for a flag about what the context receives */
static struct shim6_socket *shim6_ask_watch(struct shim6_ask *a, bool on)
{
	struct shim6_socket *s = shim6_socket_get(a->sn, a->sk);

	if (!IS_ERR(s) && on)
		shim6_ctx_watch(a->ctx);
	return s;
}

static int shim6_set_local_recv(struct shim6_ask *a, sockptr_t from,
				unsigned int len)
{
	int on = shim6_set_bool(from, len);
	struct shim6_socket *s;

	if (on < 0)
		return on;
	s = shim6_ask_watch(a, on);
	if (IS_ERR(s))
		return PTR_ERR(s);
	s->recv_local = on;
	return 0;
}

static int shim6_set_peer_recv(struct shim6_ask *a, sockptr_t from,
			       unsigned int len)
{
	int on = shim6_set_bool(from, len);
	struct shim6_socket *s;

	if (on < 0)
		return on;
	s = shim6_ask_watch(a, on);
	if (IS_ERR(s))
		return PTR_ERR(s);
	s->recv_peer = on;
	return 0;
}

/* RFC 6316 7: one sockaddr_in6; without a context all zero (7.1) */
static int shim6_put_locator(struct msghdr *msg, int type, bool known,
			     const struct in6_addr *addr)
{
	struct sockaddr_in6 sa = { };

	if (known) {
		sa.sin6_family = AF_INET6;
		sa.sin6_addr = *addr;
	}
	return put_cmsg(msg, SOL_SHIM, type, sizeof(sa), &sa);
}

static int shim6_put_latest(struct shim6_ask *a, struct msghdr *msg)
{
	struct shim6_recv recv = shim6_ask_recv(a);
	struct shim6_pair seen = { };
	int err = 0;

	if (a->ctx) {
		/* It may be another one than the flag was set on */
		shim6_ctx_watch(a->ctx);
		seen = shim6_ctx_seen(a->ctx);
	}
	if (recv.local)
		err = shim6_put_locator(msg, SHIM_LOC_LOCAL_RECV, a->ctx,
					&seen.dst);
	if (!err && recv.peer)
		err = shim6_put_locator(msg, SHIM_LOC_PEER_RECV, a->ctx,
					&seen.src);
	return err;
}

/* What recvmsg() would carry; as IPV6_2292PKTOPTIONS does it */
static int shim6_get_latest(struct shim6_ask *a,
			    const struct shim6_answer *to)
{
	struct msghdr msg = {
		.msg_control_user = to->to,
		.msg_control_is_user = true,
		.msg_controllen = *to->len,
		.msg_flags = in_compat_syscall() ? MSG_CMSG_COMPAT : 0,
	};
	int err = shim6_put_latest(a, &msg);

	if (err)
		return err;
	if (msg.msg_flags & MSG_CTRUNC)
		return -EINVAL;
	*to->len -= msg.msg_controllen;
	return 0;
}

static u32 shim6_ask_ifindex(const struct shim6_ask *a,
			     const struct in6_addr *addr)
{
	struct shim6_local_addr l;
	unsigned int i;

	for (i = 0; !shim6_local_addr_get(a->sn, i, &l); i++)
		if (ipv6_addr_equal(&l.addr, addr))
			return l.ifindex;
	return 0;
}

static void shim6_locator_of(const struct shim6_loc *loc,
			     struct shim_locator *out)
{
	*out = (struct shim_locator) {
		.lc_family = AF_INET6,
		.lc_prio = shim6_loc_prio(loc),
		.lc_weight = shim6_loc_weight(loc),
		.lc_addr = loc->addr,
	};
	if (loc->method == SHIM6_METHOD_HBA)
		out->lc_flags = SHIM_LOCATOR_HBA;
	else if (loc->method == SHIM6_METHOD_CGA)
		out->lc_flags = SHIM_LOCATOR_CGA;
}

/* The locators that are in use. Return: their number */
static unsigned int shim6_ask_list(const struct shim6_ask *a, bool peer,
				   struct shim_locator *list)
{
	const struct shim6_proto *p = &a->ctx->proto;
	const struct shim6_locset *set = peer ? &p->peer : &p->local;
	unsigned int i, n = 0;

	spin_lock_bh(&a->ctx->lock);
	for (i = 0; i < set->n; i++) {
		const struct shim6_loc *l = &set->loc[i];

		if (peer ? !(l->status & SHIM6_LOC_EXCLUDED) :
			   l->status & SHIM6_LOC_UP)
			shim6_locator_of(l, &list[n++]);
	}
	spin_unlock_bh(&a->ctx->lock);
	for (i = 0; i < n && !peer; i++)
		list[i].lc_ifidx = shim6_ask_ifindex(a, &list[i].lc_addr);
	return n;
}

/* RFC 6316 6.10, 6.11 */
static int shim6_get_list(struct shim6_ask *a, const struct shim6_answer *to,
			  bool peer)
{
	struct shim_locator *list;
	unsigned int n;
	int err;

	list = kcalloc(SHIM_MAX_LOCATORS, sizeof(*list), GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	n = shim6_ask_list(a, peer, list);
	if (*to->len < (int)(n * sizeof(*list)))
		err = -ETOOMANYLOCATORS;
	else
		err = shim6_get_octets(to, list, n * sizeof(*list));
	kfree(list);
	return err;
}

static int shim6_get_local_list(struct shim6_ask *a,
				const struct shim6_answer *to)
{
	return shim6_get_list(a, to, false);
}

static int shim6_get_peer_list(struct shim6_ask *a,
			       const struct shim6_answer *to)
{
	return shim6_get_list(a, to, true);
}

/* A context for this socket alone; its packets use it once it is established */
static int shim6_ask_make_fork(struct shim6_ask *a)
{
	struct shim6_fork_flow flow;
	struct shim6_socket *s;
	struct shim6_ctx *fork;
	int err;

	s = shim6_socket_get(a->sn, a->sk);
	if (IS_ERR(s))
		return PTR_ERR(s);
	err = shim6_fork_flow_of(a->sn, a->sk, &flow);
	if (err)
		return err;
	fork = shim6_fork_make(a->sn, &flow);
	if (IS_ERR(fork))
		return PTR_ERR(fork) == -EEXIST ? -EBUSY : PTR_ERR(fork);
	s->fork = fork;
	a->fork = fork;
	return 0;
}

/*
 * What one socket asks for changes a context that others may use, too: it takes
 * an admin, or a context that is the socket's own (RFC 6316 11.1).
 */
static int shim6_ask_wish(struct shim6_ask *a, const struct shim6_wish *wish)
{
	int err;

	if (a->fork)
		return shim6_engine_wish(a->fork, wish);
	if (ns_capable(a->sn->net->user_ns, CAP_NET_ADMIN))
		return shim6_engine_wish(a->ctx, wish);
	if (shim6_wish_is_default(wish))
		return 0;
	err = shim6_ask_make_fork(a);
	return err ?: shim6_engine_wish(a->fork, wish);
}

/* The wishes that count, or will when the handshake is over; all zero without
 * any
 */
static void shim6_ask_wishes(const struct shim6_ask *a,
			     struct shim6_pair *use, struct shim6_tuning *tune)
{
	struct shim6_ctx *ctx = a->fork ?: a->ctx;
	const struct shim6_wishes *w;

	memset(use, 0, sizeof(*use));
	memset(tune, 0, sizeof(*tune));
	spin_lock_bh(&ctx->lock);
	w = ctx->proto.wishes;
	if (w) {
		use->src = w->local.use;
		use->dst = w->peer.use;
		*tune = w->tune;
	}
	spin_unlock_bh(&ctx->lock);
}

static enum shim6_wish_flaw shim6_ask_flaw(const struct shim6_ask *a,
					   const struct shim6_wish *wish)
{
	enum shim6_wish_flaw flaw;

	spin_lock_bh(&a->ctx->lock);
	flaw = shim6_wish_check(&a->ctx->proto, wish);
	spin_unlock_bh(&a->ctx->lock);
	return flaw;
}

/* RFC 6316 14.1.1: a source that is ours but unknown to the context begins an
 * update of its locators
 */
static int shim6_ask_learn(struct shim6_ask *a, const struct in6_addr *addr)
{
	if (!shim6_local_is_ours(a->sn, addr))
		return -EINVALIDLOCATOR;
	if (shim6_local_refresh(a->sn))
		shim6_engine_local(a->sn);
	return shim6_engine_local_one(a->ctx);
}

static int shim6_ask_checked(struct shim6_ask *a,
			     const struct shim6_wish *wish)
{
	enum shim6_wish_flaw flaw = shim6_ask_flaw(a, wish);
	int err;

	if (flaw == SHIM6_WISH_UNKNOWN &&
	    (wish->type == SHIM6_WISH_SOURCE ||
	     wish->type == SHIM6_WISH_LOCAL_PREF)) {
		err = shim6_ask_learn(a, &wish->loc[0].addr);
		if (err)
			return err;
		flaw = shim6_ask_flaw(a, wish);
	}
	switch (flaw) {
	case SHIM6_WISH_UNKNOWN:
		return -EINVALIDLOCATOR;
	case SHIM6_WISH_UNVERIFIED:
		return -EUNVERIFIEDLOCATOR;
	case SHIM6_WISH_UNREACHABLE:
		return -EUNREACHABLELOCATOR;
	default:
		return 0;
	}
}

/* One locator. RFC 6316 6.9: what is not reached yet is probed because of it */
static int shim6_set_locator(struct shim6_ask *a, enum shim6_wish_type type,
			     sockptr_t from, unsigned int len, bool send)
{
	struct shim6_wish wish = { .type = type, .n = 1 };
	struct shim_locator l;
	int flaw, err;

	err = shim6_set_octets(&l, sizeof(l), from, len);
	if (err)
		return err;
	if (!send || !shim6_sockval_none(&l))
		err = shim6_sockval_locator(&l, &wish.loc[0]);
	if (err)
		return err;
	flaw = shim6_ask_checked(a, &wish);
	if (flaw && (!send || flaw == -EINVALIDLOCATOR || flaw == -ENOMEM))
		return flaw;
	err = shim6_ask_wish(a, &wish);
	return err ?: flaw;
}

static int shim6_set_local_pref(struct shim6_ask *a, sockptr_t from,
				unsigned int len)
{
	return shim6_set_locator(a, SHIM6_WISH_LOCAL_PREF, from, len, false);
}

static int shim6_set_peer_pref(struct shim6_ask *a, sockptr_t from,
			       unsigned int len)
{
	return shim6_set_locator(a, SHIM6_WISH_PEER_PREF, from, len, false);
}

static int shim6_set_local_send(struct shim6_ask *a, sockptr_t from,
				unsigned int len)
{
	return shim6_set_locator(a, SHIM6_WISH_SOURCE, from, len, true);
}

static int shim6_set_peer_send(struct shim6_ask *a, sockptr_t from,
			       unsigned int len)
{
	return shim6_set_locator(a, SHIM6_WISH_DESTINATION, from, len, true);
}

/* The locator preferred most, as it can be used now */
static int shim6_get_pref(struct shim6_ask *a, const struct shim6_answer *to,
			  bool peer)
{
	const struct shim6_proto *p = &a->ctx->proto;
	const struct shim6_locset *set = peer ? &p->peer : &p->local;
	struct shim_locator l = { };
	int best;

	spin_lock_bh(&a->ctx->lock);
	best = shim6_wish_best(set, peer ? SHIM6_LOC_VERIFIED : SHIM6_LOC_UP,
			       peer ? &p->cur.dst : &p->cur.src);
	if (best >= 0)
		shim6_locator_of(&set->loc[best], &l);
	spin_unlock_bh(&a->ctx->lock);
	return best < 0 ? -ENOENT : shim6_get_octets(to, &l, sizeof(l));
}

static int shim6_get_local_pref(struct shim6_ask *a,
				const struct shim6_answer *to)
{
	return shim6_get_pref(a, to, false);
}

static int shim6_get_peer_pref(struct shim6_ask *a,
			       const struct shim6_answer *to)
{
	return shim6_get_pref(a, to, true);
}

/* What was asked for, zero when nothing was */
static int shim6_get_send(struct shim6_ask *a, const struct shim6_answer *to,
			  bool peer)
{
	struct shim_locator l = { };
	struct shim6_tuning tune;
	struct shim6_pair use;

	shim6_ask_wishes(a, &use, &tune);
	l.lc_addr = peer ? use.dst : use.src;
	if (!ipv6_addr_any(&l.lc_addr))
		l.lc_family = AF_INET6;
	return shim6_get_octets(to, &l, sizeof(l));
}

static int shim6_get_local_send(struct shim6_ask *a,
				const struct shim6_answer *to)
{
	return shim6_get_send(a, to, false);
}

static int shim6_get_peer_send(struct shim6_ask *a,
			       const struct shim6_answer *to)
{
	return shim6_get_send(a, to, true);
}

/* RFC 6316 6.10, 6.11. Return: locators, or a negative error */
static int shim6_set_locators(struct shim6_wish *wish, sockptr_t from,
			      unsigned int len)
{
	unsigned int n = len / sizeof(struct shim_locator);
	struct shim_locator l;
	unsigned int i;
	int err;

	if (!n || len % sizeof(l))
		return -EINVAL;
	if (n > SHIM_MAX_LOCATORS)
		return -ETOOMANYLOCATORS;
	for (i = 0; i < n; i++) {
		if (copy_from_sockptr_offset(&l, from, i * sizeof(l),
					     sizeof(l)))
			return -EFAULT;
		err = shim6_sockval_locator(&l, &wish->loc[i]);
		if (err)
			return err;
	}
	wish->n = n;
	return 0;
}

/* Ours must be here and prove that they belong to the ULID */
static int shim6_ask_local(const struct shim6_ask *a,
			   const struct shim6_wish *wish)
{
	struct shim6_view *view = kmalloc(sizeof(*view), GFP_KERNEL);
	int err, at;
	unsigned int i;

	if (!view)
		return -ENOMEM;
	err = shim6_local_view(a->sn, &a->local, view);
	for (i = 0; i < wish->n && !err; i++) {
		at = shim6_locset_find(&view->set, &wish->loc[i].addr);
		if (at < 0 || !(view->set.loc[at].status & SHIM6_LOC_UP))
			err = -EINVALIDLOCATOR;
	}
	shim6_own_put(view->own);
	kfree(view);
	return err;
}

static int shim6_set_list(struct shim6_ask *a, enum shim6_wish_type type,
			  sockptr_t from, unsigned int len)
{
	struct shim6_wish *wish = kzalloc(sizeof(*wish), GFP_KERNEL);
	int err;

	if (!wish)
		return -ENOMEM;
	wish->type = type;
	err = shim6_set_locators(wish, from, len);
	if (!err)
		err = type == SHIM6_WISH_LOCAL_LIST ?
		      shim6_ask_local(a, wish) : shim6_ask_checked(a, wish);
	if (!err)
		err = shim6_ask_wish(a, wish);
	kfree(wish);
	return err;
}

static int shim6_set_local_list(struct shim6_ask *a, sockptr_t from,
				unsigned int len)
{
	return shim6_set_list(a, SHIM6_WISH_LOCAL_LIST, from, len);
}

static int shim6_set_peer_list(struct shim6_ask *a, sockptr_t from,
			       unsigned int len)
{
	return shim6_set_list(a, SHIM6_WISH_PEER_LIST, from, len);
}

static struct shim6_tuning shim6_ask_tuning(const struct shim6_ask *a)
{
	struct shim6_tuning tune;
	struct shim6_pair use;

	shim6_ask_wishes(a, &use, &tune);
	return tune;
}

/* RFC 6316 6.12, in s; it is Ts of RFC 5534 whatever the text calls it (5.4) */
static int shim6_get_timeout(struct shim6_ask *a,
			     const struct shim6_answer *to)
{
	return shim6_get_int(to, shim6_ask_tuning(a).send_timeout /
				 MSEC_PER_SEC);
}

static int shim6_set_timeout(struct shim6_ask *a, sockptr_t from,
			     unsigned int len)
{
	struct shim6_wish wish = { .type = SHIM6_WISH_TIMEOUT };
	int seconds;
	int err;

	err = shim6_set_octets(&seconds, sizeof(seconds), from, len) ?:
	      shim6_sockval_timeout(seconds, &wish.tune);
	return err ?: shim6_ask_wish(a, &wish);
}

static int shim6_get_explore(struct shim6_ask *a,
			     const struct shim6_answer *to)
{
	struct shim6_tuning tune = shim6_ask_tuning(a);
	struct shim_pathexplore pe;

	shim6_sockval_tuning(&tune, &pe);
	return shim6_get_octets(to, &pe, sizeof(pe));
}

static int shim6_set_explore(struct shim6_ask *a, sockptr_t from,
			     unsigned int len)
{
	struct shim6_wish wish = { .type = SHIM6_WISH_EXPLORE };
	struct shim_pathexplore pe;
	int err;

	err = shim6_set_octets(&pe, sizeof(pe), from, len) ?:
	      shim6_sockval_explore(&pe, &wish.tune);
	return err ?: shim6_ask_wish(a, &wish);
}

static void shim6_ask_hint(struct shim6_ask *a)
{
	struct shim6_pair cur;

	spin_lock_bh(&a->ctx->lock);
	cur = a->ctx->proto.cur;
	spin_unlock_bh(&a->ctx->lock);
	shim6_engine_notice(a->ctx, SHIM6_EV_HINT, &cur);
}

/* RFC 6316 7.3, 8.3 */
static int shim6_take_feedback(struct shim6_ask *a,
			       const struct shim_feedback *fb)
{
	if (shim6_sockval_feedback(fb))
		return -EINVAL;
	switch (fb->fb_indicator) {
	case SHIM_FEEDBACK_UNABLE:
	case SHIM_FEEDBACK_UNSATISFACTORY:
		shim6_count(a->sn, FEEDBACK_BAD);
		shim6_ask_hint(a);
		break;
	case SHIM_FEEDBACK_SATISFACTORY:
		shim6_count(a->sn, FEEDBACK_GOOD);
		break;
	}
	return 0;
}

static int shim6_set_feedback(struct shim6_ask *a, sockptr_t from,
			      unsigned int len)
{
	struct shim_feedback fb;
	int err = shim6_set_octets(&fb, sizeof(fb), from, len);

	return err ?: shim6_take_feedback(a, &fb);
}

static bool shim6_ask_forbidden(const struct shim6_ask *a)
{
	unsigned int action;

	rcu_read_lock();
	action = shim6_policy_match(a->sn, &a->local, &a->peer,
				    a->sk->sk_protocol,
				    ntohs(inet_sk(a->sk)->inet_dport));
	rcu_read_unlock();
	return action == SHIM6_POLICY_NEVER;
}

/* Did the peer not answer lately */
static bool shim6_ask_held_down(const struct shim6_ask *a)
{
	struct shim6_ctx *ctx;
	u8 state;

	ctx = shim6_table_get_ulids(a->sn, &a->local, &a->peer, 0);
	if (!ctx)
		return false;
	state = READ_ONCE(ctx->proto.state);
	shim6_ctx_put(ctx);
	return state == SHIM6_E_FAILED || state == SHIM6_NO_SUPPORT;
}

static int shim6_ask_start(const struct shim6_ask *a)
{
	switch (shim6_trigger_start(a->sn, &a->local, &a->peer)) {
	case SHIM6_FLOW_BELOW_TRIGGER:
		return shim6_ask_held_down(a) ? -EHOSTDOWN : 0;
	case SHIM6_FLOW_LIMIT:
		return -ENOBUFS;
	case SHIM6_FLOW_NO_ROUTE:
		return -ENETUNREACH;
	default:
		return -EADDRNOTAVAIL;
	}
}

/* What the trigger would do later; RFC 6629 5.1.2 speaks of such a wish */
static int shim6_set_setup(struct shim6_ask *a, sockptr_t from,
			   unsigned int len)
{
	int on = shim6_set_bool(from, len);

	if (on <= 0)
		return on ?: -EINVAL;
	if (!shim6_addr_usable(&a->local) || !shim6_addr_usable(&a->peer))
		return -EADDRNOTAVAIL;
	if (shim6_ask_dontshim(a) || shim6_ask_forbidden(a))
		return -EACCES;
	return shim6_ask_start(a);
}

#define OPTION(name, need_, ...)	\
	[SHIM_##name - SHIM_OPT_BASE] = { .need = SHIM6_NEED_##need_, __VA_ARGS__ }

static const struct shim6_option shim6_options[] = {
	OPTION(ASSOCIATED, NOTHING, .get = shim6_get_associated),
	OPTION(DONTSHIM, NOTHING, .get = shim6_get_dontshim,
	       .set = shim6_set_dontshim),
	OPTION(HOT_STANDBY, CONTEXT, .get = shim6_get_standby,
	       .set = shim6_set_standby),
	OPTION(LOC_LOCAL_PREF, CONTEXT, .get = shim6_get_local_pref,
	       .set = shim6_set_local_pref),
	OPTION(LOC_PEER_PREF, CONTEXT, .get = shim6_get_peer_pref,
	       .set = shim6_set_peer_pref),
	OPTION(LOC_LOCAL_SEND, CONTEXT, .get = shim6_get_local_send,
	       .set = shim6_set_local_send),
	OPTION(LOC_PEER_SEND, CONTEXT, .get = shim6_get_peer_send,
	       .set = shim6_set_peer_send),
	OPTION(APP_TIMEOUT, CONTEXT, .get = shim6_get_timeout,
	       .set = shim6_set_timeout),
	OPTION(PATHEXPLORE, CONTEXT, .get = shim6_get_explore,
	       .set = shim6_set_explore),
	OPTION(LOC_LOCAL_RECV, CONTEXT, .get = shim6_get_local_recv,
	       .set = shim6_set_local_recv),
	OPTION(LOC_PEER_RECV, CONTEXT, .get = shim6_get_peer_recv,
	       .set = shim6_set_peer_recv),
	OPTION(LOCLIST_LOCAL, CONTEXT, .get = shim6_get_local_list,
	       .set = shim6_set_local_list),
	OPTION(LOCLIST_PEER, CONTEXT, .get = shim6_get_peer_list,
	       .set = shim6_set_peer_list),
	OPTION(DEFERRED_CONTEXT_SETUP, PEER, .get = shim6_get_deferred),
	OPTION(FEEDBACK, CONTEXT, .set = shim6_set_feedback),
	OPTION(LOC_LATEST, PEER, .get = shim6_get_latest),
	OPTION(CONTEXT_SETUP, PEER, .set = shim6_set_setup),
};

/* Return: NULL for a number that is none of ours */
static const struct shim6_option *shim6_option_of(int optname)
{
	unsigned int i = optname - SHIM_OPT_BASE;

	return i < ARRAY_SIZE(shim6_options) ? &shim6_options[i] : NULL;
}

static int shim6_sockopt_set(struct sock *sk, int optname, sockptr_t from,
			     unsigned int len)
{
	const struct shim6_option *o = shim6_option_of(optname);
	struct shim6_ask a;
	int err;

	if (!o || !o->set)
		return -ENOPROTOOPT;
	shim6_ask_begin(&a, sk);
	err = shim6_ask_check(&a, o->need) ?: o->set(&a, from, len);
	shim6_ask_end(&a);
	return err;
}

static int shim6_sockopt_get(struct sock *sk, int optname, void __user *user,
			     int *len)
{
	const struct shim6_option *o = shim6_option_of(optname);
	struct shim6_answer to = { .to = user, .len = len };
	struct shim6_ask a;
	int err;

	if (!o || !o->get)
		return -ENOPROTOOPT;
	if (*len < 0)
		return -EINVAL;
	shim6_ask_begin(&a, sk);
	err = shim6_ask_check(&a, o->need) ?: o->get(&a, &to);
	shim6_ask_end(&a);
	return err;
}

static int shim6_feedback_sock(struct sock *sk, const struct shim_feedback *fb)
{
	struct shim6_ask a;
	int err;

	shim6_ask_begin(&a, sk);
	err = shim6_ask_check(&a, SHIM6_NEED_CONTEXT) ?:
	      shim6_take_feedback(&a, fb);
	shim6_ask_end(&a);
	return err;
}

/* The protocols whose sockets the options reach, and of these the IPv6 ones */
static bool shim6_sock_serves(const struct sock *sk)
{
	return sk->sk_family == AF_INET6 &&
	       (sk->sk_type == SOCK_STREAM || sk->sk_type == SOCK_DGRAM ||
		sk->sk_type == SOCK_RAW);
}

int shim6_sockopt_feedback(int fd, const struct shim_feedback *fb)
{
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	err = shim6_sock_serves(sock->sk) ?
	      shim6_feedback_sock(sock->sk, fb) : -EAFNOSUPPORT;
	sockfd_put(sock);
	return err;
}

static struct nf_sockopt_ops shim6_sockopt_ops = {
	.pf = PF_INET6,
	.set_optmin = SHIM_OPT_BASE,
	.set_optmax = SHIM_OPT_END,
	.set = shim6_sockopt_set,
	.get_optmin = SHIM_OPT_BASE,
	.get_optmax = SHIM_OPT_END,
	.get = shim6_sockopt_get,
	.owner = THIS_MODULE,
};

int shim6_sockopt_setup(void)
{
	return nf_register_sockopt(&shim6_sockopt_ops);
}

void shim6_sockopt_teardown(void)
{
	nf_unregister_sockopt(&shim6_sockopt_ops);
}
