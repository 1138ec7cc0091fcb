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
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>
#include "engine.h"
#include "policy.h"
#include "sockets.h"
#include "sockopt.h"
#include "sockval.h"
#include "sockwish.h"
#include "table.h"
#include "trigger.h"

static_assert(SOL_SHIM == IPPROTO_IPV6);
static_assert(sizeof(struct shim_locator) == 32);
static_assert(sizeof(struct shim_pathexplore) == 12);
static_assert(sizeof(struct shim_feedback) == 4);

/* What an option needs of its socket */
enum shim6_need {
	SHIM6_NEED_NOTHING,
	SHIM6_NEED_PEER,	/* else EOPNOTSUPP */
	SHIM6_NEED_CONTEXT,	/* else ENOENT */
};

/**
 * struct shim6_option - how to serve an option
 * @need: enum shim6_need
 * @peer: as in struct shim6_ask
 * @get: for getsockopt()
 * @set: for setsockopt()
 */
struct shim6_option {
	enum shim6_need need;
	bool peer;
	int (*get)(struct shim6_ask *a, const struct shim6_answer *to);
	int (*set)(struct shim6_ask *a, sockptr_t from, unsigned int len);
};

/* RFC 5533 4.3: who does not want the shim has no context */
static bool shim6_ask_dontshim(const struct shim6_ask *a)
{
	const struct shim6_socket *s;
	bool dontshim;

	rcu_read_lock();
	s = shim6_socket_seek(a->sn, a->sk);
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
	if (a->fork && shim6_ask_serves(a->fork))
		return shim6_ctx_get(a->fork);
	ctx = shim6_table_get_ulids(a->sn, &a->flow.local, &a->flow.peer, 0);
	if (!ctx || shim6_ask_serves(ctx))
		return ctx;
	shim6_ctx_put(ctx);
	return NULL;
}

/* A socket is connected from the time it knows its peer */
static void shim6_ask_begin(struct shim6_ask *a, struct sock *sk, bool peer)
{
	*a = (struct shim6_ask) {
		.sn = shim6_net(sock_net(sk)),
		.sk = sk,
		.peer = peer,
	};
	lock_sock(sk);
	a->connected = sk->sk_state != TCP_CLOSE && sk->sk_state != TCP_LISTEN;
	if (!a->connected || shim6_fork_flow_of(a->sn, sk, &a->flow))
		return;
	a->fork = shim6_socket_fork(a->sn, sk);
	a->ctx = shim6_ask_context(a);
}

static void shim6_ask_end(struct shim6_ask *a)
{
	release_sock(a->sk);
	shim6_ctx_put(a->ctx);
	shim6_ctx_put(a->fork);
}

static int shim6_ask_check(const struct shim6_ask *a, enum shim6_need need)
{
	if (need >= SHIM6_NEED_PEER && !a->connected)
		return -EOPNOTSUPP;
	if (need >= SHIM6_NEED_CONTEXT && !a->ctx)
		return -ENOENT;
	return 0;
}

/* Return: 0 or 1, -EINVAL for any other value */
static int shim6_set_bool(sockptr_t from, unsigned int len)
{
	int value;
	int err = shim6_ask_octets(&value, sizeof(value), from, len);

	if (err)
		return err;
	return value == 0 || value == 1 ? value : -EINVAL;
}

/* RFC 6316 6.1; A-31: 2 and not an error when there is no peer */
static int shim6_get_associated(struct shim6_ask *a,
				const struct shim6_answer *to)
{
	return shim6_answer_int(to, a->connected ? !!a->ctx : 2);
}

static int shim6_get_dontshim(struct shim6_ask *a,
			      const struct shim6_answer *to)
{
	return shim6_answer_int(to, shim6_ask_dontshim(a));
}

/* The entry of a socket, made for what is not the default. Return: NULL: none
 * and none is needed; or ERR_PTR()
 */
static struct shim6_socket *shim6_ask_entry(const struct shim6_ask *a, bool on)
{
	struct shim6_socket *s;

	if (on)
		return shim6_socket_get(a->sn, a->sk);
	rcu_read_lock();
	s = shim6_socket_find(a->sn, a->sk);
	rcu_read_unlock();
	/* Our lock keeps it: its socket is not closed */
	return s;
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
	if (on && a->sk->sk_protocol == IPPROTO_TCP &&
	    shim6_socket_listens(a->sn))
		return -ENOMEM;
	s = shim6_ask_entry(a, on);
	if (IS_ERR(s))
		return PTR_ERR(s);
	if (s)
		WRITE_ONCE(s->dontshim, on);
	return 0;
}

/* RFC 6316 6.3: not done. Whatever Probe arrives stops or restarts the Send
 * Timer (RFC 5534 6.7 to 6.9), so a second pair's would hide that the first one
 * has failed.
 */
