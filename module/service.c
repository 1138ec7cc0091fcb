// SPDX-License-Identifier: GPL-2.0
/*
 * Classes of service in force, see service.h.
 *
 * Counters of a rule are an object of their own that goes from table to table
 * as long as the rule stays what it is, so nothing that is counted during a
 * change is lost. Verdicts are kept per CPU and written with softirqs off: no
 * lock, and no CPU waits for the memory of another one. With PREEMPT_RT that
 * keeps nobody out, so there is a lock for what a CPU writes there; whoever reads
 * takes none.
 */
#include <linux/bottom_half.h>
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "compat.h"
#include "service.h"

/* Verdicts of a CPU, and with how many rules they are worth their price */
#define VERDICTS	BIT(SHIM6_SERVICE_VERDICT_BITS)
#define VERDICTS_FROM	16

#define CELLS		((SHIM6_QOS_LINKS + 1) * (SHIM6_QOS_CLASSES + 1))

DEFINE_STATIC_KEY_FALSE(shim6_service_used);

/**
 * struct shim6_service_base - what a namespace keeps over changes
 * @generation: number of changes; written under cfg_mutex
 * @traffic: counters
 * @marks: counters of control messages
 * @verdicts: NULL until a table with many rules came; then constant
 * @secret: of shim6_service_place()
 */
struct shim6_service_base {
	u64 generation;
	struct shim6_service_traffic __percpu *traffic;
	struct shim6_service_marks __percpu *marks;
	struct shim6_service_verdicts __percpu *verdicts;
	u64 secret[7];
};

static struct shim6_service_base *base_of(const struct shim6_net *sn)
{
	/* What is in it is older than the pointer, see base_make() */
	return smp_load_acquire(&sn->service_base);
}

static struct shim6_service *service_locked(struct shim6_net *sn)
{
	return rcu_dereference_protected(sn->service,
					 lockdep_is_held(&sn->cfg_mutex));
}

/* Of the order that ports have in the packet */
static u64 ports_of(const struct shim6_qos_packet *p)
{
	const __be16 wire[2] = {
		htons(p->out ? p->lport : p->rport),
		htons(p->out ? p->rport : p->lport),
	};
	u32 ports = 0;

	if (p->ports)
		memcpy(&ports, wire, sizeof(ports));
	return (u64)p->mark << 32 | ports;
}

static struct shim6_service_flow flow_of(const struct shim6_qos_packet *p)
{
	struct shim6_service_flow f;

	shim6_service_addrs(&f, &p->peer, &p->local);
	f.ports = ports_of(p);
	f.rest = shim6_service_rest(p->has_uid ? p->uid : 0, p->proto, p->dscp,
				    (p->out ? SHIM6_SERVICE_OUT : 0) |
				    (p->ports ? SHIM6_SERVICE_PORTS : 0) |
				    (p->has_uid ? SHIM6_SERVICE_UID : 0));
	return f;
}

static void learn(const struct shim6_service *sv,
		  const struct shim6_service_flow *f, int rule)
{
	struct shim6_service_verdict *v;

	local_bh_disable();
	shim6_bh_lock(&sv->verdicts->lock);
	v = this_cpu_read(sv->verdicts->v) + shim6_service_place(sv, f);
	raw_write_seqcount_begin(&v->seq);
	v->flow = *f;
	v->rule = rule;
	v->generation = sv->q.generation;
	raw_write_seqcount_end(&v->seq);
	shim6_bh_unlock(&sv->verdicts->lock);
	local_bh_enable();
}

int shim6_service_rule(const struct shim6_service *sv,
		       const struct shim6_qos_packet *p)
{
	struct shim6_service_flow f;
	int rule;

	if (!sv->verdicts)
		return shim6_qos_match(&sv->q, p);
	f = flow_of(p);
	if (shim6_service_known(sv, &f, &rule))
		return rule;
	rule = shim6_qos_match(&sv->q, p);
	learn(sv, &f, rule);
	return rule;
}

static void verdicts_free(struct shim6_service_verdicts __percpu *verdicts)
{
	int cpu;

	if (!verdicts)
		return;
	for_each_possible_cpu(cpu)
		kvfree(per_cpu_ptr(verdicts, cpu)->v);
	free_percpu(verdicts);
}

