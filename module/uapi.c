// SPDX-License-Identifier: GPL-2.0
/*
 * Conversion between what the module keeps and what user space sees.
 */
#include <linux/build_bug.h>
#include <linux/key.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/string.h>
#include "engine.h"
#include "fork.h"
#include "identity.h"
#include "local.h"
#include "own.h"
#include "prefs.h"
#include "request.h"
#include "spread.h"
#include "trigger.h"
#include "uapi.h"

/* What was once published never changes its size below the first version's */
static_assert(sizeof(struct shim6_socket_feedback) ==
	      SHIM6_SOCKET_FEEDBACK_SIZE_VER0);
static_assert(sizeof(struct shim6_info) == SHIM6_INFO_SIZE_VER0);
static_assert(sizeof(struct shim6_list) == SHIM6_LIST_SIZE_VER0);
static_assert(sizeof(struct shim6_context_entry) ==
	      SHIM6_CONTEXT_ENTRY_SIZE_VER2);
static_assert(sizeof(struct shim6_locator_entry) ==
	      SHIM6_LOCATOR_ENTRY_SIZE_VER0);
static_assert(sizeof(struct shim6_context_create) ==
	      SHIM6_CONTEXT_CREATE_SIZE_VER0);
static_assert(sizeof(struct shim6_context_ref) == SHIM6_CONTEXT_REF_SIZE_VER0);
static_assert(sizeof(struct shim6_context_path) ==
	      SHIM6_CONTEXT_PATH_SIZE_VER0);
static_assert(sizeof(struct shim6_locator_prefs) ==
	      SHIM6_LOCATOR_PREFS_SIZE_VER0);
static_assert(sizeof(struct shim6_context_fork) ==
	      SHIM6_CONTEXT_FORK_SIZE_VER0);
static_assert(sizeof(struct shim6_param_entry) == SHIM6_PARAM_ENTRY_SIZE_VER0);
static_assert(sizeof(struct shim6_counter_entry) ==
	      SHIM6_COUNTER_ENTRY_SIZE_VER0);
static_assert(sizeof(struct shim6_hba_set) == SHIM6_HBA_SET_SIZE_VER0);
static_assert(sizeof(struct shim6_cga_identity) ==
	      SHIM6_CGA_IDENTITY_SIZE_VER0);
static_assert(sizeof(struct shim6_policy_entry) ==
	      SHIM6_POLICY_ENTRY_SIZE_VER0);
static_assert(sizeof(struct shim6_flow_entry) == SHIM6_FLOW_ENTRY_SIZE_VER0);
static_assert(sizeof(struct shim6_event) == SHIM6_EVENT_SIZE_VER1);
static_assert(sizeof(struct shim6_event_mask) == SHIM6_EVENT_MASK_SIZE_VER1);

/* Numbers that are the same on both sides are handed over as they are */
static_assert((int)SHIM6_STATE_NO_SUPPORT == (int)SHIM6_NO_SUPPORT);
static_assert((int)SHIM6_STATE_ESTABLISHED == (int)SHIM6_ESTABLISHED);
static_assert((int)SHIM6_STATE_I2BIS_SENT == (int)SHIM6_I2BIS_SENT);
static_assert((int)SHIM6_REAP_STATE_EXPLORING == (int)SHIM6_REAP_EXPLORING);
static_assert((int)SHIM6_REAP_STATE_INBOUND_OK == (int)SHIM6_REAP_INBOUND_OK);
static_assert(SHIM6_LOCATOR_UP == SHIM6_LOC_UP);
static_assert(SHIM6_LOCATOR_DEPRECATED == SHIM6_LOC_DEPRECATED);
static_assert(SHIM6_LOCATOR_ACKED == SHIM6_LOC_ACKED);
static_assert(SHIM6_LOCATOR_VERIFIED == SHIM6_LOC_VERIFIED);
static_assert(SHIM6_LOCATOR_PROBED == SHIM6_LOC_PROBED);
static_assert(SHIM6_HBA_PDS_MAX == SHIM6_MAX_PDS);

#define STATUS_OURS \
	(SHIM6_LOCATOR_UP | SHIM6_LOCATOR_DEPRECATED | SHIM6_LOCATOR_ACKED)
#define STATUS_PEER	(SHIM6_LOCATOR_VERIFIED | SHIM6_LOCATOR_PROBED)

