// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "state.h"
#include "words.h"

/* Are these the parameters of an address in the file */
static bool has_parameters(const struct hba_set *set, const uint8_t *raw,
			   size_t len)
{
	struct hba_pds pds = set->pds;
	size_t i;

	if (pds.len != len)
		return false;
	if (pds.nprefix)
		return !memcmp(pds.raw, raw, len);
	for (i = 0; i < set->naddr; i++) {
		memcpy(pds.raw + HBA_MODIFIER, &set->addr[i], HBA_PREFIX);
		if (!memcmp(pds.raw, raw, len))
			return true;
	}
	return false;
}

static bool find_key(struct state *s, const struct shim6_cga_identity *cga)
{
	size_t i;

	for (i = 0; i < s->nkeys; i++) {
		if (!has_parameters(&s->keys[i].set, cga->pds, cga->pds_len))
			continue;
		s->keys[i].used = true;
		return true;
	}
	return false;
}

/* The module has the key, but gives it to nobody: it must be in a file */
static void find_keys(struct state *s)
{
	struct shim6_cga_identity other;
	size_t i, kept = 0;

	for (i = 0; i < s->m.ncgas; i++) {
		if (!find_key(s, &s->m.cgas[i]))
			continue;
		other = s->m.cgas[kept];
		s->m.cgas[kept++] = s->m.cgas[i];
		s->m.cgas[i] = other;
	}
	s->nlost = s->m.ncgas - kept;
}

int state_read(struct state *s, struct client *client)
{
	int ret = snapshot_read(&s->m, client,
				SNAPSHOT_PARAMS | SNAPSHOT_LOCATORS |
				SNAPSHOT_CONTEXTS | SNAPSHOT_SETS |
				SNAPSHOT_CGAS | SNAPSHOT_POLICY);

	if (!ret && client->info.features & SHIM6_FEATURE_QOS)
		ret = qos_table_read(&s->qos, client);
	if (!ret)
		find_keys(s);
	return ret;
}

void state_free(struct state *s)
{
	snapshot_free(&s->m);
	qos_table_free(&s->qos);
}

static size_t write_params(const struct state *s, FILE *f)
{
	const struct shim6_param_entry *p = s->m.params;
	size_t n = 0;

	for (; p < s->m.params + s->m.nparams; p++) {
		if (p->value == p->def)
			continue;
		fprintf(f, "param set %s %" PRIu64 "\n", p->name,
			(uint64_t)p->value);
		n++;
	}
	return n;
}

static size_t write_sets(const struct state *s, FILE *f)
{
	size_t i, k;

	for (i = 0; i < s->m.nsets; i++) {
		fputs("hba add ", f);
		for (k = 0; k < s->m.sets[i].pds_len; k++)
			fprintf(f, "%02x", s->m.sets[i].pds[k]);
		putc('\n', f);
	}
	return s->m.nsets;
}

static size_t write_keys(const struct state *s, FILE *f)
{
	size_t i, n = 0;

	for (i = 0; i < s->nkeys; i++) {
		if (!s->keys[i].used)
			continue;
		fprintf(f, "cga load %s\n", s->keys[i].file);
		n++;
	}
	return n;
}

static size_t write_prefs(const struct state *s, FILE *f)
{
	const struct shim6_locator_entry *l = s->m.locs;
	char addr[INET6_ADDRSTRLEN];
	size_t n = 0;

	for (; l < s->m.locs + s->m.nlocs; l++) {
		if (!l->flags && !l->priority && !l->weight)
			continue;
		inet_ntop(AF_INET6, &l->addr, addr, sizeof(addr));
		fprintf(f, "locator prefer %s priority %u weight %u broken %s transient %s\n",
			addr, l->priority, l->weight,
			words_switch[!!(l->flags & SHIM6_PREF_BROKEN)],
			words_switch[!!(l->flags & SHIM6_PREF_TRANSIENT)]);
		n++;
	}
	return n;
}

static void write_rule(const struct shim6_policy_entry *r, FILE *f)
{
	char addr[INET6_ADDRSTRLEN];

	fprintf(f, "policy add %s", words_action(r->action));
	if (r->local_len)
		fprintf(f, " from %s/%u", inet_ntop(AF_INET6, &r->local, addr,
						    sizeof(addr)),
			r->local_len);
	if (r->peer_len)
		fprintf(f, " to %s/%u", inet_ntop(AF_INET6, &r->peer, addr,
						  sizeof(addr)),
			r->peer_len);
	if (r->proto)
		fprintf(f, " proto %" PRIu32, (uint32_t)r->proto);
	if (r->port)
		fprintf(f, " port %u", r->port);
	fprintf(f, " priority %" PRIu32 " once\n", (uint32_t)r->priority);
}

static size_t write_rules(const struct state *s, FILE *f)
{
	size_t i;

	for (i = 0; i < s->m.npolicy; i++)
		write_rule(&s->m.policy[i], f);
	return s->m.npolicy;
}

/* Forked ones belong to a flow, and nobody remembers which */
static size_t write_contexts(const struct state *s, FILE *f)
{
	const struct shim6_context_entry *c = s->m.contexts;
	char local[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];
	size_t n = 0;

	for (; c < s->m.contexts + s->m.ncontexts; c++) {
		if (c->state != SHIM6_STATE_ESTABLISHED || c->fii)
			continue;
		inet_ntop(AF_INET6, &c->ulid_local, local, sizeof(local));
		inet_ntop(AF_INET6, &c->ulid_peer, peer, sizeof(peer));
		fprintf(f, "context create %s %s\n", local, peer);
		n++;
	}
	return n;
}

size_t state_write(const struct state *s, struct net *net, FILE *f,
		   bool contexts)
{
	size_t n;

	fputs("# Settings of Shim6, written by \"shim6ctl state save\"\n", f);
	n = write_params(s, f);
	n += write_sets(s, f);
	n += write_keys(s, f);
	n += write_prefs(s, f);
	n += write_rules(s, f);
	if (qos_table_configured(&s->qos))
		n += qos_table_write(&s->qos, net, f);
	if (contexts)
		n += write_contexts(s, f);
	return n;
}
