// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for starting contexts: an array in the order of matching, replaced as
 * a whole on each change, so that packets read it without a lock.
 */
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/shim6.h>
#include <net/ipv6.h>
#include "net.h"
#include "policy.h"
#include "request.h"
#include "trigger.h"

#define RULES_MAX	1024

/**
 * struct shim6_rule - a rule; constant but for @hits
 * @e: as it was given, prefixes cut to their length
 * @hits: packets that met it first; may lose some to races, is for people
 * @rcu: for freeing
 */
struct shim6_rule {
	struct shim6_policy_entry e;
	u64 hits;
	struct rcu_head rcu;
};

/**
 * struct shim6_rules - all rules, lowest priority number first
 * @rcu: for freeing
 * @n: how many
 * @rule: the rules, which outlive the array that named them
 */
struct shim6_rules {
	struct rcu_head rcu;
	unsigned int n;
	struct shim6_rule *rule[];
};

/**
 * struct shim6_policy - the rules of a namespace
 * @rules: NULL without any; written under cfg_mutex
 * @last_id: id of the newest rule; under cfg_mutex
 */
struct shim6_policy {
	struct shim6_rules __rcu *rules;
	u32 last_id;
};

static struct shim6_rules *rules_locked(struct shim6_net *sn)
{
	return rcu_dereference_protected(sn->policy->rules,
					 lockdep_is_held(&sn->cfg_mutex));
}

void shim6_policy_exit(struct shim6_net *sn)
{
	struct shim6_policy *p = sn->policy;
	struct shim6_rules *rules;
	unsigned int i;

	if (!p)
		return;
	/* No packet is left that could read them */
	rules = rcu_dereference_protected(p->rules, true);
	for (i = 0; rules && i < rules->n; i++)
		kfree(rules->rule[i]);
	kfree(rules);
	kfree(p);
	sn->policy = NULL;
}

int shim6_policy_init(struct shim6_net *sn)
{
	sn->policy = kzalloc(sizeof(*sn->policy), GFP_KERNEL);
	return sn->policy ? 0 : -ENOMEM;
}

static struct shim6_rule *rule_alloc(const struct shim6_policy_entry *e)
{
	struct shim6_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL_ACCOUNT);

	if (!rule)
		return NULL;
	rule->e = *e;
	ipv6_addr_prefix(&rule->e.local, &e->local, e->local_len);
	ipv6_addr_prefix(&rule->e.peer, &e->peer, e->peer_len);
	return rule;
}

static struct shim6_rules *rules_alloc(unsigned int n)
{
	struct shim6_rules *rules;

	rules = kzalloc(struct_size(rules, rule, n), GFP_KERNEL_ACCOUNT);
	if (rules)
		rules->n = n;
	return rules;
}

static void replace(struct shim6_net *sn, struct shim6_rules *fresh)
{
	struct shim6_rules *old = rules_locked(sn);

	rcu_assign_pointer(sn->policy->rules, fresh);
	if (old)
		kfree_rcu(old, rcu);
}

/* Context: cfg_mutex held */
static int insert(struct shim6_net *sn, struct shim6_rule *rule)
{
	struct shim6_rules *old = rules_locked(sn), *fresh;
	unsigned int n = old ? old->n : 0, at = 0, i;

	if (n >= RULES_MAX)
		return -ENOSPC;
	fresh = rules_alloc(n + 1);
	if (!fresh)
		return -ENOMEM;
	while (at < n && old->rule[at]->e.priority <= rule->e.priority)
		at++;
	for (i = 0; i < n; i++)
		fresh->rule[i + (i >= at)] = old->rule[i];
	fresh->rule[at] = rule;
	if (!++sn->policy->last_id)
		sn->policy->last_id = 1;
	rule->e.id = sn->policy->last_id;
	replace(sn, fresh);
	return 0;
}

int shim6_policy_add(struct shim6_net *sn, struct shim6_policy_entry *entry)
{
	struct shim6_rule *rule;
	int err = shim6_request_policy(entry);

	if (err)
		return err;
	rule = rule_alloc(entry);
	if (!rule)
		return -ENOMEM;

	mutex_lock(&sn->cfg_mutex);
	/* A rule that starts contexts with the first packet needs it now */
	err = shim6_trigger_prepare(sn);
	if (!err)
		err = insert(sn, rule);
	if (!err)
		entry->id = rule->e.id;
	mutex_unlock(&sn->cfg_mutex);
	if (err) {
		kfree(rule);
		return err;
	}
	shim6_net_hooks_changed(sn);
	return 0;
}

static int find(const struct shim6_rules *rules, u32 id)
{
	unsigned int i;

	for (i = 0; rules && i < rules->n; i++)
		if (rules->rule[i]->e.id == id)
			return i;
	return -ENOENT;
}

/* Context: cfg_mutex held */
static int remove(struct shim6_net *sn, u32 id)
{
	struct shim6_rules *old = rules_locked(sn), *fresh = NULL;
	int at = find(old, id), i;
	struct shim6_rule *rule;

	if (at < 0)
		return at;
	if (old->n > 1) {
		fresh = rules_alloc(old->n - 1);
		if (!fresh)
			return -ENOMEM;
		for (i = 0; i < fresh->n; i++)
			fresh->rule[i] = old->rule[i + (i >= at)];
	}
	rule = old->rule[at];
	replace(sn, fresh);
	kfree_rcu(rule, rcu);
	return 0;
}

int shim6_policy_del(struct shim6_net *sn, u32 id)
{
	int err;

	mutex_lock(&sn->cfg_mutex);
	err = remove(sn, id);
	mutex_unlock(&sn->cfg_mutex);
	if (!err)
		shim6_net_hooks_changed(sn);
	return err;
}

int shim6_policy_get(struct shim6_net *sn, unsigned int n,
		     struct shim6_policy_entry *entry)
{
	const struct shim6_rules *rules;
	int err = -ENOENT;

	rcu_read_lock();
	rules = rcu_dereference(sn->policy->rules);
	if (rules && n < rules->n) {
		*entry = rules->rule[n]->e;
		entry->hits = READ_ONCE(rules->rule[n]->hits);
		err = 0;
	}
	rcu_read_unlock();
	return err;
}

static bool matches(const struct shim6_policy_entry *e,
		    const struct in6_addr *local, const struct in6_addr *peer,
		    u8 proto, u16 port)
{
	if (e->proto && e->proto != proto)
		return false;
	if (e->port && e->port != port)
		return false;
	return ipv6_prefix_equal(&e->local, local, e->local_len) &&
	       ipv6_prefix_equal(&e->peer, peer, e->peer_len);
}

unsigned int shim6_policy_match(struct shim6_net *sn,
				const struct in6_addr *local,
				const struct in6_addr *peer, u8 proto,
				u16 port)
{
	const struct shim6_rules *rules = rcu_dereference(sn->policy->rules);
	struct shim6_rule *rule;
	unsigned int i;

	if (likely(!rules))
		return SHIM6_POLICY_TRIGGER;
	for (i = 0; i < rules->n; i++) {
		rule = rules->rule[i];
		if (!matches(&rule->e, local, peer, proto, port))
			continue;
		WRITE_ONCE(rule->hits, READ_ONCE(rule->hits) + 1);
		return rule->e.action;
	}
	return SHIM6_POLICY_TRIGGER;
}
