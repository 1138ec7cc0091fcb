// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "err.h"
#include "qos.h"
#include "qos_check.h"
#include "qos_check_link.h"
#include "qos_findings.h"
#include "quantity.h"
#include "tc.h"

/* What a packet may hold up a line: 64 KiB at 100 Mbit/s */
#define WAIT_MS		5

/* --- the kernel and its tc */

/*
 * One line for each kind; the device is a scratch one. Those after the root
 * for filters need it.
 */
static const struct {
	const char *kind;
	const char *module;
	const char *line;
	enum qos_grade grade;
} kinds[] = {
	{ "tbf", "sch_tbf", "qdisc replace dev try root handle 2: tbf rate 1mbit burst 5k latency 50ms", QOS_WARNING },
	{ "red", "sch_red", "qdisc replace dev try root handle 3: red limit 60KB min 15KB max 45KB burst 20 avpkt 1000 bandwidth 10Mbit probability 0.4", QOS_WARNING },
	{ "gred", "sch_gred", "qdisc replace dev try root handle 4: gred setup vqs 2 default 0 grio", QOS_WARNING },
	{ "sfq", "sch_sfq", "qdisc replace dev try root handle 5: sfq", QOS_WARNING },
	{ "fq_codel", "sch_fq_codel", "qdisc replace dev try root handle 6: fq_codel ecn", QOS_WARNING },
	{ "cake", "sch_cake", "qdisc replace dev try root handle 7: cake", QOS_WARNING },
	{ "prio", "sch_prio", "qdisc replace dev try root handle 8: prio", QOS_WARNING },
	{ "htb", "sch_htb", "qdisc replace dev try root handle 9: htb", QOS_FATAL },
	{ "clsact", "sch_ingress", "qdisc replace dev try clsact", QOS_FATAL },
	{ "u32", "cls_u32", "filter add dev try egress protocol ip pref 1 u32 match u32 0 0 classid :1", QOS_WARNING },
	{ "flower", "cls_flower", "filter add dev try egress protocol ip pref 2 flower ip_tos 0xb8/0xfc classid :1", QOS_WARNING },
	{ "basic with meta", "em_meta", "filter add dev try egress protocol ip pref 3 basic match 'meta(tc_index eq 46)' classid :1", QOS_WARNING },
	{ "matchall", "cls_matchall", "filter add dev try egress protocol ip pref 4 matchall classid :1", QOS_WARNING },
	{ "police", "act_police", "filter add dev try egress protocol ip pref 5 u32 match u32 0 0 action police rate 1mbit burst 10k conform-exceed drop/pipe", QOS_WARNING },
	{ "pedit", "act_pedit", "filter add dev try egress protocol ip pref 6 u32 match u32 0 0 action pedit ex munge ip dsfield set 0 retain 0xfc pipe", QOS_WARNING },
	{ "csum", "act_csum", "filter add dev try egress protocol ip pref 7 u32 match u32 0 0 action csum ip4h pipe", QOS_WARNING },
	{ "skbedit", "act_skbedit", "filter add dev try egress protocol ip pref 8 u32 match u32 0 0 action skbedit priority 1:1 pipe", QOS_WARNING },
	{ "ifb and mirred", "act_mirred", "filter add dev try egress protocol ip pref 9 u32 match u32 0 0 action mirred egress redirect dev try", QOS_WARNING },
};

static void take_kinds(struct qos_findings *f, const char *err)
{
	unsigned int n;

	for (; (err = strstr(err, "Command failed -:")); err++) {
		n = (unsigned int)strtoul(err + 17, NULL, 10);
		if (!n || n > ARRAY_SIZE(kinds))
			continue;
		qos_found(f, kinds[n - 1].grade,
		      "kind %s: this kernel, or its tc, does not have it%s",
		      kinds[n - 1].kind, kinds[n - 1].grade == QOS_FATAL ?
		      "; nothing of a profile but cake would work" : "");
		qos_mend(f, "modprobe %s", kinds[n - 1].module);
	}
}

static int try_kinds(struct qos_findings *f)
{
	static const char device[] =
		"link add try type veth peer name try2\n";
	static const char *const argv[] = { "tc", "-force", "-batch", "-",
					    NULL };
	struct tc_said said;
	char *lines = NULL;
	size_t n = 0, i;
	FILE *file = open_memstream(&lines, &n);
	int ret;

	if (!file)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		fprintf(file, "%s\n", kinds[i].line);
	fclose(file);
	ret = tc_batch("ip", device, &said);
	tc_free(&said);
	if (!ret) {
		ret = tc_run(argv, lines, &said);
		if (!ret)
			take_kinds(f, said.err);
		tc_free(&said);
	}
	free(lines);
	return ret;
}

