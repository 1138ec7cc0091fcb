// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/shim6/{contexts,locators,stats}: one line each, fields separated by
 * blanks, the first line names them. New fields come at the end of a line. All
 * may be read by everybody, so there are no tags.
 *
 * contexts: as struct shim6_context_entry; "took_ms" is how long the last switch
 * took (@last_switch), the others in ms are how long ago something was: the
 * last payload, birth, the last switch, the measurement of "rtt_us". "-" where
 * there is nothing yet.
 *
 * locators: as struct shim6_locator_entry; those of the host are those of
 * context 0. The status is a list of words.
 *
 * stats: a counter in each line, its name and its value; no header.
 *
 * What is remembered of peers are hashes (peer.c): there is no list of them.
 *
 * Files of any length are read in pieces. A position in a list is the number
 * of the next context, plus nothing: the numbers begin at 1, and 0 is the
 * header line.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include "procfs.h"
#include "proto.h"
#include "table.h"
#include "uapi.h"

#define DIR	"shim6"

static void *from(struct seq_file *seq, loff_t *pos)
{
	struct shim6_net *sn = shim6_net(seq_file_net(seq));
	struct shim6_ctx *ctx;

	if (*pos > U32_MAX)
		return NULL;
	ctx = shim6_table_get_next(sn, *pos);
	/* There may be a gap before it: a read from here begins with it */
	if (ctx)
		*pos = ctx->id;
	return ctx;
}

static void *ctx_start(struct seq_file *seq, loff_t *pos)
{
	return *pos ? from(seq, pos) : SEQ_START_TOKEN;
}

static void ctx_stop(struct seq_file *seq, void *v)
{
	if (v && v != SEQ_START_TOKEN)
		shim6_ctx_put(v);
}

static void *ctx_next(struct seq_file *seq, void *v, loff_t *pos)
{
	ctx_stop(seq, v);
	++*pos;
	return from(seq, pos);
}

/* A time of 0 is none */
static void put_time(struct seq_file *seq, u64 ns, u32 unit)
{
	if (ns)
		seq_printf(seq, " %llu", div_u64(ns, unit));
	else
		seq_puts(seq, " -");
}

static void contexts_more(struct seq_file *seq,
			  const struct shim6_context_entry *e)
{
	seq_printf(seq, " %u %llu", e->fii, div_u64(e->age, SHIM6_NS_PER_MS));
	put_time(seq, e->since_switch, SHIM6_NS_PER_MS);
	put_time(seq, e->last_switch, SHIM6_NS_PER_MS);
	put_time(seq, e->rtt, NSEC_PER_USEC);
	put_time(seq, e->rtt_age, SHIM6_NS_PER_MS);
	seq_printf(seq, " %llu %llu %llu %llu\n", e->tx_packets, e->tx_bytes,
		   e->rx_packets, e->rx_bytes);
}

static int contexts_show(struct seq_file *seq, void *v)
{
	struct shim6_context_entry e;

	if (v == SEQ_START_TOKEN) {
		seq_printf(seq,
			   "%-6s %-11s %-11s %-39s %-39s %-39s %-39s %8s %s %s %s %s %s %s %s %s %s %s %s\n",
			   "id", "state", "reap", "ulid_local", "ulid_peer",
			   "loc_local", "loc_peer", "switches", "idle_ms",
			   "fii", "age_ms", "switched_ms", "took_ms",
			   "rtt_us", "rtt_ms", "tx_packets", "tx_bytes",
			   "rx_packets", "rx_bytes");
		return 0;
	}
	/* Everybody may read this file, so no tags */
	shim6_uapi_context(v, false, &e);
	seq_printf(seq, "%-6u %-11s %-11s %-39pI6c %-39pI6c %-39pI6c %-39pI6c %8u %llu",
		   e.id, shim6_state_name(e.state),
		   shim6_reap_state_name(e.reap), &e.ulid_local, &e.ulid_peer,
		   &e.loc_local, &e.loc_peer, e.switches,
		   div_u64(e.idle, SHIM6_NS_PER_MS));
	contexts_more(seq, &e);
	return 0;
}

