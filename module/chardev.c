// SPDX-License-Identifier: GPL-2.0
/*
 * The device /dev/shim6: an open file acts on the network namespace in which
 * it was opened.
 *
 * Commands are told apart by their number; the size in the command says which
 * version of its structure the program knows. What a program does not know it
 * does not get, what the module does not know must be zero.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "chardev.h"
#include "early.h"
#include "engine.h"
#include "event.h"
#include "identity.h"
#include "policy.h"
#include "precedence.h"
#include "qosctl.h"
#include "request.h"
#include "service.h"
#include "signer.h"
#include "sockopt.h"
#include "table.h"
#include "trigger.h"
#include "uapi.h"

/* A list command returns after so many elements at most */
#define LIST_MAX	4096

/**
 * struct handle - an open file
 * @sn: namespace of the opener
 * @reader: its events
 * @qos: its transaction (qosctl.c)
 * @file: for the opener's credentials
 */
struct handle {
	struct shim6_net *sn;
	struct shim6_reader *reader;
	struct shim6_qosctl qos;
	struct file *file;
};

/* What user space hands over and gets back; the largest is 808 octets */
union arg {
	struct shim6_info info;
	struct shim6_list list;
	struct shim6_context_create create;
	struct shim6_context_ref ref;
	struct shim6_context_path path;
	struct shim6_context_fork fork;
	struct shim6_locator_prefs prefs;
	struct shim6_param_entry param;
	struct shim6_hba_set hba;
	struct shim6_cga_identity cga;
	struct shim6_policy_entry policy;
	struct shim6_event_mask mask;
	struct shim6_socket_feedback feedback;
	struct shim6_qos_table qos_table;
	struct shim6_qos_class qos_class;
	struct shim6_qos_link qos_link;
	struct shim6_qos_rule qos_rule;
	struct shim6_qos_control qos_control;
	struct shim6_qos_police qos_police;
	struct shim6_qos_share qos_share;
	struct shim6_qos_trust qos_trust;
};

/* An element of a list */
union element {
	struct shim6_context_entry context;
	struct shim6_locator_entry locator;
	struct shim6_param_entry param;
	struct shim6_counter_entry counter;
	struct shim6_hba_set hba;
	struct shim6_cga_identity cga;
	struct shim6_policy_entry policy;
	struct shim6_flow_entry flow;
	struct shim6_qos_class qos_class;
	struct shim6_qos_link qos_link;
	struct shim6_qos_rule qos_rule;
	struct shim6_qos_police qos_police;
	struct shim6_qos_traffic qos_traffic;
	struct shim6_qos_marking qos_marking;
};

/**
 * struct command - how to serve one command number
 * @cmd: as programs of the first version say it
 * @ver0: size of the structure's first version, 0: none
 * @size: its size now
 * @admin: needs CAP_NET_ADMIN
 * @qos: qosctl.c does it; there is neither @run nor @next, and the structure
 *	goes back also when it fails
 * @run: does it; for lists see @next
 * @elem_ver0: lists: size of the first version of an element
 * @elem_size: its size now; 0: no list
 * @next: lists: puts the first element at or behind the cursor, and the
 *	cursor behind it; -ENOENT when there is none
 */
struct command {
	unsigned int cmd;
	u32 ver0;
	u32 size;
	bool admin;
	bool qos;
	int (*run)(struct handle *h, union arg *arg);
	u32 elem_ver0;
	u32 elem_size;
	int (*next)(struct handle *h, const struct shim6_list *list,
		    u64 *cursor, union element *e);
};

static bool may_admin(const struct handle *h)
{
	struct user_namespace *ns = h->sn->net->user_ns;

	return file_ns_capable(h->file, ns, CAP_NET_ADMIN) &&
	       ns_capable(ns, CAP_NET_ADMIN);
}

/* May the tags be shown; like may_admin(), but asking is no use of it */
static bool may_know(const struct handle *h)
{
	struct user_namespace *ns = h->sn->net->user_ns;

	return file_ns_capable(h->file, ns, CAP_NET_ADMIN) &&
	       ns_capable_noaudit(ns, CAP_NET_ADMIN);
}

/* As copy_struct_to_user() of newer kernels */
static int copy_out(void __user *to, size_t room, const void *from,
		    size_t size)
{
	size_t n = min(room, size);

	if (copy_to_user(to, from, n))
		return -EFAULT;
	if (room > n && clear_user(to + n, room - n))
		return -EFAULT;
	return 0;
}

static int run_info(struct handle *h, union arg *arg)
{
	shim6_uapi_info(h->sn, &arg->info);
	return 0;
}

