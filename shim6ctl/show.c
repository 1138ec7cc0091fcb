// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "client.h"
#include "hba.h"
#include "macros.h"
#include "net.h"
#include "out.h"
#include "show.h"
#include "words.h"

/* Zero: not known yet, or not to be known by everybody */
static void show_tag(struct out *o, const char *key, const char *label,
		     uint64_t tag)
{
	if (tag)
		out_tag(o, key, label, tag);
	else
		out_null(o, key, label);
}

/* Zero: there was none yet */
static void show_time(struct out *o, const char *key, const char *label,
		      uint64_t ns)
{
	if (ns)
		out_time(o, key, label, ns);
	else
		out_null(o, key, label);
}

/* Fields only "context show" has room for in text */
static void show_context_more(struct out *o,
			      const struct shim6_context_entry *c, bool all)
{
#define LABEL(s)	(all ? (s) : NULL)
	out_bool(o, "initiator", LABEL("started by us"),
		 c->flags & SHIM6_CTX_INITIATOR);
	out_bool(o, "switched", LABEL("switched"),
		 c->flags & SHIM6_CTX_SWITCHED);
	out_bool(o, "updating", LABEL("update under way"),
		 c->flags & SHIM6_CTX_UPDATING);
	show_tag(o, "tag_local", LABEL("tag local"), c->tag_local);
	show_tag(o, "tag_peer", LABEL("tag peer"), c->tag_peer);
	out_number(o, "fii", LABEL("forked instance"), c->fii);
	out_number(o, "locators_local", LABEL("locators local"), c->nlocal);
	out_number(o, "locators_peer", LABEL("locators peer"), c->npeer);
	out_time(o, "send_timeout", LABEL("send timeout"), c->send_timeout);
	out_time(o, "keepalive_timeout", LABEL("keepalive timeout"),
		 c->keepalive_timeout);
	out_time(o, "age", LABEL("age"), c->age);
	show_time(o, "last_switch", LABEL("last switch took"),
		  c->last_switch);
	out_number(o, "tx_packets", LABEL("packets sent"), c->tx_packets);
	out_number(o, "tx_bytes", LABEL("octets sent"), c->tx_bytes);
	out_number(o, "rx_packets", LABEL("packets received"), c->rx_packets);
	out_number(o, "rx_bytes", LABEL("octets received"), c->rx_bytes);
	out_number(o, "plain_tx_packets", LABEL("unmodified packets sent"),
		   c->plain_tx_packets);
	out_number(o, "plain_tx_bytes", LABEL("unmodified octets sent"),
		   c->plain_tx_bytes);
	out_number(o, "plain_rx_packets", LABEL("unmodified packets received"),
		   c->plain_rx_packets);
	out_number(o, "plain_rx_bytes", LABEL("unmodified octets received"),
		   c->plain_rx_bytes);
	show_time(o, "since_switch", LABEL("last switch ago"),
		  c->since_switch);
	show_time(o, "rtt", LABEL("probe round trip"), c->rtt);
	show_time(o, "rtt_age", LABEL("probe answered ago"), c->rtt_age);
	out_number(o, "probes_sent", LABEL("probes sent"), c->probes_sent);
	out_number(o, "probes_received", LABEL("probes received"),
		   c->probes_received);
	if (!(c->flags & SHIM6_CTX_CLASSED))
		return;
	/* Whose names are in another table; "context show" has them */
	out_number(o, "rule", NULL, c->rule);
	out_number(o, "class", NULL, c->klass);
	out_number(o, "dscp_out", NULL, c->dscp_out);
	out_number(o, "dscp_in", NULL, c->dscp_in);
	out_number(o, "link_out", NULL, c->link_out);
	out_number(o, "link_in", NULL, c->link_in);
	out_number(o, "link_chosen", NULL, c->link_chosen);
#undef LABEL
}

void show_context(struct out *o, const struct shim6_context_entry *c, bool all)
{
	out_number(o, "id", "id", c->id);
	out_string(o, "state", "state", words_state(c->state));
	out_string(o, "reap", "reachability", words_reap(c->reap));
	out_address(o, "ulid_local", "ulid local", &c->ulid_local);
	out_address(o, "ulid_peer", "ulid peer", &c->ulid_peer);
	out_address(o, "loc_local", "source", &c->loc_local);
	out_address(o, "loc_peer", "destination", &c->loc_peer);
	out_number(o, "switches", "switches", c->switches);
	out_time(o, "idle", "idle", c->idle);
	show_context_more(o, c, all);
}

