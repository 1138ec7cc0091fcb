// SPDX-License-Identifier: GPL-2.0
/*
 * The commands of <linux/shim6_qos.h>. A change goes into the transaction of
 * the open file, or at once into the table in force; what is read comes from
 * the same place.
 */
#include <linux/build_bug.h>
#include <linux/cred.h>
#include <linux/shim6.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include "guard.h"
#include "precedence.h"
#include "qosctl.h"
#include "request.h"
#include "rule.h"
#include "service.h"

/* What was once published never changes its size below the first version's */
static_assert(sizeof(struct shim6_qos_table) == SHIM6_QOS_TABLE_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_class) == SHIM6_QOS_CLASS_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_link) == SHIM6_QOS_LINK_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_rule) == SHIM6_QOS_RULE_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_control) == SHIM6_QOS_CONTROL_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_police) == SHIM6_QOS_POLICE_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_share) == SHIM6_QOS_SHARE_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_trust) == SHIM6_QOS_TRUST_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_traffic) == SHIM6_QOS_TRAFFIC_SIZE_VER0);
static_assert(sizeof(struct shim6_qos_marking) == SHIM6_QOS_MARKING_SIZE_VER1);

/* Changes of a table; the second argument is the command's structure */

static int set_class(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_class(q, arg);
}

static int set_link(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_link(q, arg);
}

/* The caller's user is one of the machine's in the table */
static int set_rule(struct shim6_qos *q, void *arg)
{
	struct shim6_qos_rule *r = arg;
	u32 given = r->uid;
	kuid_t uid;
	int err;

	if (!(r->match & SHIM6_QOS_MATCH_UID))
		return shim6_qos_set_rule(q, r);
	uid = make_kuid(current_user_ns(), given);
	r->uid = uid_valid(uid) ? from_kuid(&init_user_ns, uid) : (uid_t)-1;
	err = shim6_qos_set_rule(q, r);
	r->uid = given;
	return err;
}

static int set_control(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_control(q, arg);
}

static int set_police(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_police(q, arg);
}

static int set_share(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_share(q, arg);
}

static int set_trust(struct shim6_qos *q, void *arg)
{
	return shim6_qos_set_trust(q, arg);
}

static int del(struct shim6_qos *q, const struct shim6_context_ref *ref,
	       int (*fn)(struct shim6_qos *q, u32 id))
{
	return shim6_request_ref(ref) ?: fn(q, ref->id);
}

static int del_class(struct shim6_qos *q, void *arg)
{
	return del(q, arg, shim6_qos_del_class);
}

static int del_link(struct shim6_qos *q, void *arg)
{
	return del(q, arg, shim6_qos_del_link);
}

static int del_rule(struct shim6_qos *q, void *arg)
{
	return del(q, arg, shim6_qos_del_rule);
}

static int del_police(struct shim6_qos *q, void *arg)
{
	return del(q, arg, shim6_qos_del_police);
}

static int flush(struct shim6_qos *q, void *arg)
{
	u64 generation = q->generation;

	shim6_qos_init(q);
	q->generation = generation;
	return 0;
}

/**
 * struct order - a change and what it needs
 * @sn: namespace
 * @fn: changes a table
 * @arg: for @fn
 */
struct order {
	struct shim6_net *sn;
	int (*fn)(struct shim6_qos *q, void *arg);
	void *arg;
};

/* Without memory for its limits a table does not come into force */
static int obey(struct shim6_qos *q, void *arg)
{
	const struct order *o = arg;

	return o->fn(q, o->arg) ?: shim6_guard_prepare(o->sn, q);
}

/* Limits hold once the command returns; all else follows in hook_work */
static int change(struct shim6_qosctl *ctl,
		  int (*fn)(struct shim6_qos *q, void *arg), void *arg)
{
	struct order o = { .sn = ctl->sn, .fn = fn, .arg = arg };
	int err;

	if (ctl->draft)
		return fn(&ctl->draft->q, arg);
	shim6_guard_begin(ctl->sn);
	err = shim6_service_change(ctl->sn, obey, &o);
	shim6_guard_end(ctl->sn, !err);
	return err;
}