void shim6_uapi_info(struct shim6_net *sn, struct shim6_info *out)
{
	*out = (struct shim6_info) {
		.abi = SHIM6_ABI_REVISION,
		.features = SHIM6_FEATURE_HBA | SHIM6_FEATURE_POLICY |
			    SHIM6_FEATURE_EVENTS | SHIM6_FEATURE_FORK |
			    SHIM6_FEATURE_CGA | SHIM6_FEATURE_TELEMETRY |
			    SHIM6_FEATURE_QOS,
		.contexts = READ_ONCE(sn->ncontexts),
		.params = SHIM6_P_COUNT,
		.counters = SHIM6_STAT_COUNT,
		.max_locators = SHIM6_MAX_LOCS,
		.max_pds = SHIM6_MAX_PDS,
		.hooks = READ_ONCE(sn->hooks_on),
	};
#ifdef MODULE
	strscpy(out->version, THIS_MODULE->version ?: "", sizeof(out->version));
#endif
}

static u64 since(u64 now, u64 then)
{
	return now > then ? now - then : 0;
}

static u32 context_flags(const struct shim6_proto *p)
{
	u32 flags = 0;

	if (p->initiator)
		flags |= SHIM6_CTX_INITIATOR;
	if (!ipv6_addr_equal(&p->cur.src, &p->ulid_local) ||
	    !ipv6_addr_equal(&p->cur.dst, &p->ulid_peer))
		flags |= SHIM6_CTX_SWITCHED;
	if (p->up.outstanding)
		flags |= SHIM6_CTX_UPDATING;
	return flags;
}

/* Context: ctx->lock held */
static void context_proto(const struct shim6_proto *p, u64 now, bool secret,
			  struct shim6_context_entry *out)
{
	u64 last = READ_ONCE(p->reap.act.last);

	out->flags = context_flags(p);
	out->ulid_local = p->ulid_local;
	out->ulid_peer = p->ulid_peer;
	out->loc_local = p->cur.src;
	out->loc_peer = p->cur.dst;
	if (secret) {
		out->tag_local = p->ct_local;
		out->tag_peer = p->ct_peer_known ? p->ct_peer : 0;
	}
	out->fii = p->fii;
	out->state = p->state;
	out->reap = p->reap.state;
	out->switches = p->switches;
	out->nlocal = p->local.n;
	out->npeer = p->peer.n;
	out->send_timeout = p->reap.send_timeout;
	out->keepalive_timeout = p->reap.keepalive_timeout;
	out->since_switch = p->switched_at ? since(now, p->switched_at) : 0;
	out->rtt = p->reap.rtt;
	out->rtt_age = p->reap.rtt_at ? since(now, p->reap.rtt_at) : 0;
	out->probes_sent = p->reap.probes_out;
	out->probes_received = p->reap.probes_in;
	out->age = since(now, p->born);
	out->idle = since(now, last ?: p->born);
}

static void context_service(const struct shim6_ctx *ctx,
			    struct shim6_context_entry *out)
{
	const struct shim6_ctx_service *s = &ctx->service;

	if (!rcu_access_pointer(ctx->sn->service))
		return;
	out->flags |= SHIM6_CTX_CLASSED;
	out->rule = READ_ONCE(s->rule);
	out->klass = READ_ONCE(s->klass);
	out->dscp_out = READ_ONCE(s->dscp_out);
	out->dscp_in = READ_ONCE(s->dscp_in);
	out->link_out = READ_ONCE(s->link_out);
	out->link_in = READ_ONCE(s->link_in);
	out->link_chosen = shim6_spread_link(ctx);
}

void shim6_uapi_context(struct shim6_ctx *ctx, bool secret,
			struct shim6_context_entry *out)
{
	struct shim6_ctx_traffic t;
	u64 now = ktime_get_ns();

	shim6_ctx_traffic_sum(ctx, &t);
	*out = (struct shim6_context_entry) {
		.id = ctx->id,
		.tx_packets = t.tx_packets,
		.tx_bytes = t.tx_bytes,
		.rx_packets = t.rx_packets,
		.rx_bytes = t.rx_bytes,
		.plain_tx_packets = t.plain_tx_packets,
		.plain_tx_bytes = t.plain_tx_bytes,
		.plain_rx_packets = t.plain_rx_packets,
		.plain_rx_bytes = t.plain_rx_bytes,
	};
	spin_lock_bh(&ctx->lock);
	context_proto(&ctx->proto, now, secret, out);
	out->last_switch = ctx->last_took;
	spin_unlock_bh(&ctx->lock);
	context_service(ctx, out);
}

