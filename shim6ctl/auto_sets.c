// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auto_run.h"
#include "auto_store.h"
#include "client.h"
#include "err.h"
#include "search.h"

void auto_sets_mark(struct auto_run *r, struct client *c)
{
	struct shim6_context_entry *v;
	const struct auto_set *s;
	struct in6_addr ulid;
	size_t n, i;

	for (i = 0; i < r->state.n; i++)
		r->state.set[i].used = false;
	if (client_contexts(c, &v, &n))
		return;
	for (i = 0; i < n; i++) {
		ulid = v[i].ulid_local;
		s = auto_find_set(&r->state, &ulid);
		if (s)
			r->state.set[s - r->state.set].used = true;
	}
	free(v);
}

static bool is_loaded(const struct shim6_hba_set *v, size_t n,
		      const struct hba_pds *pds, uint32_t *id)
{
	struct hba_pds other;
	size_t i;

	for (i = 0; i < n; i++) {
		if (hba_parse(&other, v[i].pds, v[i].pds_len) ||
		    !hba_same_set(&other, pds))
			continue;
		*id = v[i].id;
		return true;
	}
	return false;
}

void auto_sets_load(struct auto_run *r, struct client *c)
{
	struct shim6_hba_set *v = NULL;
	const struct hba_pds *pds;
	size_t n = 0, i;
	char what[32];
	uint32_t id;
	int err = client_sets(c, &v, &n);

	for (i = 0; !err && i < r->state.n; i++) {
		pds = &r->state.set[i].set.pds;
		if (is_loaded(v, n, pds, &id))
			continue;
		err = client_set_add(c, pds->raw, pds->len, &id);
		snprintf(what, sizeof(what), "%" PRIu32, id);
		if (!err)
			auto_say(r, "loaded into the module", "set", what);
	}
	if (err)
		auto_fail(r, "loaded into the module", "set", "of this host",
			  err);
	free(v);
}

static void unload_set(struct auto_run *r, struct client *c,
		       const struct hba_pds *pds)
{
	struct shim6_hba_set *v = NULL;
	size_t n = 0;
	char what[32];
	uint32_t id;

	/* Without a module it is loaded nowhere */
	if (!c->ops)
		return;
	if (client_sets(c, &v, &n) || !is_loaded(v, n, pds, &id)) {
		free(v);
		return;
	}
	free(v);
	snprintf(what, sizeof(what), "%" PRIu32, id);
	auto_tell(r, "unloaded from the module", "set", what,
		  client_set_del(c, id));
}

int auto_sets_make(struct auto_run *r, uint64_t now)
{
	struct in6_addr members[AUTO_PREFIXES];
	struct hba_set set = {};
	char what[32];
	size_t n = auto_members(&r->state, &r->host, r->prefixes, r->nprefix,
				members);
	int ret = hba_build(&set.pds, members, n);

	if (!ret && r->opt.sec)
		ret = search_modifier(&set.pds, r->opt.sec, true);
	if (ret)
		return err_failed("hba auto: %s", strerror(-ret));
	for (; set.naddr < n; set.naddr++)
		hba_address(&set.pds, &members[set.naddr], r->opt.sec,
			    &set.addr[set.naddr]);
	ret = auto_store_push(r->dir, &r->state, &set, now);
	snprintf(what, sizeof(what), "of %zu prefixes", n);
	if (!ret)
		auto_say(r, "made", "set", what);
	return ret;
}

/* What only the set itself tells to be ours goes before it is forgotten */
int auto_sets_drop(struct auto_run *r, struct client *c, size_t i)
{
	const struct net_ops *ops = r->env->net->ops;
	struct auto_set *s = &r->state.set[i];
	struct auto_host *h = &r->host;
	char what[AUTO_PREFIX_TEXT];
	size_t k;

	for (k = 0; k < h->nlabels; k++)
		if (h->labels[k].len == 128 &&
		    auto_find_set(&r->state, &h->labels[k].prefix) == s)
			ops->change_label(r->env->net, &h->labels[k], false);
	for (k = 0; k < h->naddrs; k++) {
		if (auto_find_set(&r->state, &h->addrs[k].addr) != s)
			continue;
		auto_text_prefix(&h->addrs[k].addr, h->addrs[k].len, what,
				 sizeof(what));
		auto_tell(r, "removed", "address", what,
			  ops->change(r->env->net, &h->addrs[k], false));
	}
	unload_set(r, c, &s->set.pds);
	return auto_store_drop(r->dir, &r->state, i);
}