static int run_create(struct handle *h, union arg *arg)
{
	struct shim6_context_create *c = &arg->create;
	int err = shim6_request_create(c);

	if (err)
		return err;
	c->id = 0;
	err = shim6_engine_start(h->sn, &c->ulid_local, &c->ulid_peer, &c->id);
	return err == -EEXIST ? 0 : err;
}

static int run_flush(struct handle *h, union arg *arg)
{
	int err = shim6_request_ref(&arg->ref);
	struct shim6_ctx *ctx;

	if (err)
		return err;
	if (!arg->ref.id) {
		shim6_engine_flush(h->sn);
		return 0;
	}
	ctx = shim6_table_get_id(h->sn, arg->ref.id);
	if (!ctx)
		return -ENOENT;
	shim6_engine_kill(ctx);
	shim6_ctx_put(ctx);
	return 0;
}

static int run_path(struct handle *h, union arg *arg)
{
	const struct shim6_context_path *p = &arg->path;
	struct shim6_pair pair = { .src = p->loc_local, .dst = p->loc_peer };
	int err = shim6_request_path(p);
	struct shim6_ctx *ctx;

	if (err)
		return err;
	ctx = shim6_table_get_id(h->sn, p->id);
	if (!ctx)
		return -ENOENT;
	err = shim6_engine_set_path(ctx, &pair);
	shim6_ctx_put(ctx);
	/* Not the same as a context that is not there */
	return err == -ENOENT ? -EADDRNOTAVAIL : err;
}

static int run_fork(struct handle *h, union arg *arg)
{
	return shim6_uapi_fork(h->sn, &arg->fork);
}

static int run_prefs(struct handle *h, union arg *arg)
{
	return shim6_uapi_prefs(h->sn, &arg->prefs);
}

static int run_param_set(struct handle *h, union arg *arg)
{
	int i = shim6_request_param(&arg->param);

	if (i < 0)
		return i;
	return shim6_uapi_param_set(h->sn, i, arg->param.value);
}

static int run_stats_reset(struct handle *h, union arg *arg)
{
	shim6_stats_reset(h->sn->stats);
	shim6_service_reset(h->sn);
	shim6_precedence_reset(h->sn);
	return 0;
}

/* The addresses know their sets, and the contexts, before the caller goes on */
static void sets_changed(struct shim6_net *sn)
{
	shim6_net_hooks_changed(sn);
	shim6_net_addrs_changed(sn);
	flush_work(&sn->addr_work);
	shim6_signer_changed(sn);
	shim6_signer_flush(sn);
	/* What comes from now on is not read with what was known before */
	shim6_early_flush(sn);
}

static int run_hba_add(struct handle *h, union arg *arg)
{
	struct shim6_hba_set *set = &arg->hba;
	int err = shim6_request_hba(set);

	if (err)
		return err;
	err = shim6_identity_add(h->sn, set->pds, set->pds_len, &set->id);
	if (!err)
		sets_changed(h->sn);
	return err;
}

static int identity_del(struct handle *h, const struct shim6_context_ref *ref,
			bool key)
{
	int err = shim6_request_ref(ref);

	if (err)
		return err;
	err = shim6_identity_del(h->sn, ref->id, key);
	if (!err)
		sets_changed(h->sn);
	return err;
}

static int run_hba_del(struct handle *h, union arg *arg)
{
	return identity_del(h, &arg->ref, false);
}

static int run_cga_add(struct handle *h, union arg *arg)
{
	struct shim6_cga_identity *cga = &arg->cga;
	int err = shim6_request_cga(cga);

	if (err)
		return err;
	err = shim6_identity_add_cga(h->sn, cga->pds, cga->pds_len, cga->key,
				     &cga->id);
	if (!err)
		sets_changed(h->sn);
	return err;
}

static int run_cga_del(struct handle *h, union arg *arg)
{
	return identity_del(h, &arg->ref, true);
}

static int run_policy_add(struct handle *h, union arg *arg)
{
	return shim6_policy_add(h->sn, &arg->policy);
}

static int run_policy_del(struct handle *h, union arg *arg)
{
	int err = shim6_request_ref(&arg->ref);

	return err ? err : shim6_policy_del(h->sn, arg->ref.id);
}

static int run_mask(struct handle *h, union arg *arg)
{
	int err = shim6_request_mask(&arg->mask);

	return err ?: shim6_reader_mask(h->reader, &arg->mask);
}

static int run_feedback(struct handle *h, union arg *arg)
{
	const struct shim6_socket_feedback *f = &arg->feedback;

	if (f->flags || f->reserved)
		return -EINVAL;
	return shim6_sockopt_feedback(f->fd, &f->feedback);
}