int shim6_uapi_address(struct shim6_net *sn, unsigned int n,
		       struct shim6_locator_entry *out)
{
	struct shim6_local_addr a;
	struct shim6_loc_pref pref;
	int err = shim6_local_addr_get(sn, n, &a);

	if (err)
		return err;
	rcu_read_lock();
	shim6_prefs_get(sn, &a.addr, &pref);
	rcu_read_unlock();
	*out = (struct shim6_locator_entry) {
		.status = a.status & STATUS_OURS,
		.addr = a.addr,
		.ifindex = a.ifindex,
		.method = a.method,
		.flags = pref.flags,
		.priority = pref.priority,
		.weight = pref.weight,
		.set = a.set,
	};
	if (a.method == SHIM6_METHOD_HBA)
		out->status |= SHIM6_LOCATOR_HBA;
	return 0;
}

/* What the host knows of a locator of ours and the context does not */
static void complete_local(struct shim6_net *sn,
			   struct shim6_locator_entry *out)
{
	struct shim6_locator_entry a;
	unsigned int n;

	for (n = 0; !shim6_uapi_address(sn, n, &a); n++) {
		if (!ipv6_addr_equal(&a.addr, &out->addr))
			continue;
		out->ifindex = a.ifindex;
		out->set = a.set;
		out->status |= a.status & SHIM6_LOCATOR_HBA;
		return;
	}
}

static void locator(const struct shim6_loc *loc, u32 mask,
		    const struct in6_addr *current_one,
		    const struct in6_addr *ulid,
		    struct shim6_locator_entry *out)
{
	out->status |= loc->status & mask;
	out->addr = loc->addr;
	out->method = loc->method;
	out->flags = loc->flags;
	out->priority = loc->prio;
	out->weight = loc->weight;
	if (ipv6_addr_equal(&loc->addr, current_one))
		out->status |= SHIM6_LOCATOR_CURRENT;
	if (ipv6_addr_equal(&loc->addr, ulid))
		out->status |= SHIM6_LOCATOR_ULID;
}

/* Context: ctx->lock held */
static int locator_proto(const struct shim6_proto *p, unsigned int n,
			 struct shim6_locator_entry *out)
{
	if (n < p->local.n) {
		locator(&p->local.loc[n], STATUS_OURS, &p->cur.src,
			&p->ulid_local, out);
		return 0;
	}
	n -= p->local.n;
	if (n >= p->peer.n)
		return -ENOENT;
	out->status = SHIM6_LOCATOR_PEER;
	locator(&p->peer.loc[n], STATUS_PEER, &p->cur.dst, &p->ulid_peer, out);
	return 0;
}

int shim6_uapi_locator(struct shim6_ctx *ctx, unsigned int n,
		       struct shim6_locator_entry *out)
{
	int err;

	*out = (struct shim6_locator_entry) { .context = ctx->id };
	spin_lock_bh(&ctx->lock);
	err = locator_proto(&ctx->proto, n, out);
	spin_unlock_bh(&ctx->lock);
	if (!err && !(out->status & SHIM6_LOCATOR_PEER))
		complete_local(ctx->sn, out);
	return err;
}

int shim6_uapi_prefs(struct shim6_net *sn,
		     const struct shim6_locator_prefs *req)
{
	const struct shim6_loc_pref pref = {
		.flags = req->flags,
		.priority = req->priority,
		.weight = req->weight,
	};
	int err = shim6_request_prefs(req);

	if (err)
		return err;
	err = shim6_prefs_set(sn, &req->addr, &pref);
	if (!err)
		shim6_engine_local(sn);
	return err;
}

/* The flow of a socket of the caller's */
static int fork_socket(struct shim6_net *sn, int fd,
		       struct shim6_fork_flow *flow)
{
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	err = shim6_fork_flow_of(sn, sock->sk, flow);
	sockfd_put(sock);
	return err;
}

static struct shim6_fork_flow fork_named(const struct shim6_context_fork *req)
{
	return (struct shim6_fork_flow) {
		.local = req->ulid_local,
		.peer = req->ulid_peer,
		.port_local = htons(req->port_local),
		.port_peer = htons(req->port_peer),
		.proto = req->proto,
	};
}