static int begin(struct shim6_qosctl *ctl)
{
	if (ctl->draft)
		return -EBUSY;
	ctl->draft = shim6_service_draft(ctl->sn);
	return ctl->draft ? 0 : -ENOMEM;
}

static int commit(struct shim6_qosctl *ctl)
{
	struct shim6_service *draft = ctl->draft;
	int err;

	if (!draft)
		return -ENOENT;
	ctl->draft = NULL;
	shim6_guard_begin(ctl->sn);
	err = shim6_guard_prepare(ctl->sn, &draft->q);
	if (err)
		shim6_service_drop(draft);
	else
		err = shim6_service_commit(ctl->sn, draft);
	shim6_guard_end(ctl->sn, !err);
	return err;
}

static int abort_draft(struct shim6_qosctl *ctl)
{
	if (!ctl->draft)
		return -ENOENT;
	shim6_service_drop(ctl->draft);
	ctl->draft = NULL;
	return 0;
}

/* The table that this file sees, NULL when nothing is configured. RCU */
static const struct shim6_qos *seen(const struct shim6_qosctl *ctl)
{
	const struct shim6_service *sv = ctl->draft;

	if (!sv)
		sv = rcu_dereference(ctl->sn->service);
	return sv ? &sv->q : NULL;
}

static void get_table(struct shim6_qosctl *ctl, struct shim6_qos_table *t)
{
	const struct shim6_qos *q = seen(ctl);

	*t = (struct shim6_qos_table) {
		.generation = shim6_service_generation(ctl->sn),
		.classes = q ? q->nclasses : 0,
		.links = q ? q->nlinks : 0,
		.rules = q ? q->nrules : 0,
		.open = !!ctl->draft,
	};
}

/* Objects of which there is one. Context: RCU */
static int get(struct shim6_qosctl *ctl, unsigned int cmd, void *arg)
{
	const struct shim6_qos *q = seen(ctl);

	switch (cmd) {
	case SHIM6_IOC_QOS_TABLE:
		get_table(ctl, arg);
		return 0;
	case SHIM6_IOC_QOS_CONTROL_GET:
		*(struct shim6_qos_control *)arg =
			q ? q->control : shim6_qos_control_default;
		return 0;
	case SHIM6_IOC_QOS_SHARE_GET:
		*(struct shim6_qos_share *)arg =
			q ? q->share : shim6_qos_share_default;
		return 0;
	case SHIM6_IOC_QOS_TRUST_GET:
		*(struct shim6_qos_trust *)arg =
			q ? q->trust : (struct shim6_qos_trust) {};
		return 0;
	}
	return -ENOTTY;
}

static int run_get(struct shim6_qosctl *ctl, unsigned int cmd, void *arg)
{
	int err;

	rcu_read_lock();
	err = get(ctl, cmd, arg);
	rcu_read_unlock();
	return err;
}

/* Context: ctl->lock held */
static int run(struct shim6_qosctl *ctl, unsigned int cmd, void *arg)
{
	switch (cmd) {
	case SHIM6_IOC_QOS_BEGIN:
		return begin(ctl);
	case SHIM6_IOC_QOS_COMMIT:
		return commit(ctl);
	case SHIM6_IOC_QOS_ABORT:
		return abort_draft(ctl);
	case SHIM6_IOC_QOS_FLUSH:
		return change(ctl, flush, NULL);
	case SHIM6_IOC_QOS_CLASS_SET:
		return change(ctl, set_class, arg);
	case SHIM6_IOC_QOS_CLASS_DEL:
		return change(ctl, del_class, arg);
	case SHIM6_IOC_QOS_LINK_SET:
		return change(ctl, set_link, arg);
	case SHIM6_IOC_QOS_LINK_DEL:
		return change(ctl, del_link, arg);
	case SHIM6_IOC_QOS_RULE_SET:
		return change(ctl, set_rule, arg);
	case SHIM6_IOC_QOS_RULE_DEL:
		return change(ctl, del_rule, arg);
	case SHIM6_IOC_QOS_CONTROL_SET:
		return change(ctl, set_control, arg);
	case SHIM6_IOC_QOS_POLICE_SET:
		return change(ctl, set_police, arg);
	case SHIM6_IOC_QOS_POLICE_DEL:
		return change(ctl, del_police, arg);
	case SHIM6_IOC_QOS_SHARE_SET:
		return change(ctl, set_share, arg);
	case SHIM6_IOC_QOS_TRUST_SET:
		return change(ctl, set_trust, arg);
	}
	return run_get(ctl, cmd, arg);
}