static struct shim6_service_verdicts __percpu *verdicts_alloc(void)
{
	struct shim6_service_verdicts __percpu *verdicts;
	struct shim6_service_verdict *v;
	int cpu;

	verdicts = alloc_percpu_gfp(struct shim6_service_verdicts, GFP_KERNEL_ACCOUNT);
	if (!verdicts)
		return NULL;
	for_each_possible_cpu(cpu) {
		v = kvzalloc_node(VERDICTS * sizeof(*v), GFP_KERNEL_ACCOUNT,
				  cpu_to_node(cpu));
		if (!v) {
			verdicts_free(verdicts);
			return NULL;
		}
		per_cpu_ptr(verdicts, cpu)->v = v;
		local_lock_init(&per_cpu_ptr(verdicts, cpu)->lock);
	}
	return verdicts;
}

static void base_free(struct shim6_service_base *base)
{
	if (!base)
		return;
	verdicts_free(base->verdicts);
	free_percpu(base->traffic);
	free_percpu(base->marks);
	kfree(base);
}

/* Context: cfg_mutex held */
static int base_make(struct shim6_net *sn)
{
	struct shim6_service_base *base;

	if (sn->service_base)
		return 0;
	base = kzalloc(sizeof(*base), GFP_KERNEL_ACCOUNT);
	if (!base)
		return -ENOMEM;
	base->traffic = alloc_percpu_gfp(struct shim6_service_traffic,
					 GFP_KERNEL_ACCOUNT);
	base->marks = alloc_percpu_gfp(struct shim6_service_marks,
				       GFP_KERNEL_ACCOUNT);
	if (!base->traffic || !base->marks) {
		base_free(base);
		return -ENOMEM;
	}
	get_random_bytes(base->secret, sizeof(base->secret));
	/* Lists read it without a lock */
	smp_store_release(&sn->service_base, base);
	return 0;
}

/* A service and those counters that nobody has taken over */
static void service_free(struct shim6_service *sv)
{
	unsigned int i;

	for (i = 0; i < sv->q.nrules; i++)
		if (!sv->kept[i])
			free_percpu(sv->count[i]);
	kvfree(sv);
}

static void service_free_rcu(struct rcu_head *rcu)
{
	service_free(container_of(rcu, struct shim6_service, rcu));
}

/* Index of the very same rule, or -1 */
static int same_rule(const struct shim6_service *sv,
		     const struct shim6_qos_rule *rule)
{
	unsigned int i;

	for (i = 0; sv && i < sv->q.nrules; i++)
		if (!memcmp(&sv->q.rules[i], rule, sizeof(*rule)))
			return i;
	return -1;
}

/* Counters of a rule: those that it has, or new ones */
static int count_make(struct shim6_service *fresh, unsigned int i,
		      struct shim6_service *old)
{
	int at = same_rule(old, &fresh->q.rules[i]);

	if (at >= 0) {
		fresh->count[i] = old->count[at];
		return 0;
	}
	fresh->count[i] = alloc_percpu_gfp(struct shim6_service_count,
					   GFP_KERNEL_ACCOUNT);
	return fresh->count[i] ? 0 : -ENOMEM;
}

/* A new table that is not to be: what is the old one's stays so */
static void counts_undo(struct shim6_service *fresh, unsigned int n,
			const struct shim6_service *old)
{
	while (n--) {
		if (same_rule(old, &fresh->q.rules[n]) >= 0)
			fresh->count[n] = NULL;
	}
}

static int counts_make(struct shim6_service *fresh, struct shim6_service *old)
{
	unsigned int i;
	int err;

	for (i = 0; i < fresh->q.nrules; i++) {
		err = count_make(fresh, i, old);
		if (err) {
			counts_undo(fresh, i, old);
			return err;
		}
	}
	return 0;
}

/* Context: cfg_mutex held */
static int verdicts_make(struct shim6_service_base *base, unsigned int nrules)
{
	if (nrules <= VERDICTS_FROM || base->verdicts)
		return 0;
	base->verdicts = verdicts_alloc();
	return base->verdicts ? 0 : -ENOMEM;
}

