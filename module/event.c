// SPDX-License-Identifier: GPL-2.0
/*
 * Events for readers of the device: each has a ring of its own and a mask.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/shim6.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include "event.h"
#include "net.h"

/* Between two events of one limit */
#define SHIM6_EVENT_LIMIT_GAP	SHIM6_NS_PER_SEC

/**
 * struct shim6_events - readers of a namespace
 * @readers: those that want events; under RCU, written under cfg_mutex
 * @seq: number of the last event
 * @quiet: by enum shim6_stat: until when this limit gives no event, ns
 */
struct shim6_events {
	struct list_head readers;
	atomic64_t seq;
	atomic64_t quiet[SHIM6_STAT_COUNT];
};

/**
 * struct shim6_reader - one open file
 * @sn: namespace; the file holds a reference of it
 * @node: in the namespace's list, once there is a ring
 * @lock: protects @head, @count, @lost and what is in @ring
 * @wait: who waits for events
 * @mask: types wanted; written under cfg_mutex
 * @record: octets of a record as it is read; written under cfg_mutex
 * @traffic: it is one of the namespace's watchers; under cfg_mutex
 * @ring: the queue; NULL until a mask was set, then constant
 * @size: its places, constant likewise
 * @head: the oldest
 * @count: how many
 * @lost: events there was no place for since the last record
 */
struct shim6_reader {
	struct shim6_net *sn;
	struct list_head node;
	spinlock_t lock;	/* the queue */
	wait_queue_head_t wait;
	u64 mask;
	u32 record;
	bool traffic;
	struct shim6_event *ring;
	u32 size;
	u32 head;
	u32 count;
	u32 lost;
};

void shim6_event_exit(struct shim6_net *sn)
{
	/* Every reader holds the namespace, so none is left */
	kfree(sn->events);
	sn->events = NULL;
}

int shim6_event_init(struct shim6_net *sn)
{
	struct shim6_events *e = kzalloc(sizeof(*e), GFP_KERNEL);

	if (!e)
		return -ENOMEM;
	INIT_LIST_HEAD(&e->readers);
	sn->events = e;
	return 0;
}

static bool wants(const struct shim6_reader *r, u32 type)
{
	return READ_ONCE(r->mask) & BIT_ULL(type);
}

static void push(struct shim6_reader *r, const struct shim6_event *ev)
{
	struct shim6_event *place;

	spin_lock_bh(&r->lock);
	if (r->count == r->size) {
		r->lost++;
		spin_unlock_bh(&r->lock);
		shim6_count(r->sn, EVENTS_LOST);
		return;
	}
	place = &r->ring[(r->head + r->count++) % r->size];
	*place = *ev;
	place->lost = r->lost;
	r->lost = 0;
	spin_unlock_bh(&r->lock);
	wake_up_interruptible(&r->wait);
}

void shim6_event_emit(struct shim6_net *sn, struct shim6_event *ev)
{
	struct shim6_events *e = sn->events;
	struct shim6_reader *r;

	if (list_empty(&e->readers))
		return;
	ev->seq = atomic64_inc_return(&e->seq);
	ev->time = ktime_get_ns();
	ev->lost = 0;
	rcu_read_lock();
	list_for_each_entry_rcu(r, &e->readers, node)
		if (wants(r, ev->type))
			push(r, ev);
	rcu_read_unlock();
}

/* The first of many in a second, whoever counts it; the others see the new time
 * or lose the exchange
 */
static bool is_due(atomic64_t *quiet)
{
	s64 now = ktime_get_ns();
	s64 until = atomic64_read(quiet);

	return now >= until &&
	       atomic64_try_cmpxchg(quiet, &until, now + SHIM6_EVENT_LIMIT_GAP);
}

void shim6_event_limit(struct shim6_net *sn, enum shim6_stat which)
{
	struct shim6_event ev = {
		.type = SHIM6_EVENT_LIMIT,
		.value = which,
	};

	if (list_empty(&sn->events->readers) ||
	    !is_due(&sn->events->quiet[which]))
		return;
	ev.count = shim6_stat_sum(sn->stats, which);
	shim6_event_emit(sn, &ev);
}