int shim6_qosctl_run(struct shim6_qosctl *ctl, unsigned int cmd, void *arg)
{
	int err;

	mutex_lock(&ctl->lock);
	err = run(ctl, cmd, arg);
	mutex_unlock(&ctl->lock);
	return err;
}

static int next_class(const struct shim6_qos *q, u64 *cursor,
		      struct shim6_qos_class *c)
{
	while (*cursor < SHIM6_QOS_CLASSES) {
		*c = q->classes[(*cursor)++];
		if (c->id)
			return 0;
	}
	return -ENOENT;
}

static int next_link(const struct shim6_qos *q, u64 *cursor,
		     struct shim6_qos_link *l)
{
	while (*cursor < SHIM6_QOS_LINKS) {
		*l = q->links[(*cursor)++];
		if (l->id)
			return 0;
	}
	return -ENOENT;
}

static int next_police(const struct shim6_qosctl *ctl,
		       const struct shim6_qos *q, u64 *cursor,
		       struct shim6_qos_police *p)
{
	while (*cursor < SHIM6_QOS_POLICE_COUNT) {
		*p = q->police[(*cursor)++];
		if (!p->rate && !p->src_rate)
			continue;
		shim6_guard_counted(ctl->sn, p);
		return 0;
	}
	return -ENOENT;
}

/* The cursor is a pref, so that a change does not repeat or hide others */
static int next_rule(const struct shim6_qosctl *ctl, const struct shim6_qos *q,
		     u64 *cursor, struct shim6_qos_rule *r)
{
	unsigned int i = 0;

	while (i < q->nrules && q->rules[i].pref < *cursor)
		i++;
	if (i == q->nrules)
		return -ENOENT;
	*r = q->rules[i];
	*cursor = (u64)r->pref + 1;
	shim6_service_counted(ctl->sn, r);
	if (r->match & SHIM6_QOS_MATCH_UID)
		r->uid = from_kuid_munged(current_user_ns(),
					  KUIDT_INIT(r->uid));
	return 0;
}

/* Context: RCU, and ctl->lock held */
static int next(const struct shim6_qosctl *ctl, unsigned int cmd, u64 *cursor,
		void *e)
{
	const struct shim6_qos *q = seen(ctl);

	if (cmd == SHIM6_IOC_QOS_MARKING_LIST)
		return shim6_precedence_list(ctl->sn, cursor, e);
	if (cmd == SHIM6_IOC_QOS_TRAFFIC_LIST)
		return shim6_service_traffic(ctl->sn, cursor, e);
	if (!q)
		return -ENOENT;
	switch (cmd) {
	case SHIM6_IOC_QOS_CLASS_LIST:
		return next_class(q, cursor, e);
	case SHIM6_IOC_QOS_LINK_LIST:
		return next_link(q, cursor, e);
	case SHIM6_IOC_QOS_RULE_LIST:
		return next_rule(ctl, q, cursor, e);
	case SHIM6_IOC_QOS_POLICE_LIST:
		return next_police(ctl, q, cursor, e);
	}
	return -ENOENT;
}

int shim6_qosctl_next(struct shim6_qosctl *ctl, unsigned int cmd, u64 *cursor,
		      void *e)
{
	int err;

	mutex_lock(&ctl->lock);
	rcu_read_lock();
	err = next(ctl, cmd, cursor, e);
	rcu_read_unlock();
	mutex_unlock(&ctl->lock);
	return err;
}

void shim6_qosctl_open(struct shim6_qosctl *ctl, struct shim6_net *sn)
{
	ctl->sn = sn;
	mutex_init(&ctl->lock);
	ctl->draft = NULL;
}

void shim6_qosctl_close(struct shim6_qosctl *ctl)
{
	if (ctl->draft)
		shim6_service_drop(ctl->draft);
	mutex_destroy(&ctl->lock);
}
