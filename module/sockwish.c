// SPDX-License-Identifier: GPL-2.0
/*
 * Wishes of sockets about their contexts, see sockwish.h.
 */
#include <linux/capability.h>
#include <linux/shim6.h>
#include <linux/slab.h>
#include "engine.h"
#include "local.h"
#include "own.h"
#include "sockets.h"
#include "sockval.h"
#include "sockwish.h"

static_assert(SHIM_MAX_LOCATORS == SHIM6_MAX_LOCS);

/* @a->ctx locked */
static const struct shim6_locset *shim6_ask_set(const struct shim6_ask *a)
{
	const struct shim6_proto *p = &a->ctx->proto;

	return a->peer ? &p->peer : &p->local;
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

/* The locators that are in use. Return: their number */
static unsigned int shim6_ask_list(const struct shim6_ask *a,
				   struct shim_locator *list)
{
	const struct shim6_locset *set = shim6_ask_set(a);
	unsigned int i, n = 0;

	spin_lock_bh(&a->ctx->lock);
	for (i = 0; i < set->n; i++) {
		const struct shim6_loc *l = &set->loc[i];

		if (a->peer ? !(l->status & SHIM6_LOC_EXCLUDED) :
			      l->status & SHIM6_LOC_UP)
			shim6_sockval_of(l, &list[n++]);
	}
	spin_unlock_bh(&a->ctx->lock);
	for (i = 0; i < n && !a->peer; i++)
		list[i].lc_ifidx = shim6_ask_ifindex(a, &list[i].lc_addr);
	return n;
}

int shim6_get_list(struct shim6_ask *a, const struct shim6_answer *to)
{
	struct shim_locator *list;
	unsigned int n;
	int err;

	list = kcalloc(SHIM_MAX_LOCATORS, sizeof(*list), GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	n = shim6_ask_list(a, list);
	if (*to->len < (int)(n * sizeof(*list)))
		err = -ETOOMANYLOCATORS;
	else
		err = shim6_answer_octets(to, list, n * sizeof(*list));
	kfree(list);
	return err;
}

/*
 * What one socket asks for changes a context that others may use, too: it takes
 * an admin, or a context that is the socket's own (RFC 6316 11.1).
 */
static int shim6_ask_wish(struct shim6_ask *a, const struct shim6_wish *wish)
{
	struct shim6_ctx *fork;

	if (a->fork)
		return shim6_engine_wish(a->fork, wish);
	if (ns_capable(a->sn->net->user_ns, CAP_NET_ADMIN))
		return shim6_engine_wish(a->ctx, wish);
	if (shim6_wish_is_default(wish))
		return 0;
	fork = shim6_socket_make_fork(a->sn, a->sk, &a->flow);
	if (IS_ERR(fork))
		return PTR_ERR(fork) == -EEXIST ? -EBUSY : PTR_ERR(fork);
	a->fork = fork;
	return shim6_engine_wish(fork, wish);
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

	err = shim6_ask_octets(&l, sizeof(l), from, len);
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

int shim6_set_pref(struct shim6_ask *a, sockptr_t from, unsigned int len)
{
	return shim6_set_locator(a, a->peer ? SHIM6_WISH_PEER_PREF :
					      SHIM6_WISH_LOCAL_PREF,
				 from, len, false);
}

int shim6_set_send(struct shim6_ask *a, sockptr_t from, unsigned int len)
{
	return shim6_set_locator(a, a->peer ? SHIM6_WISH_DESTINATION :
					      SHIM6_WISH_SOURCE,
				 from, len, true);
}

/* The locator preferred most, as it can be used now */
int shim6_get_pref(struct shim6_ask *a, const struct shim6_answer *to)
{
	const struct shim6_locset *set = shim6_ask_set(a);
	const struct shim6_pair *cur = &a->ctx->proto.cur;
	struct shim_locator l;
	int best;

	spin_lock_bh(&a->ctx->lock);
	best = shim6_wish_best(set, a->peer ? SHIM6_LOC_VERIFIED : SHIM6_LOC_UP,
			       a->peer ? &cur->dst : &cur->src);
	if (best >= 0)
		shim6_sockval_of(&set->loc[best], &l);
	spin_unlock_bh(&a->ctx->lock);
	return best < 0 ? -ENOENT : shim6_answer_octets(to, &l, sizeof(l));
}

/* What was asked for, zero when nothing was */
int shim6_get_send(struct shim6_ask *a, const struct shim6_answer *to)
{
	struct shim6_tuning tune;
	struct shim_locator l;
	struct shim6_pair use;

	shim6_ask_wishes(a, &use, &tune);
	memset(&l, 0, sizeof(l));
	l.lc_addr = a->peer ? use.dst : use.src;
	if (!ipv6_addr_any(&l.lc_addr))
		l.lc_family = AF_INET6;
	return shim6_answer_octets(to, &l, sizeof(l));
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
	err = shim6_local_view(a->sn, &a->flow.local, view);
	for (i = 0; i < wish->n && !err; i++) {
		at = shim6_locset_find(&view->set, &wish->loc[i].addr);
		if (at < 0 || !(view->set.loc[at].status & SHIM6_LOC_UP))
			err = -EINVALIDLOCATOR;
	}
	shim6_own_put(view->own);
	kfree(view);
	return err;
}

int shim6_set_list(struct shim6_ask *a, sockptr_t from, unsigned int len)
{
	struct shim6_wish *wish = kzalloc(sizeof(*wish), GFP_KERNEL);
	int err;

	if (!wish)
		return -ENOMEM;
	wish->type = a->peer ? SHIM6_WISH_PEER_LIST : SHIM6_WISH_LOCAL_LIST;
	err = shim6_set_locators(wish, from, len);
	if (!err)
		err = a->peer ? shim6_ask_checked(a, wish) :
				shim6_ask_local(a, wish);
	if (!err)
		err = shim6_ask_wish(a, wish);
	kfree(wish);
	return err;
}

static struct shim6_tuning shim6_ask_tuning(const struct shim6_ask *a)
{
	struct shim6_tuning tune;
	struct shim6_pair use;

	shim6_ask_wishes(a, &use, &tune);
	return tune;
}

int shim6_get_timeout(struct shim6_ask *a, const struct shim6_answer *to)
{
	return shim6_answer_int(to, shim6_ask_tuning(a).send_timeout /
				 MSEC_PER_SEC);
}

int shim6_set_timeout(struct shim6_ask *a, sockptr_t from, unsigned int len)
{
	struct shim6_wish wish = { .type = SHIM6_WISH_TIMEOUT };
	int seconds;
	int err;

	err = shim6_ask_octets(&seconds, sizeof(seconds), from, len) ?:
	      shim6_sockval_timeout(seconds, &wish.tune);
	return err ?: shim6_ask_wish(a, &wish);
}

int shim6_get_explore(struct shim6_ask *a, const struct shim6_answer *to)
{
	struct shim6_tuning tune = shim6_ask_tuning(a);
	struct shim_pathexplore pe;

	shim6_sockval_tuning(&tune, &pe);
	return shim6_answer_octets(to, &pe, sizeof(pe));
}

int shim6_set_explore(struct shim6_ask *a, sockptr_t from, unsigned int len)
{
	struct shim6_wish wish = { .type = SHIM6_WISH_EXPLORE };
	struct shim_pathexplore pe;
	int err;

	err = shim6_ask_octets(&pe, sizeof(pe), from, len) ?:
	      shim6_sockval_explore(&pe, &wish.tune);
	return err ?: shim6_ask_wish(a, &wish);
}