/* Everything that can fail. Context: cfg_mutex held */
static int prepare(struct shim6_net *sn, struct shim6_service *fresh)
{
	int err = base_make(sn);

	if (err)
		return err;
	err = verdicts_make(sn->service_base, fresh->q.nrules);
	if (err)
		return err;
	fresh->base = sn->service_base;
	fresh->traffic = fresh->base->traffic;
	fresh->marks = fresh->base->marks;
	fresh->verdicts = fresh->q.nrules > VERDICTS_FROM ?
			  fresh->base->verdicts : NULL;
	memcpy(fresh->secret, fresh->base->secret, sizeof(fresh->secret));
	return counts_make(fresh, service_locked(sn));
}

/* The old table goes when no packet reads it any more */
static void retire(struct shim6_service *old, const struct shim6_service *fresh)
{
	unsigned int i;

	if (!old)
		return;
	for (i = 0; fresh && i < old->q.nrules; i++)
		old->kept[i] = same_rule(fresh, &old->q.rules[i]) >= 0;
	call_rcu(&old->rcu, service_free_rcu);
}

/* Context: cfg_mutex held, or nobody is left */
static void publish(struct shim6_net *sn, struct shim6_service *fresh)
{
	struct shim6_service *old = service_locked(sn);

	/* It is on for as long as there is a table to find, or longer */
	if (fresh && !old)
		static_branch_inc(&shim6_service_used);
	rcu_assign_pointer(sn->service, fresh);
	if (old && !fresh)
		static_branch_dec(&shim6_service_used);
	retire(old, fresh);
}

/* Context: cfg_mutex held. The draft is gone afterwards */
static int commit_locked(struct shim6_net *sn, struct shim6_service *draft)
{
	bool empty = shim6_qos_empty(&draft->q);
	bool nothing = empty && !service_locked(sn);
	int err = empty ? 0 : prepare(sn, draft);

	/* Nothing in the place of nothing is no change */
	if (err || nothing) {
		service_free(draft);
		return err;
	}
	draft->q.generation = sn->service_base->generation + 1;
	WRITE_ONCE(sn->service_base->generation, draft->q.generation);
	publish(sn, empty ? NULL : draft);
	if (empty)
		service_free(draft);
	return 0;
}

/* Context: cfg_mutex held */
static struct shim6_service *draft_locked(struct shim6_net *sn)
{
	const struct shim6_service *now = service_locked(sn);
	struct shim6_service *draft;

	draft = kvzalloc(sizeof(*draft), GFP_KERNEL_ACCOUNT);
	if (!draft)
		return NULL;
	if (now)
		draft->q = now->q;
	else
		shim6_qos_init(&draft->q);
	draft->q.generation = shim6_service_generation(sn);
	return draft;
}

u64 shim6_service_generation(struct shim6_net *sn)
{
	const struct shim6_service_base *base = base_of(sn);

	return base ? READ_ONCE(base->generation) : 0;
}

int shim6_service_change(struct shim6_net *sn,
			 int (*fn)(struct shim6_qos *q, void *arg), void *arg)
{
	struct shim6_service *draft;
	int err = -ENOMEM;

	mutex_lock(&sn->cfg_mutex);
	draft = draft_locked(sn);
	if (draft) {
		err = fn(&draft->q, arg);
		if (err)
			service_free(draft);
		else
			err = commit_locked(sn, draft);
	}
	mutex_unlock(&sn->cfg_mutex);
	if (!err)
		shim6_net_hooks_changed(sn);
	return err;
}

struct shim6_service *shim6_service_draft(struct shim6_net *sn)
{
	struct shim6_service *draft;

	mutex_lock(&sn->cfg_mutex);
	draft = draft_locked(sn);
	mutex_unlock(&sn->cfg_mutex);
	return draft;
}

void shim6_service_drop(struct shim6_service *draft)
{
	service_free(draft);
}

int shim6_service_commit(struct shim6_net *sn, struct shim6_service *draft)
{
	int err = -ESTALE;

	mutex_lock(&sn->cfg_mutex);
	if (draft->q.generation == shim6_service_generation(sn))
		err = commit_locked(sn, draft);
	else
		service_free(draft);
	mutex_unlock(&sn->cfg_mutex);
	if (!err)
		shim6_net_hooks_changed(sn);
	return err;
}