/* Context: cfg_mutex held */
static void set_traffic(struct shim6_reader *r, bool on)
{
	if (r->traffic != on)
		WRITE_ONCE(r->sn->watchers, r->sn->watchers + (on ? 1 : -1));
	r->traffic = on;
}

void shim6_reader_free(struct shim6_reader *r)
{
	struct shim6_net *sn = r->sn;

	if (r->ring || r->traffic) {
		mutex_lock(&sn->cfg_mutex);
		set_traffic(r, false);
		if (r->ring)
			list_del_rcu(&r->node);
		mutex_unlock(&sn->cfg_mutex);
	}
	if (r->ring) {
		synchronize_rcu();
		kvfree(r->ring);
	}
	kfree(r);
}

struct shim6_reader *shim6_reader_alloc(struct shim6_net *sn)
{
	struct shim6_reader *r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);

	if (!r)
		return NULL;
	r->sn = sn;
	r->record = SHIM6_EVENT_SIZE_VER0;
	spin_lock_init(&r->lock);
	init_waitqueue_head(&r->wait);
	return r;
}

/* Context: cfg_mutex held */
static int give_ring(struct shim6_reader *r)
{
	u32 size = shim6_param(&r->sn->params, SHIM6_P_EVENT_QUEUE);
	struct shim6_event *ring;

	if (r->ring)
		return 0;
	ring = kvcalloc(size, sizeof(*ring), GFP_KERNEL_ACCOUNT);
	if (!ring)
		return -ENOMEM;
	r->size = size;
	/* read() looks without a lock whether there is one */
	smp_store_release(&r->ring, ring);
	list_add_tail_rcu(&r->node, &r->sn->events->readers);
	return 0;
}

int shim6_reader_mask(struct shim6_reader *r,
		      const struct shim6_event_mask *m)
{
	u32 record = m->size ?: SHIM6_EVENT_SIZE_VER0;
	int err;

	mutex_lock(&r->sn->cfg_mutex);
	err = m->mask ? give_ring(r) : 0;
	if (!err) {
		WRITE_ONCE(r->record, min_t(u32, record,
					    sizeof(struct shim6_event)));
		WRITE_ONCE(r->mask, m->mask);
		set_traffic(r, m->flags & SHIM6_WATCH_TRAFFIC);
	}
	mutex_unlock(&r->sn->cfg_mutex);
	return err;
}

static bool pop(struct shim6_reader *r, struct shim6_event *ev)
{
	bool any;

	spin_lock_bh(&r->lock);
	any = r->count;
	if (any) {
		*ev = r->ring[r->head];
		r->head = (r->head + 1) % r->size;
		r->count--;
	}
	spin_unlock_bh(&r->lock);
	return any;
}

ssize_t shim6_reader_read(struct shim6_reader *r, char __user *buf, size_t len,
			  bool nonblock)
{
	u32 record = READ_ONCE(r->record);
	struct shim6_event ev;
	size_t done = 0;
	int err;

	/* Pairs with the release in give_ring() */
	if (!smp_load_acquire(&r->ring) || len < record)
		return -EINVAL;
	while (len - done >= record) {
		if (pop(r, &ev)) {
			ev.size = record;
			if (copy_to_user(buf + done, &ev, record))
				return done ? done : -EFAULT;
			done += record;
			continue;
		}
		if (done)
			break;
		if (nonblock)
			return -EAGAIN;
		err = wait_event_interruptible(r->wait, READ_ONCE(r->count));
		if (err)
			return err;
	}
	return done;
}

__poll_t shim6_reader_poll(struct shim6_reader *r, struct file *file,
			   poll_table *wait)
{
	poll_wait(file, &r->wait, wait);
	return READ_ONCE(r->count) ? EPOLLIN | EPOLLRDNORM : 0;
}