static int shim6_get_standby(struct shim6_ask *a,
			     const struct shim6_answer *to)
{
	return shim6_answer_int(to, 0);
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
	return shim6_answer_int(to, 1);
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

static int shim6_get_recv(struct shim6_ask *a, const struct shim6_answer *to)
{
	struct shim6_recv recv = shim6_ask_recv(a);

	return shim6_answer_int(to, a->peer ? recv.peer : recv.local);
}

static int shim6_set_recv(struct shim6_ask *a, sockptr_t from,
			  unsigned int len)
{
	int on = shim6_set_bool(from, len);
	struct shim6_socket *s;

	if (on < 0)
		return on;
	s = shim6_ask_entry(a, on);
	if (IS_ERR(s))
		return PTR_ERR(s);
	if (s && a->peer)
		s->recv_peer = on;
	else if (s)
		s->recv_local = on;
	if (on)
		shim6_ctx_watch(a->ctx);
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

	if (a->ctx && (recv.local || recv.peer)) {
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
	int err = shim6_ask_octets(&fb, sizeof(fb), from, len);

	return err ?: shim6_take_feedback(a, &fb);
}

static bool shim6_ask_forbidden(const struct shim6_ask *a)
{
	unsigned int action;

	rcu_read_lock();
	action = shim6_policy_match(a->sn, &a->flow.local, &a->flow.peer,
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

	ctx = shim6_table_get_ulids(a->sn, &a->flow.local, &a->flow.peer, 0);
	if (!ctx)
		return false;
	state = READ_ONCE(ctx->proto.state);
	shim6_ctx_put(ctx);
	return state == SHIM6_E_FAILED || state == SHIM6_NO_SUPPORT;
}

static int shim6_ask_start(const struct shim6_ask *a)
{
	switch (shim6_trigger_start(a->sn, &a->flow.local, &a->flow.peer)) {
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
	if (!shim6_addr_usable(&a->flow.local) || !shim6_addr_usable(&a->flow.peer))
		return -EADDRNOTAVAIL;
	if (shim6_ask_dontshim(a) || shim6_ask_forbidden(a))
		return -EACCES;
	return shim6_ask_start(a);
}

#define OPTION(name, need_, ...)	\
	[SHIM_##name - SHIM_OPT_BASE] = { .need = SHIM6_NEED_##need_, __VA_ARGS__ }
/* A pair of them: about our locators and about the peer's */
#define SIDES(ours, theirs, fn)						\
	OPTION(ours, CONTEXT, .peer = false,				\
	       .get = shim6_get_##fn, .set = shim6_set_##fn),		\
	OPTION(theirs, CONTEXT, .peer = true,				\
	       .get = shim6_get_##fn, .set = shim6_set_##fn)

static const struct shim6_option shim6_options[] = {
	OPTION(ASSOCIATED, NOTHING, .get = shim6_get_associated),
	OPTION(DONTSHIM, NOTHING, .get = shim6_get_dontshim,
	       .set = shim6_set_dontshim),
	OPTION(HOT_STANDBY, CONTEXT, .get = shim6_get_standby,
	       .set = shim6_set_standby),
	SIDES(LOC_LOCAL_PREF, LOC_PEER_PREF, pref),
	SIDES(LOC_LOCAL_RECV, LOC_PEER_RECV, recv),
	SIDES(LOC_LOCAL_SEND, LOC_PEER_SEND, send),
	SIDES(LOCLIST_LOCAL, LOCLIST_PEER, list),
	OPTION(APP_TIMEOUT, CONTEXT, .get = shim6_get_timeout,
	       .set = shim6_set_timeout),
	OPTION(PATHEXPLORE, CONTEXT, .get = shim6_get_explore,
	       .set = shim6_set_explore),
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
	shim6_ask_begin(&a, sk, o->peer);
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
	shim6_ask_begin(&a, sk, o->peer);
	err = shim6_ask_check(&a, o->need) ?: o->get(&a, &to);
	shim6_ask_end(&a);
	return err;
}

static int shim6_feedback_sock(struct sock *sk, const struct shim_feedback *fb)
{
	struct shim6_ask a;
	int err;

	shim6_ask_begin(&a, sk, false);
	err = shim6_ask_check(&a, SHIM6_NEED_CONTEXT) ?:
	      shim6_take_feedback(&a, fb);
	shim6_ask_end(&a);
	return err;
}

/* The protocols whose sockets the options reach, and of these the IPv6 ones */
static bool shim6_sock_serves(const struct sock *sk)
{
	if (sk->sk_family != AF_INET6)
		return false;
	switch (sk->sk_type) {
	case SOCK_STREAM:
		return sk->sk_protocol == IPPROTO_TCP;
	case SOCK_DGRAM:
	case SOCK_RAW:
		return true;
	default:
		return false;
	}
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