static int check_kinds(struct cmd_env *env, struct qos_findings *f)
{
	int home;
	int ret = env->scratch_enter(&home);

	if (ret) {
		qos_found(f, QOS_WARNING, "kinds: not tried, no network namespace: %s",
		      strerror(-ret));
		qos_mend(f, "run it as root");
		return CTL_OK;
	}
	ret = try_kinds(f);
	if (env->scratch_leave(home))
		exit(err_failed("cannot come back from the trial"));
	if (ret == -ENOENT)
		return err_usage("tc, ip: not found in the path; install iproute2");
	return ret ? err_failed("tc: %s", strerror(-ret)) : CTL_OK;
}

/* --- a device */

static void check_retired(const struct qos_device *d, struct qos_findings *f)
{
	const struct qos_retired *r;

	for (r = qos_retired; r->kind; r++) {
		if (strcmp(r->kind, d->root))
			continue;
		qos_found(f, QOS_WARNING, "root queueing discipline %s: the next update of this kernel will not have it",
		      d->root);
		qos_mend(f, "%s", r->advice);
	}
}

/* tc prints "10Kb" and "1600b"; Kb is 1024 octets */
static unsigned long octets(const char *text)
{
	char *unit;
	unsigned long n = strtoul(text, &unit, 10);

	if (*unit == 'K')
		return n * 1024;
	return *unit == 'M' ? n * 1024 * 1024 : n;
}

static void check_policers(const struct qos_device *d, const char *filters,
			   struct qos_findings *f)
{
	const char *at = filters;

	if (d->gso_segs <= 1)
		return;
	while (at && (at = strstr(at, " police "))) {
		const char *burst = strstr(at, " burst ");

		at += 8;
		if (!burst || octets(burst + 7) >= d->gso_octets)
			continue;
		qos_found(f, QOS_WARNING, "a policer has a burst of %lu octets; packets of up to %u, which the card cuts later, never conform to it",
		      octets(burst + 7), d->gso_octets);
		qos_mend(f, "ip link set dev %s gso_max_segs 1", d->name);
		return;
	}
}

static void check_wait(const struct qos_device *d, struct qos_findings *f)
{
	const char *const argv[] = { "tc", "class", "show", "dev", d->name,
				     NULL };
	char *classes = tc_ask(argv);
	char *line = classes ? strstr(classes, " root ") : NULL;
	char *at = line ? strstr(line, " rate ") : NULL;
	char word[QUANTITY_TEXT];
	uint64_t rate, ms;

	if (at && d->gso_segs > 1 && sscanf(at, " rate %23s", word) == 1 &&
	    quantity_read_rate(word, &rate) && rate) {
		ms = d->gso_octets * 8000ULL / rate;
		if (ms > WAIT_MS) {
			qos_found(f, QOS_WARNING, "packets of up to %u octets, which the card cuts later, hold up a line of %s for %" PRIu64 " ms each",
			      d->gso_octets, word, ms);
			qos_mend(f, "ip link set dev %s gso_max_segs 1", d->name);
		}
	}
	free(classes);
}

/* "*flowid 1:2", "classid :2e"; without one u32 has "flowid not_in_hw" */
static bool gives_class(const char *text)
{
	static const char *const words[] = { "flowid ", "classid " };
	const char *at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		at = strstr(text, words[i]);
		if (!at)
			continue;
		at += strlen(words[i]);
		if (at[strspn(at, "0123456789abcdef")] == ':')
			return true;
	}
	return false;
}

/* "action pass", "skbedit mark 5 pass"; gact has "pass val 0", whatever it does */
static bool is_pass(const char *word, const char *rest)
{
	return strstr(word, "/pass") ||
	       (!strcmp(word, "pass") &&
		strncmp(rest + strspn(rest, " \t\n"), "val ", 4));
}

/*
 * Does a packet leave a filter with "ok"? Some actions end so when nothing else
 * is said, pedit and csum among them; tc prints it then. Of a policer it prints
 * what becomes of packets that conform only when it is something else.
 */
static bool ends_in_ok(char *text)
{
	bool policer = false, action = false;
	char *rest = NULL;
	char *word;

	for (word = strtok_r(text, " \t\n", &rest); word;
	     word = strtok_r(NULL, " \t\n", &rest)) {
		if (is_pass(word, rest ? rest : "") ||
		    (policer && action && !strchr(word, '/')))
			return true;
		policer = !strcmp(word, "police") || (policer && !action);
		action = !strcmp(word, "action");
	}
	return false;
}

/* Such a filter sets skb->tc_index to 0, and filters behind it see nothing */
static void check_ok(const struct qos_device *d, struct qos_findings *f)
{
	const char *at = d->egress_filters;
	unsigned int pref;
	char text[2048];
	size_t len;

	while ((at = qos_next_filter(at, &pref, &len))) {
		snprintf(text, sizeof(text), "%.*s", (int)len, at);
		at += len;
		if (pref >= QOS_PREF || gives_class(text) || !ends_in_ok(text))
			continue;
		qos_found(f, QOS_WARNING, "the filter with pref %u ends in \"ok\" without a class: it takes skb->tc_index away and keeps packets from what follows",
		      pref);
		qos_mend(f, "tc filter show dev %s egress pref %u; add it anew with \"pipe\"",
		     d->name, pref);
	}
}