static const char *method_name(u8 method)
{
	switch (method) {
	case SHIM6_METHOD_HBA:
		return "hba";
	case SHIM6_METHOD_CGA:
		return "cga";
	default:
		return "-";
	}
}

static void locator_line(struct seq_file *seq,
			 const struct shim6_locator_entry *l)
{
	seq_printf(seq, "%-6u %-5s %-39pI6c %7u %6s %4u %6u %s%s%s%s%s%s%s\n",
		   l->context,
		   l->status & SHIM6_LOCATOR_PEER ? "peer" : "local", &l->addr,
		   l->ifindex, method_name(l->method), l->priority, l->weight,
		   l->status & SHIM6_LOCATOR_UP ? " up" : "",
		   l->status & SHIM6_LOCATOR_DEPRECATED ? " deprecated" : "",
		   l->status & SHIM6_LOCATOR_ACKED ? " acked" : "",
		   l->status & SHIM6_LOCATOR_VERIFIED ? " verified" : "",
		   l->status & SHIM6_LOCATOR_PROBED ? " probed" : "",
		   l->status & SHIM6_LOCATOR_ULID ? " ulid" : "",
		   l->status & SHIM6_LOCATOR_CURRENT ? " current" : "");
}

static void own_locators(struct seq_file *seq)
{
	struct shim6_net *sn = shim6_net(seq_file_net(seq));
	struct shim6_locator_entry l;
	unsigned int n;

	for (n = 0; !shim6_uapi_address(sn, n, &l); n++)
		locator_line(seq, &l);
}

/* The host's own come first, as those of context 0 */
static int locators_show(struct seq_file *seq, void *v)
{
	struct shim6_locator_entry l;
	unsigned int n;

	if (v == SEQ_START_TOKEN) {
		seq_printf(seq, "%-6s %-5s %-39s %7s %6s %4s %6s  %s\n",
			   "id", "side", "address", "ifindex", "method",
			   "prio", "weight", "status");
		own_locators(seq);
		return 0;
	}
	for (n = 0; !shim6_uapi_locator(v, n, &l); n++)
		locator_line(seq, &l);
	return 0;
}

static int stats_show(struct seq_file *seq, void *v)
{
	struct shim6_net *sn = shim6_net(seq_file_single_net(seq));
	unsigned int i;

	for (i = 0; i < SHIM6_STAT_COUNT; i++)
		seq_printf(seq, "%s %llu\n", shim6_stat_info[i].name,
			   shim6_stat_sum(sn->stats, i));
	return 0;
}

static const struct seq_operations contexts_ops = {
	.start	= ctx_start,
	.next	= ctx_next,
	.stop	= ctx_stop,
	.show	= contexts_show,
};

static const struct seq_operations locators_ops = {
	.start	= ctx_start,
	.next	= ctx_next,
	.stop	= ctx_stop,
	.show	= locators_show,
};

void shim6_procfs_exit(struct shim6_net *sn)
{
	remove_proc_subtree(DIR, sn->net->proc_net);
}

/**
 * shim6_procfs_init() - the files of a namespace
 * @sn: namespace, ready for use but for this
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int shim6_procfs_init(struct shim6_net *sn)
{
	struct proc_dir_entry *dir;

	dir = proc_net_mkdir(sn->net, DIR, sn->net->proc_net);
	if (!dir)
		return -ENOMEM;
	if (proc_create_net("contexts", 0444, dir, &contexts_ops,
			    sizeof(struct seq_net_private)) &&
	    proc_create_net("locators", 0444, dir, &locators_ops,
			    sizeof(struct seq_net_private)) &&
	    proc_create_net_single("stats", 0444, dir, stats_show, NULL))
		return 0;
	shim6_procfs_exit(sn);
	return -ENOMEM;
}