int shim6_uapi_fork(struct shim6_net *sn, struct shim6_context_fork *req)
{
	struct shim6_fork_flow flow = fork_named(req);
	int err = shim6_request_fork(req);
	struct shim6_ctx *ctx;

	if (!err && req->fd >= 0)
		err = fork_socket(sn, req->fd, &flow);
	if (err)
		return err;
	if (!shim6_addr_usable(&flow.local) || !shim6_addr_usable(&flow.peer))
		return -EINVAL;
	ctx = shim6_fork_make(sn, &flow);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	*req = (struct shim6_context_fork) {
		.ulid_local = flow.local,
		.ulid_peer = flow.peer,
		.proto = flow.proto,
		.port_local = ntohs(flow.port_local),
		.port_peer = ntohs(flow.port_peer),
		.fd = req->fd,
		.id = ctx->id,
		.fii = ctx->key.fii,
	};
	shim6_ctx_put(ctx);
	return 0;
}

int shim6_uapi_param(struct shim6_net *sn, unsigned int i,
		     struct shim6_param_entry *out)
{
	const struct shim6_param_info *info;

	if (i >= SHIM6_P_COUNT)
		return -ENOENT;
	info = &shim6_param_info[i];
	*out = (struct shim6_param_entry) {
		.index = i,
		.value = shim6_param(&sn->params, i),
		.min = info->min,
		.max = info->max,
		.def = info->def,
	};
	strscpy(out->name, info->name, sizeof(out->name));
	strscpy(out->unit, info->unit, sizeof(out->unit));
	strscpy(out->text, info->text, sizeof(out->text));
	return 0;
}

int shim6_uapi_counter(struct shim6_net *sn, unsigned int i,
		       struct shim6_counter_entry *out)
{
	if (i >= SHIM6_STAT_COUNT)
		return -ENOENT;
	*out = (struct shim6_counter_entry) {
		.value = shim6_stat_sum(sn->stats, i),
	};
	strscpy(out->name, shim6_stat_info[i].name, sizeof(out->name));
	strscpy(out->text, shim6_stat_info[i].text, sizeof(out->text));
	return 0;
}

/* Context: cfg_mutex held */
static int param_set(struct shim6_net *sn, unsigned int i, u64 val)
{
	u64 old = shim6_param(&sn->params, i);
	int err = shim6_param_set(&sn->params, i, val);

	if (err || i != SHIM6_P_FLOW_MAX)
		return err;
	err = shim6_trigger_resize(sn);
	if (err)
		shim6_param_set(&sn->params, i, old);
	return err;
}

int shim6_uapi_param_set(struct shim6_net *sn, unsigned int i, u64 val)
{
	int err;

	mutex_lock(&sn->cfg_mutex);
	err = param_set(sn, i, val);
	mutex_unlock(&sn->cfg_mutex);
	if (!err)
		shim6_net_hooks_changed(sn);
	return err;
}

int shim6_uapi_hba(struct shim6_net *sn, u32 id, struct shim6_hba_set *out)
{
	const struct shim6_identity *i;

	memset(out, 0, sizeof(*out));
	rcu_read_lock();
	i = shim6_identity_next(sn, id);
	while (i && i->key)
		i = shim6_identity_next(sn, i->id + 1);
	if (i) {
		out->id = i->id;
		out->pds_len = i->pds.len;
		memcpy(out->pds, i->raw, i->pds.len);
		out->naddr = shim6_local_members(sn, i->id);
	}
	rcu_read_unlock();
	return i ? 0 : -ENOENT;
}

int shim6_uapi_cga(struct shim6_net *sn, u32 id, struct shim6_cga_identity *out)
{
	const struct shim6_identity *i;
	const struct shim6_own *own;

	memset(out, 0, sizeof(*out));
	mutex_lock(&sn->cfg_mutex);
	i = shim6_identity_next(sn, id);
	while (i && !i->key)
		i = shim6_identity_next(sn, i->id + 1);
	if (i) {
		own = rcu_dereference_protected(i->own, true);
		out->id = i->id;
		out->key = i->key->serial;
		out->naddr = shim6_local_members(sn, i->id);
		out->bits = i->sig_len * 8;
		out->error = -i->err;
		out->generation = own ? own->list.gen : 0;
		out->nlist = own ? own->list.n : 0;
		out->signature = own ? own->list.sig_len : 0;
		out->pds_len = i->pds.len;
		memcpy(out->pds, i->raw, i->pds.len);
	}
	mutex_unlock(&sn->cfg_mutex);
	return i ? 0 : -ENOENT;
}