void show_contexts(struct out *o, const char *key, const char *title,
		   const struct shim6_context_entry *v, size_t n)
{
	size_t i;

	out_table_begin(o, key, title);
	for (i = 0; i < n; i++) {
		out_row_begin(o);
		show_context(o, &v[i], false);
		out_row_end(o);
	}
	out_table_end(o);
}

static const struct {
	uint32_t bit;
	const char *key;
} locator_bits[] = {
	{ SHIM6_LOCATOR_UP, "up" },
	{ SHIM6_LOCATOR_DEPRECATED, "deprecated" },
	{ SHIM6_LOCATOR_ACKED, "acked" },
	{ SHIM6_LOCATOR_VERIFIED, "verified" },
	{ SHIM6_LOCATOR_PROBED, "probed" },
	{ SHIM6_LOCATOR_CURRENT, "current" },
	{ SHIM6_LOCATOR_HBA, "hba" },
	{ SHIM6_LOCATOR_ULID, "ulid" },
};

static void show_bit(struct out *o, const char *key, bool set, char *text)
{
	out_bool(o, key, NULL, set);
	if (!set)
		return;
	if (*text)
		strcat(text, ",");
	strcat(text, key);
}

/* Booleans in JSON; in text one column with those that are true */
static void show_locator_bits(struct out *o,
			      const struct shim6_locator_entry *l)
{
	char text[128] = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(locator_bits); i++)
		show_bit(o, locator_bits[i].key,
			 l->status & locator_bits[i].bit, text);
	show_bit(o, "broken", l->flags & 1, text);
	show_bit(o, "transient", l->flags & 2, text);
	out_string(o, NULL, "status", *text ? text : NULL);
}

static void show_interface(struct out *o, struct net *net, uint32_t index)
{
	char name[IF_NAMESIZE];

	if (!index) {
		out_null(o, "interface", "interface");
		return;
	}
	net->ops->name(net, index, name);
	out_string(o, "interface", "interface", name);
}

static void show_locator(struct out *o, struct net *net,
			 const struct shim6_locator_entry *l)
{
	out_address(o, "address", "address", &l->addr);
	out_string(o, "side", "side",
		   l->status & SHIM6_LOCATOR_PEER ? "peer" : "local");
	show_interface(o, net, l->ifindex);
	show_locator_bits(o, l);
	out_string(o, "method", "method", words_method(l->method));
	out_number(o, "priority", "priority", l->priority);
	out_number(o, "weight", "weight", l->weight);
	if (l->set)
		out_number(o, "set", "set", l->set);
	else
		out_null(o, "set", "set");
	out_number(o, "context", NULL, l->context);
}

void show_locators(struct out *o, const char *key, const char *title,
		   struct net *net, const struct shim6_locator_entry *v,
		   size_t n)
{
	size_t i;

	out_table_begin(o, key, title);
	for (i = 0; i < n; i++) {
		out_row_begin(o);
		show_locator(o, net, &v[i]);
		out_row_end(o);
	}
	out_table_end(o);
}

/* The address of a set in one prefix, NULL when this host has none there */
static const struct shim6_locator_entry *
find_member(uint32_t set, const struct in6_addr *prefix,
	    const struct shim6_locator_entry *locs, size_t nlocs)
{
	size_t i;

	for (i = 0; i < nlocs; i++)
		if (locs[i].set == set &&
		    !memcmp(&locs[i].addr, prefix, HBA_PREFIX))
			return &locs[i];
	return NULL;
}

void show_sets(struct out *o, const char *key, const char *title,
	       struct net *net, const struct shim6_hba_set *sets, size_t nsets,
	       const struct shim6_locator_entry *locs, size_t nlocs)
{
	const struct shim6_locator_entry *loc;
	struct in6_addr prefix;
	struct hba_pds pds;
	size_t i, k;

	out_table_begin(o, key, title);
	for (i = 0; i < nsets; i++) {
		hba_parse(&pds, sets[i].pds, sets[i].pds_len);
		for (k = 0; k < pds.nprefix; k++) {
			hba_prefix(&pds, k, &prefix);
			loc = find_member(sets[i].id, &prefix, locs, nlocs);
			out_row_begin(o);
			out_number(o, "id", "id", sets[i].id);
			out_prefix(o, "prefix", "prefix", &prefix, 64);
			out_address(o, "address", "address",
				    loc ? &loc->addr : NULL);
			show_interface(o, net, loc ? loc->ifindex : 0);
			out_row_end(o);
		}
	}
	out_table_end(o);
}