void shim6_service_counted(struct shim6_net *sn, struct shim6_qos_rule *rule)
{
	const struct shim6_service_count *c;
	const struct shim6_service *sv;
	int at, cpu;

	rcu_read_lock();
	sv = rcu_dereference(sn->service);
	at = same_rule(sv, rule);
	if (at >= 0) {
		for_each_possible_cpu(cpu) {
			c = per_cpu_ptr(sv->count[at], cpu);
			rule->packets += READ_ONCE(c->packets);
			rule->bytes += READ_ONCE(c->bytes);
			rule->remarked += READ_ONCE(c->remarked);
		}
	}
	rcu_read_unlock();
}

/* Sum of one cell over the CPUs. Return: anything was counted */
static bool cell_sum(const struct shim6_service_base *base, u32 link, u32 klass,
		     struct shim6_qos_traffic *t)
{
	const struct shim6_service_cell *c;
	u64 plain[2] = { 0, 0 };
	int cpu;

	*t = (struct shim6_qos_traffic) { .link = link, .klass = klass };
	for_each_possible_cpu(cpu) {
		c = &per_cpu_ptr(base->traffic, cpu)->cell[link][klass];
		plain[0] += READ_ONCE(c->ecn[0][0]);
		plain[1] += READ_ONCE(c->ecn[1][0]);
		t->rx_ect1 += READ_ONCE(c->ecn[0][1]);
		t->tx_ect1 += READ_ONCE(c->ecn[1][1]);
		t->rx_ect0 += READ_ONCE(c->ecn[0][2]);
		t->tx_ect0 += READ_ONCE(c->ecn[1][2]);
		t->rx_ce += READ_ONCE(c->ecn[0][3]);
		t->tx_ce += READ_ONCE(c->ecn[1][3]);
		t->rx_bytes += READ_ONCE(c->bytes[0]);
		t->tx_bytes += READ_ONCE(c->bytes[1]);
		t->lost += READ_ONCE(c->lost);
	}
	t->rx_packets = plain[0] + t->rx_ect0 + t->rx_ect1 + t->rx_ce;
	t->tx_packets = plain[1] + t->tx_ect0 + t->tx_ect1 + t->tx_ce;
	return t->rx_packets || t->tx_packets || t->lost;
}

int shim6_service_traffic(struct shim6_net *sn, u64 *cursor,
			  struct shim6_qos_traffic *t)
{
	const struct shim6_service_base *base = base_of(sn);
	u32 cell;

	while (base && *cursor < CELLS) {
		cell = (*cursor)++;
		if (cell_sum(base, cell / (SHIM6_QOS_CLASSES + 1),
			     cell % (SHIM6_QOS_CLASSES + 1), t))
			return 0;
	}
	return -ENOENT;
}

void shim6_service_marked(struct shim6_net *sn, struct shim6_qos_marking *m)
{
	const struct shim6_service_base *base = base_of(sn);
	const struct shim6_service_marks *c;
	int cpu;

	m->tx = 0;
	m->rx = 0;
	if (!base)
		return;
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(base->marks, cpu);
		m->rx += READ_ONCE(c->n[0][m->link][m->dscp]);
		m->tx += READ_ONCE(c->n[1][m->link][m->dscp]);
	}
}

static void count_reset(struct shim6_service_count __percpu *count)
{
	int cpu;

	for_each_possible_cpu(cpu)
		*per_cpu_ptr(count, cpu) = (struct shim6_service_count) {};
}

void shim6_service_reset(struct shim6_net *sn)
{
	const struct shim6_service_base *base = base_of(sn);
	const struct shim6_service *sv;
	unsigned int i;
	int cpu;

	if (!base)
		return;
	for_each_possible_cpu(cpu) {
		memset(per_cpu_ptr(base->traffic, cpu), 0,
		       sizeof(struct shim6_service_traffic));
		memset(per_cpu_ptr(base->marks, cpu), 0,
		       sizeof(struct shim6_service_marks));
	}
	rcu_read_lock();
	sv = rcu_dereference(sn->service);
	for (i = 0; sv && i < sv->q.nrules; i++)
		count_reset(sv->count[i]);
	rcu_read_unlock();
}

int shim6_service_init(struct shim6_net *sn)
{
	RCU_INIT_POINTER(sn->service, NULL);
	return 0;
}

/* No packet is left that could read it */
void shim6_service_exit(struct shim6_net *sn)
{
	mutex_lock(&sn->cfg_mutex);
	publish(sn, NULL);
	mutex_unlock(&sn->cfg_mutex);
	base_free(sn->service_base);
	sn->service_base = NULL;
}
