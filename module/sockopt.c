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
#include <linux/sockptr.h>
#include <linux/uaccess.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>
#include "engine.h"
#include "policy.h"
#include "sockets.h"
#include "sockopt.h"
#include "table.h"
#include "trigger.h"
#include "uapi.h"

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
 * @ctx: its context, a reference; NULL: none
 */
struct shim6_ask {
	struct shim6_net *sn;
	struct sock *sk;
	struct in6_addr local;
	struct in6_addr peer;
	bool connected;
	struct shim6_ctx *ctx;
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

static struct shim6_ctx *shim6_ask_context(const struct shim6_ask *a)
{
	struct shim6_ctx *ctx;

	if (shim6_ask_dontshim(a))
		return NULL;
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
	if (a->connected)
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

/* As a user sees it. Return: false for one that is not in use any more */
static bool shim6_locator_user(const struct shim6_locator_entry *e, bool peer,
			       struct shim_locator *out)
{
	if (!!(e->status & SHIM6_LOCATOR_PEER) != peer ||
	    (!peer && !(e->status & SHIM6_LOCATOR_UP)))
		return false;
	*out = (struct shim_locator) {
		.lc_family = AF_INET6,
		.lc_prio = e->priority,
		.lc_weight = e->weight,
		.lc_ifidx = peer ? 0 : e->ifindex,
		.lc_addr = e->addr,
	};
	if (e->method == SHIM6_METHOD_HBA)
		out->lc_flags = SHIM_LOCATOR_HBA;
	else if (e->method == SHIM6_METHOD_CGA)
		out->lc_flags = SHIM_LOCATOR_CGA;
	return true;
}

/* RFC 6316 6.10, 6.11 */
static int shim6_get_list(struct shim6_ask *a, const struct shim6_answer *to,
			  bool peer)
{
	struct shim6_locator_entry e;
	struct shim_locator l;
	unsigned int i, n = 0;

	for (i = 0; !shim6_uapi_locator(a->ctx, i, &e); i++) {
		unsigned int at = n * sizeof(l);

		memset(&l, 0, sizeof(l));
		if (!shim6_locator_user(&e, peer, &l))
			continue;
		if (*to->len < (int)(at + sizeof(l)))
			return -ETOOMANYLOCATORS;
		if (copy_to_user(to->to + at, &l, sizeof(l)))
			return -EFAULT;
		n++;
	}
	*to->len = n * sizeof(l);
	return 0;
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
	if (fb->fb_direction > SHIM_FEEDBACK_IN)
		return -EINVAL;
	switch (fb->fb_indicator) {
	case SHIM_FEEDBACK_NONE:
		return 0;
	case SHIM_FEEDBACK_UNABLE:
	case SHIM_FEEDBACK_UNSATISFACTORY:
		shim6_count(a->sn, FEEDBACK_BAD);
		shim6_ask_hint(a);
		return 0;
	case SHIM_FEEDBACK_SATISFACTORY:
		shim6_count(a->sn, FEEDBACK_GOOD);
		return 0;
	default:
		return -EINVAL;
	}
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
	OPTION(LOC_LOCAL_RECV, CONTEXT, .get = shim6_get_local_recv,
	       .set = shim6_set_local_recv),
	OPTION(LOC_PEER_RECV, CONTEXT, .get = shim6_get_peer_recv,
	       .set = shim6_set_peer_recv),
	OPTION(LOCLIST_LOCAL, CONTEXT, .get = shim6_get_local_list),
	OPTION(LOCLIST_PEER, CONTEXT, .get = shim6_get_peer_list),
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