static int next_context(struct handle *h, const struct shim6_list *list,
			u64 *cursor, union element *e)
{
	struct shim6_ctx *ctx;

	if (*cursor > U32_MAX)
		return -ENOENT;
	ctx = shim6_table_get_next(h->sn, *cursor);
	if (!ctx)
		return -ENOENT;
	shim6_uapi_context(ctx, may_know(h), &e->context);
	*cursor = (u64)ctx->id + 1;
	shim6_ctx_put(ctx);
	return 0;
}

static int next_locator(struct handle *h, const struct shim6_list *list,
			u64 *cursor, union element *e)
{
	struct shim6_ctx *ctx;
	int err;

	if (*cursor > U32_MAX)
		return -ENOENT;
	if (!list->context)
		return shim6_uapi_address(h->sn, (*cursor)++, &e->locator);
	ctx = shim6_table_get_id(h->sn, list->context);
	if (!ctx)
		return -ESRCH;
	err = shim6_uapi_locator(ctx, (*cursor)++, &e->locator);
	shim6_ctx_put(ctx);
	return err;
}

static int next_param(struct handle *h, const struct shim6_list *list,
		      u64 *cursor, union element *e)
{
	if (*cursor >= SHIM6_P_COUNT)
		return -ENOENT;
	return shim6_uapi_param(h->sn, (*cursor)++, &e->param);
}

static int next_counter(struct handle *h, const struct shim6_list *list,
			u64 *cursor, union element *e)
{
	if (*cursor >= SHIM6_STAT_COUNT)
		return -ENOENT;
	return shim6_uapi_counter(h->sn, (*cursor)++, &e->counter);
}

static int next_hba(struct handle *h, const struct shim6_list *list,
		    u64 *cursor, union element *e)
{
	int err;

	if (*cursor > U32_MAX)
		return -ENOENT;
	err = shim6_uapi_hba(h->sn, *cursor, &e->hba);
	if (!err)
		*cursor = (u64)e->hba.id + 1;
	return err;
}

static int next_cga(struct handle *h, const struct shim6_list *list,
		    u64 *cursor, union element *e)
{
	int err;

	if (*cursor > U32_MAX)
		return -ENOENT;
	err = shim6_uapi_cga(h->sn, *cursor, &e->cga);
	if (!err)
		*cursor = (u64)e->cga.id + 1;
	return err;
}

static int next_policy(struct handle *h, const struct shim6_list *list,
		       u64 *cursor, union element *e)
{
	if (*cursor > U32_MAX)
		return -ENOENT;
	return shim6_policy_get(h->sn, (*cursor)++, &e->policy);
}

static int next_flow(struct handle *h, const struct shim6_list *list,
		     u64 *cursor, union element *e)
{
	return shim6_trigger_next(h->sn, cursor, &e->flow);
}