static int read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	int n = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%d", &n) != 1)
		n = -1;
	fclose(file);
	return n;
}

static void check_labels(const struct qos_device *d, struct qos_findings *f)
{
	const char *const argv[] = { "tc", "qdisc", "show", "dev", d->name,
				     NULL };
	char *qdiscs = tc_ask(argv);
	bool fair = qdiscs && (strstr(qdiscs, "qdisc fq_codel") ||
			       strstr(qdiscs, "qdisc cake") ||
			       strstr(qdiscs, "qdisc sfq"));

	if (fair && !read_number("/proc/sys/net/ipv6/auto_flowlabels")) {
		qos_found(f, QOS_WARNING, "flow labels are off: fair queues on the way see one flow in all sessions of a context");
		qos_mend(f, "sysctl -w net.ipv6.auto_flowlabels=1");
	}
	free(qdiscs);
}

static void check_qlen(const struct qos_device *d, struct qos_findings *f)
{
	if (d->qlen || !d->major)
		return;
	qos_found(f, QOS_WARNING, "txqueuelen is 0: queues without a limit of their own hold one packet");
	qos_mend(f, "ip link set dev %s txqueuelen 1000", d->name);
}

static int check_device(struct cmd_env *env, const char *name,
			struct qos_findings *f)
{
	struct qos_device d;
	int ret = qos_device_read(name, &d);

	if (!ret) {
		check_retired(&d, f);
		check_policers(&d, d.egress_filters, f);
		check_policers(&d, d.ingress_filters, f);
		check_wait(&d, f);
		check_ok(&d, f);
		check_labels(&d, f);
		check_qlen(&d, f);
		ret = qos_check_links(env, &d, f);
	}
	qos_device_free(&d);
	return ret;
}

/* nft 1.0.6 dies of a rule that is all right in the kernel */
static void check_nft(struct qos_findings *f)
{
	static const char *const argv[] = { "nft", "list", "ruleset", NULL };
	struct tc_said said;
	int ret = tc_run(argv, NULL, &said);

	if (!ret && said.status > 128) {
		qos_found(f, QOS_WARNING, "nft list ruleset dies, as nft 1.0.6 does of \"meta l4proto 140 @th\"");
		qos_mend(f, "write that rule as \"ip6 nexthdr shim6 @th\", or update nftables");
	}
	tc_free(&said);
}

/* --- a script */

static void check_line(struct qos_findings *f, const char *name, unsigned int line,
		       char *text)
{
	const struct qos_retired *r;
	char *rest = NULL;
	char *word;
	bool tc = false;

	if (strstr(text, "meta(tcindex")) {
		qos_found(f, QOS_FATAL, "%s: line %u: meta(tcindex ...): the manual has it so, tc does not know it",
		      name, line);
		qos_mend(f, "meta(tc_index ...)");
	}
	for (word = strtok_r(text, " \t\r\n", &rest); word && *word != '#';
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		tc = tc || !strcmp(word, "qdisc") || !strcmp(word, "class") ||
		     !strcmp(word, "filter");
		for (r = qos_retired; tc && r->kind; r++) {
			if (strcmp(r->kind, word))
				continue;
			qos_found(f, QOS_FATAL, "%s: line %u: %s: Linux has it no more",
			      name, line, word);
			qos_mend(f, "%s", r->advice);
			return;
		}
	}
}

static int check_file(const char *name, struct qos_findings *f)
{
	FILE *file = fopen(name, "re");
	unsigned int line = 0;
	char *text = NULL;
	size_t room = 0;
	int ret = CTL_OK;

	if (!file)
		return err_failed("file %s: %s", name, strerror(errno));
	while (getline(&text, &room, file) >= 0)
		check_line(f, name, ++line, text);
	if (ferror(file))
		ret = err_failed("file %s: %s", name, strerror(errno));
	fclose(file);
	free(text);
	return ret;
}

/* The kernel, and a device when there is one to look at, or those of links */
static int check_host(struct cmd_env *env, const char *dev, struct qos_findings *f)
{
	int ret;

	if (!env->admin())
		return err_failed("qos check: needs CAP_NET_ADMIN; run it as root, or say \"file\" alone");
	ret = check_kinds(env, f);
	if (!ret)
		ret = dev ? check_device(env, dev, f) :
			    qos_check_links(env, NULL, f);
	if (!ret)
		check_nft(f);
	return ret;
}

/* An exit status of 1 would say that it works */
int qos_check(struct cmd_env *env, const struct cmd_args *args)
{
	const struct arg_value *dev = cmd_get(args, "dev");
	const struct arg_value *file = cmd_get(args, "file");
	struct qos_findings f = {};
	int ret = CTL_OK;

	if (file)
		ret = check_file(file->text, &f);
	if (!ret && (dev || !file))
		ret = check_host(env, dev ? dev->text : NULL, &f);
	ret = ret ? (int)QOS_FATAL : qos_findings_show(env->out, &f);
	qos_findings_free(&f);
	return ret;
}