#define COMMAND(cmd_, type, ver0_, ...)					\
	[_IOC_NR(SHIM6_IOC_##cmd_)] = {					\
		.cmd = SHIM6_IOC_##cmd_,				\
		.ver0 = SHIM6_##ver0_##_SIZE_VER0,			\
		.size = sizeof(type),					\
		__VA_ARGS__						\
	}
#define LIST(cmd_, type, ver0_, fn)					\
	COMMAND(cmd_, struct shim6_list, LIST,				\
		.elem_ver0 = SHIM6_##ver0_##_SIZE_VER0,			\
		.elem_size = sizeof(type),				\
		.next = fn)
#define ADMIN(cmd_, type, ver0_, fn)					\
	COMMAND(cmd_, type, ver0_, .admin = true, .run = fn)
#define BARE(cmd_, ...)							\
	[_IOC_NR(SHIM6_IOC_##cmd_)] = {					\
		.cmd = SHIM6_IOC_##cmd_,				\
		.admin = true,						\
		__VA_ARGS__						\
	}
#define QOS(cmd_, type, ver0_, ...)					\
	COMMAND(QOS_##cmd_, type, ver0_, .qos = true, __VA_ARGS__)
#define QOS_SET(what, type)						\
	QOS(what##_SET, type, QOS_##what, .admin = true)
#define QOS_DEL(what)							\
	QOS(what##_DEL, struct shim6_context_ref, CONTEXT_REF, .admin = true)
#define QOS_LIST(what, type)						\
	QOS(what##_LIST, struct shim6_list, LIST,			\
		.elem_ver0 = SHIM6_QOS_##what##_SIZE_VER0,		\
		.elem_size = sizeof(type))

static const struct command commands[] = {
	COMMAND(INFO, struct shim6_info, INFO, .run = run_info),
	LIST(CTX_LIST, struct shim6_context_entry, CONTEXT_ENTRY, next_context),
	ADMIN(CTX_CREATE, struct shim6_context_create, CONTEXT_CREATE,
	      run_create),
	ADMIN(CTX_FLUSH, struct shim6_context_ref, CONTEXT_REF, run_flush),
	ADMIN(CTX_PATH, struct shim6_context_path, CONTEXT_PATH, run_path),
	LIST(LOC_LIST, struct shim6_locator_entry, LOCATOR_ENTRY, next_locator),
	LIST(PARAM_LIST, struct shim6_param_entry, PARAM_ENTRY, next_param),
	ADMIN(PARAM_SET, struct shim6_param_entry, PARAM_ENTRY, run_param_set),
	LIST(STATS_LIST, struct shim6_counter_entry, COUNTER_ENTRY,
	     next_counter),
	BARE(STATS_RESET, .run = run_stats_reset),
	ADMIN(HBA_ADD, struct shim6_hba_set, HBA_SET, run_hba_add),
	ADMIN(HBA_DEL, struct shim6_context_ref, CONTEXT_REF, run_hba_del),
	LIST(HBA_LIST, struct shim6_hba_set, HBA_SET, next_hba),
	ADMIN(POLICY_ADD, struct shim6_policy_entry, POLICY_ENTRY,
	      run_policy_add),
	ADMIN(POLICY_DEL, struct shim6_context_ref, CONTEXT_REF,
	      run_policy_del),
	LIST(POLICY_LIST, struct shim6_policy_entry, POLICY_ENTRY, next_policy),
	LIST(FLOW_LIST, struct shim6_flow_entry, FLOW_ENTRY, next_flow),
	COMMAND(EVENT_MASK, struct shim6_event_mask, EVENT_MASK,
		.run = run_mask),
	ADMIN(LOC_PREFS, struct shim6_locator_prefs, LOCATOR_PREFS, run_prefs),
	ADMIN(CTX_FORK, struct shim6_context_fork, CONTEXT_FORK, run_fork),
	ADMIN(CGA_ADD, struct shim6_cga_identity, CGA_IDENTITY, run_cga_add),
	ADMIN(CGA_DEL, struct shim6_context_ref, CONTEXT_REF, run_cga_del),
	LIST(CGA_LIST, struct shim6_cga_identity, CGA_IDENTITY, next_cga),
	COMMAND(FEEDBACK, struct shim6_socket_feedback, SOCKET_FEEDBACK,
		.run = run_feedback),
	QOS(TABLE, struct shim6_qos_table, QOS_TABLE),
	BARE(QOS_BEGIN, .qos = true),
	BARE(QOS_COMMIT, .qos = true),
	BARE(QOS_ABORT, .qos = true),
	BARE(QOS_FLUSH, .qos = true),
	QOS_SET(CLASS, struct shim6_qos_class),
	QOS_DEL(CLASS),
	QOS_LIST(CLASS, struct shim6_qos_class),
	QOS_SET(LINK, struct shim6_qos_link),
	QOS_DEL(LINK),
	QOS_LIST(LINK, struct shim6_qos_link),
	QOS_SET(RULE, struct shim6_qos_rule),
	QOS_DEL(RULE),
	QOS_LIST(RULE, struct shim6_qos_rule),
	QOS_SET(CONTROL, struct shim6_qos_control),
	QOS(CONTROL_GET, struct shim6_qos_control, QOS_CONTROL),
	QOS_SET(POLICE, struct shim6_qos_police),
	QOS_DEL(POLICE),
	QOS_LIST(POLICE, struct shim6_qos_police),
	QOS_SET(SHARE, struct shim6_qos_share),
	QOS(SHARE_GET, struct shim6_qos_share, QOS_SHARE),
	QOS_SET(TRUST, struct shim6_qos_trust),
	QOS(TRUST_GET, struct shim6_qos_trust, QOS_TRUST),
	QOS_LIST(TRAFFIC, struct shim6_qos_traffic),
	QOS_LIST(MARKING, struct shim6_qos_marking),
};

static int list_next(struct handle *h, const struct command *c,
		     const struct shim6_list *list, u64 *cursor,
		     union element *e)
{
	if (c->qos)
		return shim6_qosctl_next(&h->qos, c->cmd, cursor, e);
	return c->next(h, list, cursor, e);
}

/* Elements until the array is full, then a look whether there are more */
static int list_walk(struct handle *h, const struct command *c,
		     struct shim6_list *list, union element *e)
{
	u32 limit = min_t(u32, list->capacity, LIST_MAX);
	u64 cursor = list->cursor;
	int err;

	list->count = 0;
	while (!(err = list_next(h, c, list, &cursor, e)) &&
	       list->count < limit) {
		u64 at = list->ptr + (u64)list->count * list->elem_size;

		if (copy_out(u64_to_user_ptr(at), list->elem_size, e,
			     c->elem_size))
			return -EFAULT;
		list->count++;
		list->cursor = cursor;
		cond_resched();
	}
	list->more = !err;
	if (err == -ENOENT)
		return 0;
	/* The end is no error, a context that is not there is one */
	return err == -ESRCH ? -ENOENT : err;
}

static int list_run(struct handle *h, const struct command *c,
		    struct shim6_list *list)
{
	union element *e;
	int err;

	err = shim6_request_list(list, c->elem_ver0,
				 c->cmd == SHIM6_IOC_LOC_LIST);
	if (err)
		return err;
	e = kzalloc(sizeof(*e), GFP_KERNEL);
	if (!e)
		return -ENOMEM;
	err = list_walk(h, c, list, e);
	kfree(e);
	return err;
}

static int serve(struct handle *h, const struct command *c, union arg *arg)
{
	if (c->elem_size)
		return list_run(h, c, &arg->list);
	if (c->qos)
		return shim6_qosctl_run(&h->qos, c->cmd, arg);
	return c->run(h, arg);
}

/* Does the structure go back to user space */
static bool answers(const struct command *c, int err)
{
	if (!(_IOC_DIR(c->cmd) & _IOC_READ))
		return false;
	return !err || (c->qos && !c->elem_size);
}

static long transact(struct handle *h, const struct command *c, u32 size,
		     void __user *user)
{
	union arg *arg;
	int err = 0;

	arg = kzalloc(sizeof(*arg), GFP_KERNEL);
	if (!arg)
		return -ENOMEM;
	if (_IOC_DIR(c->cmd) & _IOC_WRITE)
		err = copy_struct_from_user(arg, c->size, user, size);
	if (err)
		goto out;
	err = serve(h, c, arg);
	if (answers(c, err) && copy_out(user, size, arg, c->size))
		err = -EFAULT;
out:
	kfree(arg);
	return err;
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct handle *h = file->private_data;
	const struct command *c;
	int err;

	if (_IOC_NR(cmd) >= ARRAY_SIZE(commands))
		return -ENOTTY;
	c = &commands[_IOC_NR(cmd)];
	err = shim6_request_cmd(cmd, c->cmd, c->ver0);
	if (err)
		return err;
	if (c->admin && !may_admin(h))
		return -EPERM;
	return transact(h, c, _IOC_SIZE(cmd), (void __user *)arg);
}

static ssize_t device_read(struct file *file, char __user *buf, size_t len,
			   loff_t *pos)
{
	struct handle *h = file->private_data;

	return shim6_reader_read(h->reader, buf, len,
				 file->f_flags & O_NONBLOCK);
}

static __poll_t device_poll(struct file *file, poll_table *wait)
{
	struct handle *h = file->private_data;

	return shim6_reader_poll(h->reader, file, wait);
}

static int device_close(struct inode *inode, struct file *file)
{
	struct handle *h = file->private_data;
	struct net *net = h->sn->net;

	shim6_qosctl_close(&h->qos);
	shim6_reader_free(h->reader);
	kfree(h);
	put_net(net);
	return 0;
}

static int device_open(struct inode *inode, struct file *file)
{
	struct net *net = current->nsproxy->net_ns;
	struct handle *h = kzalloc(sizeof(*h), GFP_KERNEL_ACCOUNT);

	if (!h)
		return -ENOMEM;
	h->sn = shim6_net(net);
	h->file = file;
	h->reader = shim6_reader_alloc(h->sn);
	if (!h->reader) {
		kfree(h);
		return -ENOMEM;
	}
	shim6_qosctl_open(&h->qos, h->sn);
	get_net(net);
	file->private_data = h;
	return stream_open(inode, file);
}

static const struct file_operations device_fops = {
	.owner		= THIS_MODULE,
	.open		= device_open,
	.release	= device_close,
	.read		= device_read,
	.poll		= device_poll,
	.unlocked_ioctl	= device_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

/* Reading needs no privilege, so the device is open to all */
static struct miscdevice device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "shim6",
	.fops	= &device_fops,
	.mode	= 0666,
};

void shim6_chardev_teardown(void)
{
	misc_deregister(&device);
}

/**
 * shim6_chardev_setup() - make the device
 * Context: process; every namespace is ready.
 * Return: 0 or a negative error.
 */
int shim6_chardev_setup(void)
{
	return misc_register(&device);
}
